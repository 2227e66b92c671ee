package io.github.dl4jstability.listeners.curvature;

import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks small enough for their whole Hessian, in double, and data for them. */
public enum ProbedNetworks {
  TANH {
    @Override
    Model build() {
      return dense(Activation.TANH, common().l2(0.01));
    }

    @Override
    public MultiDataSet data() {
      return single(normal(1, 20, 4), classes(20, 3));
    }
  },
  RELU {
    @Override
    Model build() {
      return dense(Activation.RELU, common());
    }

    @Override
    public MultiDataSet data() {
      return single(normal(2, 20, 4), classes(20, 3));
    }
  },
  CONVOLUTION {
    @Override
    Model build() {
      return initialized(
          new MultiLayerNetwork(
              common()
                  .weightDecay(0.02)
                  .list()
                  .layer(
                      new ConvolutionLayer.Builder(3, 3)
                          .nOut(2)
                          .activation(Activation.IDENTITY)
                          .build())
                  .layer(new BatchNormalization())
                  .layer(new DenseLayer.Builder().nOut(4).activation(Activation.TANH).build())
                  .layer(output(3))
                  .setInputType(InputType.convolutional(5, 5, 1))
                  .build()));
    }

    @Override
    public MultiDataSet data() {
      return single(normal(3, 12, 1, 5, 5), classes(12, 3));
    }
  },
  LSTM_WITH_MASKS {
    @Override
    Model build() {
      return initialized(
          new MultiLayerNetwork(
              common()
                  .l2(0.01)
                  .l2Bias(0.03)
                  .list()
                  .layer(new LSTM.Builder().nOut(3).activation(Activation.TANH).build())
                  .layer(
                      new RnnOutputLayer.Builder(LossFunction.MCXENT)
                          .nOut(2)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .setInputType(InputType.recurrent(2))
                  .build()));
    }

    @Override
    public MultiDataSet data() {
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 2, 5);
      INDArray mask = Nd4j.ones(DataType.DOUBLE, 6, 5);
      for (int i = 0; i < 6; i++) {
        for (int t = 0; t < 5; t++) {
          labels.putScalar(i, (i + t) % 2, t, 1);
          mask.putScalar(i, t, t <= i ? 1 : 0);
        }
      }
      return new MultiDataSet(
          new INDArray[] {normal(4, 6, 2, 5)},
          new INDArray[] {labels},
          new INDArray[] {mask},
          new INDArray[] {mask.dup()});
    }
  },
  TWO_INPUTS_TWO_OUTPUTS {
    @Override
    Model build() {
      ComputationGraph graph =
          new ComputationGraph(
              common()
                  .weightDecay(0.05, false)
                  .graphBuilder()
                  .addInputs("left", "right")
                  .addLayer("a", tanh(3), "left")
                  .addLayer("b", tanh(3), "right")
                  .addVertex("merged", new MergeVertex(), "a", "b")
                  .addLayer("classes", output(2), "merged")
                  .addLayer(
                      "number",
                      new OutputLayer.Builder(LossFunction.MSE)
                          .nOut(1)
                          .activation(Activation.IDENTITY)
                          .build(),
                      "merged")
                  .setOutputs("classes", "number")
                  .setInputTypes(InputType.feedForward(3), InputType.feedForward(2))
                  .build());
      graph.init();
      return graph;
    }

    @Override
    public MultiDataSet data() {
      return new MultiDataSet(
          new INDArray[] {normal(5, 16, 3), normal(6, 16, 2)},
          new INDArray[] {classes(16, 2), normal(7, 16, 1)});
    }
  };

  abstract Model build();

  public abstract MultiDataSet data();

  public static NeuralNetConfiguration.Builder common() {
    return new NeuralNetConfiguration.Builder()
        .seed(12345)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .weightInit(WeightInit.XAVIER);
  }

  public static MultiLayerNetwork dense(
      Activation activation, NeuralNetConfiguration.Builder configuration) {
    return initialized(
        new MultiLayerNetwork(
            configuration
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(activation).build())
                .layer(new DenseLayer.Builder().nOut(5).activation(activation).build())
                .layer(output(3))
                .setInputType(InputType.feedForward(4))
                .build()));
  }

  private static DenseLayer tanh(int width) {
    return new DenseLayer.Builder().nOut(width).activation(Activation.TANH).build();
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  public static MultiLayerNetwork initialized(MultiLayerNetwork network) {
    network.init();
    return network;
  }

  private static MultiDataSet single(INDArray features, INDArray labels) {
    return new MultiDataSet(features, labels);
  }

  public static INDArray normal(long seed, long... shape) {
    Random random = new Random(seed);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  public static INDArray classes(int examples, int classes) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, examples, classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return labels;
  }
}
