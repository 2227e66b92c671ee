package io.github.dl4jstability.listeners.internal.rules;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import java.util.List;
import java.util.function.UnaryOperator;

/** Setups of layers that differ from {@link Setup#UNKNOWN} in one thing. */
public final class Setups {
  private Setups() {}

  /** Changes the setup of each layer. */
  static NetworkStructure changed(NetworkStructure structure, UnaryOperator<Setup> change) {
    return new NetworkStructure(
        structure.model(),
        structure.layers().stream()
            .map(
                layer ->
                    new NetworkStructure.Layer(
                        layer.name(),
                        layer.type(),
                        layer.activation(),
                        layer.stepsToOutput(),
                        layer.output(),
                        layer.trainable(),
                        change.apply(layer.setup())))
            .toList(),
        structure.parameters());
  }

  public static Setup units(int units) {
    return new Setup(
        units, List.of(), List.of(), "", "", "", false, false, false, false, Penalty.NONE);
  }

  public static Setup fedBy(Integer... layers) {
    return new Setup(
        0, List.of(layers), List.of(), "", "", "", false, false, false, false, Penalty.NONE);
  }

  public static Setup loss(String loss) {
    return new Setup(
        0, List.of(), List.of(), "", loss, "", false, false, false, false, Penalty.NONE);
  }

  public static Setup regression(String updater) {
    return new Setup(
        0, List.of(), List.of(), updater, "MSE", "", false, false, false, false, Penalty.NONE);
  }

  public static Setup readingFeatures() {
    return new Setup(
        0, List.of(), List.of(0), "", "", "", false, false, false, false, Penalty.NONE);
  }

  public static Setup readingInput(int input) {
    return new Setup(
        0, List.of(), List.of(input), "", "", "", false, false, false, false, Penalty.NONE);
  }

  public static Setup normalizedReader() {
    return new Setup(0, List.of(), List.of(0), "", "", "", false, false, true, false, Penalty.NONE);
  }

  public static Setup normalizedReaderOfARegression(String updater) {
    return new Setup(
        0, List.of(), List.of(0), updater, "MSE", "", false, false, true, false, Penalty.NONE);
  }

  public static Setup clipped() {
    return new Setup(
        0,
        List.of(),
        List.of(),
        "",
        "",
        "ClipL2PerLayer",
        false,
        false,
        false,
        false,
        Penalty.NONE);
  }

  public static Setup normalized() {
    return new Setup(0, List.of(), List.of(), "", "", "", false, false, true, false, Penalty.NONE);
  }

  public static Setup bypassed() {
    return new Setup(0, List.of(), List.of(), "", "", "", false, false, false, true, Penalty.NONE);
  }

  public static Setup frozen() {
    return new Setup(0, List.of(), List.of(), "", "", "", false, true, false, false, Penalty.NONE);
  }

  public static Setup penalized(double l1, double l2, double decay) {
    return new Setup(
        0,
        List.of(),
        List.of(),
        "",
        "",
        "",
        false,
        false,
        false,
        false,
        new Penalty(l1, l2, decay));
  }
}
