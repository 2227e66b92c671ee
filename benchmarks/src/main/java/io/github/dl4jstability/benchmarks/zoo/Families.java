package io.github.dl4jstability.benchmarks.zoo;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** All families, and the small layers that most of them end with. */
final class Families {
  private static final int CLASSES = 3;

  private Families() {}

  /** Returns all families, those of one kind beside each other. */
  static List<Family> all() {
    return Stream.of(
            VectorFamilies.all(),
            ImageFamilies.all(),
            VolumeFamilies.all(),
            SequenceFamilies.all(),
            RecurrentFamilies.all(),
            VertexFamilies.all(),
            BranchedFamilies.all())
        .flatMap(List::stream)
        .toList();
  }

  static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3).nOut(channels).build();
  }

  static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).build();
  }

  static GlobalPoolingLayer pooling(PoolingType type) {
    return new GlobalPoolingLayer.Builder().poolingType(type).build();
  }

  static OutputLayer classes() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static RnnOutputLayer stepClasses() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
