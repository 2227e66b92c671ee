package io.github.dl4jstability.listeners;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of every kind that we promise to support, and random data for them. */
public final class Networks {
  private Networks() {}

  /** Builds and initializes a network. */
  public static Model build(String kind, IUpdater updater, DataType type) {
    return build(kind, common(updater, type).l2(1e-4));
  }

  /** As {@link #build}, without a penalty on weights. */
  public static Model buildPlain(String kind, IUpdater updater, DataType type) {
    return build(kind, common(updater, type));
  }

  private static NeuralNetConfiguration.Builder common(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(12345)
        .dataType(type)
        .updater(updater)
        .weightInit(WeightInit.XAVIER);
  }

  private static Model build(String kind, NeuralNetConfiguration.Builder common) {
    return switch (kind) {
      case "dense" -> dense(common);
      case "convolution" -> convolution(common);
      case "lstm" -> lstm(common);
      case "recurrent" -> recurrent(common);
      case "graph" -> graph(common);
      case "graph lstm" -> lstmGraph(common);
      case "graph convolution" -> convolutionGraph(common);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static MultiLayerNetwork dense(NeuralNetConfiguration.Builder common) {
    return initialized(
        new MultiLayerNetwork(
            common
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(24).activation(Activation.TANH).build())
                .layer(new DenseLayer.Builder().nOut(16).activation(Activation.RELU).build())
                .layer(output(3))
                .setInputType(InputType.feedForward(8))
                .build()));
  }

  private static MultiLayerNetwork convolution(NeuralNetConfiguration.Builder common) {
    return initialized(
        new MultiLayerNetwork(
            common
                .list()
                .layer(convolution3())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(
                    new DenseLayer.Builder()
                        .nOut(12)
                        .activation(Activation.RELU)
                        .dropOut(new Dropout(0.5))
                        .build())
                .layer(output(3))
                .setInputType(InputType.convolutional(8, 8, 1))
                .build()));
  }

  private static MultiLayerNetwork lstm(NeuralNetConfiguration.Builder common) {
    return initialized(
        new MultiLayerNetwork(
            common
                .list()
                .layer(new LSTM.Builder().nIn(5).nOut(10).activation(Activation.TANH).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(10)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .setInputType(InputType.recurrent(5))
                .build()));
  }

  private static MultiLayerNetwork recurrent(NeuralNetConfiguration.Builder common) {
    return initialized(
        new MultiLayerNetwork(
            common
                .list()
                .layer(
                    new Bidirectional(new LSTM.Builder().nOut(6).dropOut(new Dropout(0.7)).build()))
                .layer(
                    new SimpleRnn.Builder()
                        .nOut(6)
                        .activation(Activation.TANH)
                        .weightNoise(new DropConnect(0.8))
                        .build())
                .layer(new LastTimeStep(new GravesLSTM.Builder().nOut(5).build()))
                .layer(output(3))
                .setInputType(InputType.recurrent(5))
                .build()));
  }

  private static ComputationGraph graph(NeuralNetConfiguration.Builder common) {
    return initialized(
        new ComputationGraph(
            common
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", dense(16), "in")
                .addLayer("second", dense(16), "first")
                .addVertex(
                    "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
                .addLayer("out", output(3), "sum")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(8))
                .build()));
  }

  private static ComputationGraph lstmGraph(NeuralNetConfiguration.Builder common) {
    return initialized(
        new ComputationGraph(
            common
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "lstm", new LSTM.Builder().nOut(10).activation(Activation.TANH).build(), "in")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "lstm")
                .setOutputs("out")
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTForwardLength(4)
                .tBPTTBackwardLength(4)
                .setInputTypes(InputType.recurrent(5))
                .build()));
  }

  private static ComputationGraph convolutionGraph(NeuralNetConfiguration.Builder common) {
    return initialized(
        new ComputationGraph(
            common
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv", convolution3(), "in")
                .addLayer("norm", new BatchNormalization(), "conv")
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder()
                        .nOut(12)
                        .activation(Activation.RELU)
                        .dropOut(new Dropout(0.5))
                        .build(),
                    "norm")
                .addLayer("out", output(3), "hidden")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(8, 8, 1))
                .build()));
  }

  private static ConvolutionLayer convolution3() {
    return new ConvolutionLayer.Builder(3, 3).nIn(1).nOut(4).activation(Activation.RELU).build();
  }

  private static DenseLayer dense(int width) {
    return new DenseLayer.Builder().nOut(width).activation(Activation.TANH).build();
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork initialized(MultiLayerNetwork network) {
    network.init();
    return network;
  }

  private static ComputationGraph initialized(ComputationGraph graph) {
    graph.init();
    return graph;
  }

  /** Makes minibatches that fit a network of {@link #build}. */
  public static List<DataSet> batches(String kind, DataType type, int count) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(batch(kind, type, 10 + i));
    }
    return batches;
  }

  private static DataSet batch(String kind, DataType type, int examples) {
    if (kind.equals("recurrent")) {
      INDArray last = Nd4j.zeros(type, examples, 3);
      for (int i = 0; i < examples; i++) {
        last.putScalar(i, i % 3, 1);
      }
      return new DataSet(Nd4j.randn(type, examples, 5, 12), last);
    }
    if (kind.endsWith("lstm")) {
      INDArray labels = Nd4j.zeros(type, examples, 3, 10);
      for (int i = 0; i < examples; i++) {
        for (int t = 0; t < 10; t++) {
          labels.putScalar(i, (i + t) % 3, t, 1);
        }
      }
      return new DataSet(Nd4j.randn(type, examples, 5, 10), labels);
    }
    INDArray labels = Nd4j.zeros(type, examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    INDArray features =
        kind.contains("convolution")
            ? Nd4j.randn(type, examples, 1, 8, 8)
            : Nd4j.randn(type, examples, 8);
    return new DataSet(features, labels);
  }
}
