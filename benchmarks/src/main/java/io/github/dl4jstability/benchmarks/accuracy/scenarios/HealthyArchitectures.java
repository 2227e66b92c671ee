package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Healthy multilayer networks of other layers than dense ones. */
public final class HealthyArchitectures implements ScenarioProvider {
  private static final int LENGTH = 2_000;
  private static final Expected WELL = Expected.healthy();
  private static final int VOCABULARY = 100;

  /** Creates the provider. */
  public HealthyArchitectures() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.concat(
        Variant.each(Activation.RELU)
            .flatMap(
                variant -> Stream.of(batchNormalized(variant), embedded(variant), frozen(variant))),
        Stream.of(Optimizer.NESTEROVS, Optimizer.ADAM)
            .flatMap(optimizer -> Stream.of(convolutional(optimizer), normalized(optimizer))));
  }

  /** Dense, normalization, rectifier: the mean before the rectifier is near 0. */
  private static Scenario batchNormalized(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .layers(
            list -> {
              for (int width : variant.widths()) {
                list.layer(
                    new DenseLayer.Builder().nOut(width).activation(Activation.IDENTITY).build());
                list.layer(new BatchNormalization.Builder().build());
                list.layer(new ActivationLayer.Builder().activation(Activation.RELU).build());
              }
            })
        .rateTimes(0.5)
        .scenario("batch-norm", WELL, LENGTH);
  }

  /** A minibatch touches few rows of the embedding; the others have gradient 0. */
  private static Scenario embedded(Variant variant) {
    return Recipe.classifier(variant, seed -> Data.words(seed, VOCABULARY))
        .layers(
            list -> {
              list.overrideNinUponBuild(false); // The input type of a word is one number.
              list.layer(
                  new EmbeddingLayer.Builder()
                      .nIn(VOCABULARY)
                      .nOut(8)
                      .activation(Activation.IDENTITY)
                      .build());
              list.layer(new DenseLayer.Builder().nOut(variant.widths().get(0)).build());
            })
        .rateTimes(variant.optimizer().isAdaptive() ? 1 : 3)
        .scenario("embedding", WELL, LENGTH);
  }

  /** Fine-tuning: the first layer does not learn. */
  private static Scenario frozen(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .layers(
            list -> {
              list.layer(new FrozenLayer(new DenseLayer.Builder().nOut(48).build()));
              for (int width : variant.widths()) {
                list.layer(new DenseLayer.Builder().nOut(width).build());
              }
            })
        .scenario("frozen-layer", WELL, LENGTH);
  }

  private static Scenario convolutional(Optimizer optimizer) {
    return onImages(optimizer)
        .layers(
            list -> {
              convolution(list, 4);
              convolution(list, 6);
            })
        .scenario("convolution", WELL, LENGTH);
  }

  private static Scenario normalized(Optimizer optimizer) {
    return onImages(optimizer)
        .layers(
            list -> {
              list.layer(
                  new ConvolutionLayer.Builder(3, 3)
                      .nOut(4)
                      .hasBias(false)
                      .activation(Activation.IDENTITY)
                      .build());
              list.layer(new BatchNormalization.Builder().activation(Activation.RELU).build());
              list.layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
            })
        .scenario("convolution-batch-norm", WELL, LENGTH);
  }

  private static Recipe onImages(Optimizer optimizer) {
    LongFunction<Samples> images = seed -> Data.asImages(Data.smallPictures(seed));
    return Recipe.classifier(Variant.of(Activation.RELU, optimizer, DataType.FLOAT, 8), images);
  }

  private static void convolution(ListBuilder list, int channels) {
    list.layer(new ConvolutionLayer.Builder(3, 3).nOut(channels).build());
    list.layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
  }
}
