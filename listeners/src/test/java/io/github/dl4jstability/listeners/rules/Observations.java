package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.Agreement;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NonFinite;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes observations of a chain of dense layers with one parameter array each. */
final class Observations {
  private final NetworkStructure structure;
  private double[] gradients;
  private double[] updates;
  private double[] parameters;
  private double loss = 1;
  private int iteration;
  private Optional<NonFinite> nonFinite = Optional.empty();

  Observations(int layers) {
    structure =
        new NetworkStructure(
            "MultiLayerNetwork",
            IntStream.range(0, layers)
                .mapToObj(
                    i ->
                        new NetworkStructure.Layer(
                            "layer" + i,
                            i == layers - 1 ? "OutputLayer" : "DenseLayer",
                            "sigmoid",
                            layers - 1 - i,
                            i == layers - 1,
                            true,
                            NetworkStructure.Setup.UNKNOWN))
                .toList(),
            IntStream.range(0, layers)
                .mapToObj(
                    i ->
                        new NetworkStructure.Parameter(
                            i, "W", 100, true, NetworkStructure.Parameter.Role.WEIGHT, 10, 10))
                .toList());
    gradients = filled(layers, 0.1);
    updates = filled(layers, 1e-3);
    parameters = filled(layers, 1);
  }

  private static double[] filled(int layers, double value) {
    double[] norms = new double[layers];
    Arrays.fill(norms, value);
    return norms;
  }

  Observations gradients(double... norms) {
    gradients = norms;
    return this;
  }

  Observations updates(double... norms) {
    updates = norms;
    return this;
  }

  Observations loss(double newLoss) {
    loss = newLoss;
    return this;
  }

  Observations nonFinite(NonFinite.Stage stage, Integer... layers) {
    nonFinite = Optional.of(new NonFinite(stage, List.of(layers), 1));
    return this;
  }

  Observations finite() {
    nonFinite = Optional.empty();
    return this;
  }

  Observation next() {
    int number = iteration++;
    return new Observation(
        structure,
        number,
        number / 10,
        number,
        loss,
        32,
        0.1,
        moments(gradients),
        moments(updates),
        moments(parameters),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        nonFinite,
        List.of(),
        Agreement.ABSENT,
        List.of(),
        Optional.empty());
  }

  private static List<Moments> moments(double[] norms) {
    return Arrays.stream(norms)
        .mapToObj(norm -> new Moments(100, 0, norm / 10, norm, norm / 5, 0, 0))
        .toList();
  }
}
