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
        units,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup fedBy(Integer... layers) {
    return new Setup(
        0,
        new Setup.Wiring(List.of(layers), List.of(), false),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup loss(String loss) {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training("", loss, "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup regression(String updater) {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training(updater, "MSE", "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup readingFeatures() {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(0), false),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup readingInput(int input) {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(input), false),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup normalizedReader() {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(0), false),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        true);
  }

  public static Setup normalizedReaderOfARegression(String updater) {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(0), false),
        new Setup.Training(updater, "MSE", "", false, Penalty.NONE),
        false,
        true);
  }

  public static Setup clipped() {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training("", "", "ClipL2PerLayer", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup normalized() {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        true);
  }

  public static Setup bypassed() {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), true),
        new Setup.Training("", "", "", false, Penalty.NONE),
        false,
        false);
  }

  public static Setup frozen() {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training("", "", "", true, Penalty.NONE),
        false,
        false);
  }

  public static Setup penalized(double l1, double l2, double decay) {
    return new Setup(
        0,
        new Setup.Wiring(List.of(), List.of(), false),
        new Setup.Training("", "", "", false, new Penalty(l1, l2, decay)),
        false,
        false);
  }
}
