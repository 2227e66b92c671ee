package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.dense;
import static io.github.dl4jstability.benchmarks.zoo.Families.lstm;
import static io.github.dl4jstability.benchmarks.zoo.Families.stepClasses;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks that remember. */
final class RecurrentFamilies {
  private RecurrentFamilies() {}

  @SuppressWarnings("deprecation") // Networks with the layers of Graves are still trained.
  static List<Family> all() {
    return List.of(
        steps("lstm", () -> List.of(lstm(5), stepClasses())),
        steps("deep-lstm", () -> List.of(dense(4), lstm(4), lstm(4), stepClasses())),
        steps(
            "graves-lstm", () -> List.of(new GravesLSTM.Builder().nOut(4).build(), stepClasses())),
        steps(
            "graves-bidirectional",
            () -> List.of(new GravesBidirectionalLSTM.Builder().nOut(4).build(), stepClasses())),
        steps("simple-rnn", () -> List.of(simple(5), stepClasses())),
        bidirectional("bidirectional-add", Bidirectional.Mode.ADD),
        bidirectional("bidirectional-mul", Bidirectional.Mode.MUL),
        bidirectional("bidirectional-average", Bidirectional.Mode.AVERAGE),
        bidirectional("bidirectional-concat", Bidirectional.Mode.CONCAT),
        steps("mask-zero", () -> List.of(new MaskZeroLayer(simple(4), 0), stepClasses())),
        steps("mask-layer", () -> List.of(lstm(4), new MaskLayer(), stepClasses())),
        steps("time-distributed", () -> List.of(new TimeDistributed(dense(4)), stepClasses())),
        steps("recurrent-batch-norm", () -> List.of(lstm(4), batchNorm(), stepClasses())),
        steps("recurrent-dropout", () -> List.of(lstmWithDropout(), stepClasses())).withNoise(),
        steps("frozen-lstm", () -> List.of(new FrozenLayer(lstm(4)), stepClasses())),
        steps("recurrent-loss-layer", () -> List.of(lstm(3), lossLayer())),
        steps("recurrent-sigmoid", () -> List.of(lstm(4), sigmoids())),
        Family.chain(
            "last-time-step",
            Signal.SEQUENCE,
            Signal.CLASS,
            () -> List.of(new LastTimeStep(lstm(5)), classes())));
  }

  private static Family steps(String name, Supplier<List<Layer>> layers) {
    return Family.chain(name, Signal.SEQUENCE, Signal.STEP_CLASSES, layers);
  }

  private static Family bidirectional(String name, Bidirectional.Mode mode) {
    return steps(name, () -> List.of(new Bidirectional(mode, lstm(4)), stepClasses()));
  }

  private static Layer simple(int units) {
    return new SimpleRnn.Builder().nOut(units).build();
  }

  private static Layer batchNorm() {
    return new BatchNormalization.Builder().build();
  }

  private static Layer lstmWithDropout() {
    return new LSTM.Builder().nOut(4).dropOut(new Dropout(0.8)).build();
  }

  private static Layer lossLayer() {
    return new RnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
  }

  private static Layer sigmoids() {
    return new RnnOutputLayer.Builder(LossFunction.XENT)
        .nOut(3)
        .activation(Activation.SIGMOID)
        .build();
  }
}
