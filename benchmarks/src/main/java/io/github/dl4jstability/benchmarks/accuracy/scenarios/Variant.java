package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What varies within a family.
 *
 * @param activation of the hidden layers
 * @param widths units of each hidden layer
 * @param optimizer the updater
 * @param type float or double
 * @param batch examples per minibatch; 0 for all
 */
record Variant(
    Activation activation, List<Integer> widths, Optimizer optimizer, DataType type, int batch) {

  static Variant of(
      Activation activation, Optimizer optimizer, DataType type, int batch, Integer... widths) {
    return new Variant(activation, List.of(widths), optimizer, type, batch);
  }

  /** One per optimizer, over widths, depths, types and minibatch sizes. */
  static Stream<Variant> each(Activation activation) {
    return Stream.of(
        of(activation, Optimizer.SGD, DataType.FLOAT, 16, 24),
        of(activation, Optimizer.ADAM, DataType.FLOAT, 32, 32, 32),
        of(activation, Optimizer.NESTEROVS, DataType.DOUBLE, 8, 16, 16, 16),
        of(activation, Optimizer.RMSPROP, DataType.FLOAT, 64, 64, 32),
        of(activation, Optimizer.AMSGRAD, DataType.DOUBLE, 32, 24, 24));
  }

  /** The same for another activation. */
  Variant with(Activation other) {
    return new Variant(other, widths, optimizer, type, batch);
  }

  /** The same with other hidden layers. */
  Variant with(Integer... otherWidths) {
    return new Variant(activation, List.of(otherWidths), optimizer, type, batch);
  }

  /** The same with all layers equal. */
  Variant deep(int layers, int width) {
    return new Variant(
        activation, Stream.generate(() -> width).limit(layers).toList(), optimizer, type, batch);
  }

  /** The same with another minibatch size. */
  Variant batches(int otherBatch) {
    return new Variant(activation, widths, optimizer, type, otherBatch);
  }

  /** Returns for example "relu-16-16-adam-float-b32". */
  String label() {
    return "%s-%s-%s-%s-%s"
        .formatted(
            activation.name().toLowerCase(Locale.ROOT),
            shape(),
            optimizer.label(),
            type.name().toLowerCase(Locale.ROOT),
            batch == 0 ? "full" : "b" + batch);
  }

  private String shape() {
    boolean equal = widths.stream().distinct().count() == 1;
    return equal && widths.size() > 3
        ? widths.size() + "x" + widths.get(0)
        : widths.isEmpty()
            ? "special"
            : widths.stream().map(Object::toString).collect(Collectors.joining("-"));
  }

  /** Names of the hidden layers. */
  String[] hidden() {
    return names(0, widths.size());
  }

  /** Names of some layers. */
  static String[] names(int from, int to) {
    return Stream.iterate(from, i -> i < to, i -> i + 1)
        .map(i -> "layer" + i)
        .toArray(String[]::new);
  }
}
