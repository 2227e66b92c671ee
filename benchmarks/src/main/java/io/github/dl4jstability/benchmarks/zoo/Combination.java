package io.github.dl4jstability.benchmarks.zoo;

import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * One run of the zoo.
 *
 * @param family the kind of network
 * @param masks which masks its minibatches have
 * @param shape how many examples and steps they have
 * @param container what the layers are put into
 * @param type of parameters and data
 */
record Combination(Family family, Masks masks, Shape shape, Container container, DataType type) {

  /** Returns the name by which the run can be asked for, such as "lstm/both/tbptt/graph/float". */
  String id() {
    return String.join(
        "/",
        family.name(),
        masks.toString(),
        shape.toString(),
        container.toString(),
        type.name().toLowerCase(Locale.ROOT));
  }

  /** Returns a number that is the same each time and differs between combinations. */
  int seed() {
    return id().hashCode() & 0xffffff;
  }

  @Override
  public String toString() {
    return id();
  }
}
