package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.lstm;
import static io.github.dl4jstability.benchmarks.zoo.Families.pooling;
import static io.github.dl4jstability.benchmarks.zoo.Families.stepClasses;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;

/** Networks for sequences that do not remember: convolution, attention, pooling over time. */
final class SequenceFamilies {
  private SequenceFamilies() {}

  static List<Family> all() {
    return List.of(
        Family.chain(
            "convolution-1d",
            Signal.SEQUENCE,
            Signal.STEP_CLASSES,
            () -> List.of(convolution(4), stepClasses())),
        between("pooled-convolution-1d", () -> convolution(4)),
        between("pooling-1d", () -> subsampling()),
        between("upsampling-1d", () -> new Upsampling1D.Builder(2).build()),
        between("cropping-1d", () -> new Cropping1D.Builder(1, 1).build()),
        between("zero-padding-1d", () -> new ZeroPadding1DLayer.Builder(1).build()),
        between("locally-connected-1d", SequenceFamilies::locallyConnected).ofOneSize(),
        between("self-attention", SequenceFamilies::selfAttention),
        between("learned-attention", SequenceFamilies::learnedAttention),
        Family.chain(
            "recurrent-attention",
            Signal.SEQUENCE,
            Signal.STEP_CLASSES,
            () ->
                List.of(
                    new RecurrentAttentionLayer.Builder().nOut(3).nHeads(1).build(),
                    stepClasses())),
        pooled("sum-over-time", PoolingType.SUM),
        pooled("norm-over-time", PoolingType.PNORM),
        pooled("max-over-time", PoolingType.MAX),
        pooled("mean-over-time", PoolingType.AVG),
        Family.chain(
            "words",
            Signal.WORDS,
            Signal.CLASS,
            () -> List.of(words(), lstm(5), mean(), classes())),
        Family.chain(
            "words-by-step",
            Signal.WORDS,
            Signal.STEP_CLASSES,
            () -> List.of(words(), lstm(5), stepClasses())));
  }

  private static Family between(String name, Supplier<Layer> layer) {
    return Family.chain(
        name,
        Signal.SEQUENCE,
        Signal.CLASS,
        () -> List.of(convolution(4), layer.get(), mean(), classes()));
  }

  private static Family pooled(String name, PoolingType type) {
    return Family.chain(
        name, Signal.SEQUENCE, Signal.CLASS, () -> List.of(lstm(5), pooling(type), classes()));
  }

  private static Layer mean() {
    return pooling(PoolingType.AVG);
  }

  private static Layer convolution(int channels) {
    return new Convolution1DLayer.Builder(3).nOut(channels).build();
  }

  private static Layer subsampling() {
    return new Subsampling1DLayer.Builder(PoolingType.MAX).kernelSize(2).stride(2).build();
  }

  private static Layer locallyConnected() {
    return new LocallyConnected1D.Builder().kernelSize(2).nOut(3).setInputSize(4).build();
  }

  private static Layer selfAttention() {
    return new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build();
  }

  private static Layer learnedAttention() {
    return new LearnedSelfAttentionLayer.Builder()
        .nOut(4)
        .nHeads(2)
        .nQueries(2)
        .projectInput(true)
        .build();
  }

  private static Layer words() {
    return new EmbeddingSequenceLayer.Builder().nIn(3).nOut(5).build();
  }
}
