package io.github.dl4jstability.benchmarks;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks on which cost is measured, from tiny to 2.9 million parameters. */
enum CostNetwork {
  TINY("4-16-3, batch 16", 16) {
    @Override
    MultiLayerNetwork build() {
      return dense(4, 3, 16);
    }

    @Override
    DataSet batch() {
      return vectors(4, 3);
    }
  },
  SMALL("784-256-128-10, batch 64", 64) {
    @Override
    MultiLayerNetwork build() {
      return dense(784, 10, 256, 128);
    }

    @Override
    DataSet batch() {
      return vectors(784, 10);
    }
  },
  /** With an updater that has a state, so that updates do not follow from gradients. */
  ADAM("784-256-128-10, batch 64, Adam", 64) {
    @Override
    MultiLayerNetwork build() {
      return dense(common().updater(new Adam(1e-3)), 784, 10, 256, 128);
    }

    @Override
    DataSet batch() {
      return vectors(784, 10);
    }
  },
  WIDE("784-1024-1024-1024-10, batch 64", 64) {
    @Override
    MultiLayerNetwork build() {
      return dense(784, 10, 1024, 1024, 1024);
    }

    @Override
    DataSet batch() {
      return vectors(784, 10);
    }
  },
  LENET("LeNet 28x28, batch 64", 64) {
    @Override
    MultiLayerNetwork build() {
      return lenet();
    }

    @Override
    DataSet batch() {
      DataSet flat = vectors(784, 10);
      return new DataSet(flat.getFeatures().reshape(64, 1, 28, 28), flat.getLabels());
    }
  },
  LSTM_NET("LSTM 16-64, T 20, batch 32", 32) {
    @Override
    MultiLayerNetwork build() {
      return lstm();
    }

    @Override
    DataSet batch() {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, 32, 5, 20);
      for (int i = 0; i < 32; i++) {
        for (int t = 0; t < 20; t++) {
          labels.putScalar(i, (i + t) % 5, t, 1);
        }
      }
      return new DataSet(Nd4j.randn(DataType.FLOAT, 32, 16, 20), labels);
    }
  };

  final String title;
  final int examples;

  CostNetwork(String title, int examples) {
    this.title = title;
    this.examples = examples;
  }

  abstract MultiLayerNetwork build();

  abstract DataSet batch();

  private static NeuralNetConfiguration.Builder common() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Sgd(0.01))
        .weightInit(WeightInit.XAVIER);
  }

  private static MultiLayerNetwork dense(int inputs, int outputs, int... widths) {
    return dense(common(), inputs, outputs, widths);
  }

  private static MultiLayerNetwork dense(
      NeuralNetConfiguration.Builder common, int inputs, int outputs, int... widths) {
    var list = common.list();
    for (int width : widths) {
      list.layer(new DenseLayer.Builder().nOut(width).activation(Activation.RELU).build());
    }
    return initialized(
        new MultiLayerNetwork(
            list.layer(output(outputs)).setInputType(InputType.feedForward(inputs)).build()));
  }

  private static MultiLayerNetwork lenet() {
    return initialized(
        new MultiLayerNetwork(
            common()
                .list()
                .layer(convolution(20))
                .layer(pool())
                .layer(convolution(50))
                .layer(pool())
                .layer(new DenseLayer.Builder().nOut(500).activation(Activation.RELU).build())
                .layer(output(10))
                .setInputType(InputType.convolutional(28, 28, 1))
                .build()));
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(5, 5)
        .nOut(channels)
        .stride(1, 1)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pool() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static MultiLayerNetwork lstm() {
    return initialized(
        new MultiLayerNetwork(
            common()
                .list()
                .layer(new LSTM.Builder().nOut(64).activation(Activation.TANH).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(5)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(16))
                .build()));
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

  DataSet vectors(int inputs, int classes) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return new DataSet(Nd4j.randn(DataType.FLOAT, examples, inputs), labels);
  }
}
