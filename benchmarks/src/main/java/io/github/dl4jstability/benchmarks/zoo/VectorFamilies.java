package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.dense;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks for plain feature vectors and single words. */
final class VectorFamilies {
  private static final double RETAIN = 0.8;

  private VectorFamilies() {}

  static List<Family> all() {
    return List.of(
        classifier("dense", () -> List.of(dense(7), dense(6), classes())),
        classifier("dense-batch-norm", () -> List.of(dense(6), batchNorm(), classes())),
        classifier("layer-norm", () -> List.of(layerNorm(), classes())),
        classifier("penalties", () -> List.of(penalized(), classes())),
        dropout("dropout", new Dropout(RETAIN)),
        dropout("alpha-dropout", new AlphaDropout(RETAIN)),
        dropout("gaussian-dropout", new GaussianDropout(1 - RETAIN)),
        dropout("gaussian-noise", new GaussianNoise(0.1)),
        weightNoise("drop-connect", new DropConnect(RETAIN)),
        weightNoise("weight-noise", new WeightNoise(new NormalDistribution(0, 0.1))),
        classifier("activation-layer", () -> List.of(dense(6), relu(), classes())),
        classifier("prelu", () -> List.of(dense(6), prelu(6), classes())),
        classifier("element-wise-product", () -> List.of(dense(6), product(6), classes())),
        classifier("autoencoder", () -> List.of(autoencoder(), classes())),
        classifier("variational-autoencoder", () -> List.of(variational(), classes())),
        classifier("frozen", () -> List.of(new FrozenLayer(dense(6)), dense(5), classes())),
        classifier(
            "frozen-with-backprop",
            () -> List.of(dense(6), new FrozenLayerWithBackprop(dense(5)), classes())),
        classifier("center-loss", () -> List.of(dense(6), centerLoss())),
        classifier("loss-layer", () -> List.of(dense(6), dense(3), lossLayer())),
        classifier("own-layers", () -> List.of(new OwnDense(6), new Doubled(), classes())),
        Family.chain(
            "own-loss", Signal.VECTOR, Signal.CLASS, () -> List.of(dense(6), new OwnLoss())),
        Family.chain(
            "regression", Signal.VECTOR, Signal.NUMBERS, () -> List.of(dense(6), numbers())),
        Family.chain(
            "class-index", Signal.VECTOR, Signal.CLASS_INDEX, () -> List.of(dense(6), sparse())),
        Family.chain("one-class", Signal.VECTOR, Signal.CLASS, () -> List.of(dense(6), oneClass())),
        Family.chain(
            "embedding",
            Signal.WORD,
            Signal.CLASS,
            () -> List.of(new EmbeddingLayer.Builder().nIn(3).nOut(5).build(), classes())));
  }

  private static Family classifier(String name, Supplier<List<Layer>> layers) {
    return Family.chain(name, Signal.VECTOR, Signal.CLASS, layers);
  }

  private static Family dropout(String name, IDropout dropout) {
    return classifier(
            name,
            () ->
                List.of(
                    new DenseLayer.Builder().nOut(6).dropOut(dropout.clone()).build(),
                    new DropoutLayer.Builder(dropout.clone()).build(),
                    classes()))
        .withNoise();
  }

  private static Family weightNoise(String name, IWeightNoise noise) {
    return classifier(
            name,
            () ->
                List.of(
                    new DenseLayer.Builder().nOut(6).weightNoise(noise.clone()).build(), classes()))
        .withNoise();
  }

  private static Layer batchNorm() {
    return new BatchNormalization.Builder().build();
  }

  private static Layer layerNorm() {
    return new DenseLayer.Builder().nOut(6).hasLayerNorm(true).build();
  }

  private static Layer penalized() {
    return new DenseLayer.Builder().nOut(6).l1(1e-4).l2(1e-3).l2Bias(1e-4).build();
  }

  private static Layer relu() {
    return new ActivationLayer.Builder().activation(Activation.RELU).build();
  }

  private static Layer prelu(long units) {
    return new PReLULayer.Builder().inputShape(units).build();
  }

  private static Layer product(int units) {
    return new ElementWiseMultiplicationLayer.Builder().nIn(units).nOut(units).build();
  }

  private static Layer autoencoder() {
    return new AutoEncoder.Builder().nOut(6).build();
  }

  private static Layer variational() {
    return new VariationalAutoencoder.Builder()
        .nOut(4)
        .encoderLayerSizes(6)
        .decoderLayerSizes(6)
        .build();
  }

  private static Layer centerLoss() {
    return new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .alpha(0.1)
        .lambda(0.1)
        .build();
  }

  private static Layer lossLayer() {
    return new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
  }

  private static Layer numbers() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static Layer sparse() {
    return new OutputLayer.Builder(LossFunction.SPARSE_MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Layer oneClass() {
    return new OCNNOutputLayer.Builder()
        .nIn(6)
        .hiddenLayerSize(4)
        .nu(0.1)
        .activation(Activation.SIGMOID.getActivationFunction())
        .build();
  }
}
