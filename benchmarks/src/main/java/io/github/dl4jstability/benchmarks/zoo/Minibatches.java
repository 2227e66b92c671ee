package io.github.dl4jstability.benchmarks.zoo;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Makes the minibatches of a combination, the same each time. */
final class Minibatches {
  private final Combination combination;
  private final Random random;

  private Minibatches(Combination combination) {
    this.combination = combination;
    random = new Random(combination.seed());
  }

  /** Returns the minibatches of one epoch. */
  static List<MultiDataSet> of(Combination combination) {
    Minibatches minibatches = new Minibatches(combination);
    return combination.family().sizes(combination.shape()).stream()
        .map(minibatches::minibatch)
        .toList();
  }

  private MultiDataSet minibatch(Shape.Size size) {
    Family family = combination.family();
    INDArray[] features = arrays(family.inputs(), size);
    INDArray[] labels = arrays(family.outputs(), size);
    return new org.nd4j.linalg.dataset.MultiDataSet(
        features, labels, featureMasks(features), labelMasks(labels));
  }

  private INDArray[] arrays(List<Signal> signals, Shape.Size size) {
    return signals.stream()
        .map(signal -> signal.array(size, combination.type(), random))
        .toArray(INDArray[]::new);
  }

  private INDArray @Nullable [] featureMasks(INDArray[] features) {
    List<Signal> inputs = combination.family().inputs();
    return combination.masks().onFeatures()
        ? IntStream.range(0, features.length)
            .mapToObj(i -> inputs.get(i).mask(features[i], true, random))
            .toArray(INDArray[]::new)
        : null;
  }

  private @Nullable INDArray @Nullable [] labelMasks(INDArray[] labels) {
    if (!combination.masks().onLabels()) {
      return null;
    }
    return IntStream.range(0, labels.length)
        .mapToObj(i -> i % 2 == 1 ? null : labelMask(labels[i], i))
        .toArray(INDArray[]::new);
  }

  private INDArray labelMask(INDArray labels, int output) {
    return combination.masks() == Masks.PER_OUTPUT
        ? Signal.perOutput(labels, random)
        : combination.family().outputs().get(output).mask(labels, false, random);
  }
}
