package io.github.dl4jstability.benchmarks.bounds;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks on which bounds are measured, and their minibatches. */
final class Networks {
  private static final int CLASSES = 3;
  private static final int FEATURES = 8;
  private static final int STEPS = 12;

  private Networks() {}

  /** Three convolutions of 16 channels over an image of three. */
  static MultiLayerNetwork convolution(int side) {
    return build(
        InputType.convolutional(side, side, CLASSES),
        kernel(),
        kernel(),
        kernel(),
        new GlobalPoolingLayer(PoolingType.AVG),
        classes());
  }

  private static Layer kernel() {
    return new ConvolutionLayer.Builder(3, 3).nOut(16).build();
  }

  static List<DataSet> images(int side, int count, int batch) {
    Random random = new Random(1);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new DataSet(
                    Nd4j.rand(DataType.FLOAT, batch, CLASSES, side, side), oneHot(batch, random)))
        .toList();
  }

  static MultiLayerNetwork dense(int units) {
    return build(
        InputType.feedForward(FEATURES), new DenseLayer.Builder().nOut(units).build(), classes());
  }

  static DataSet vectors(int batch) {
    return new DataSet(Nd4j.rand(DataType.FLOAT, batch, FEATURES), oneHot(batch, new Random(1)));
  }

  static MultiLayerNetwork lstm() {
    return build(
        InputType.recurrent(FEATURES),
        new LSTM.Builder().nOut(32).build(),
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
  }

  /** Sequences of one to twelve steps, with masks. */
  static List<DataSet> sequences(int count, int batch) {
    Random random = new Random(1);
    return IntStream.range(0, count).mapToObj(i -> sequences(batch, random)).toList();
  }

  private static DataSet sequences(int batch, Random random) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, CLASSES, STEPS);
    INDArray mask = Nd4j.zeros(DataType.FLOAT, batch, STEPS);
    for (int i = 0; i < batch; i++) {
      int length = 1 + random.nextInt(STEPS);
      for (int t = 0; t < length; t++) {
        labels.putScalar(new int[] {i, random.nextInt(CLASSES), t}, 1);
        mask.putScalar(i, t, 1);
      }
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, batch, FEATURES, STEPS), labels, mask, mask.dup());
  }

  private static INDArray oneHot(int batch, Random random) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, CLASSES);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return labels;
  }

  private static Layer classes() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork build(InputType input, Layer... layers) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .activation(Activation.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .list(layers)
                .setInputType(input)
                .build());
    network.init();
    return network;
  }
}
