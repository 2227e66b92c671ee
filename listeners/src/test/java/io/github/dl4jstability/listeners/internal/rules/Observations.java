package io.github.dl4jstability.listeners.internal.rules;

import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Makes observations of a chain of dense layers with one parameter array each. */
public final class Observations {
  private NetworkStructure structure;
  private double[] gradients;
  private double[] updates;
  private double[] parameters;
  private double loss = 1;
  private double rate = 0.1;
  private int first;
  private int iteration;
  private int millis = 1;
  private int distance = 1;
  private Optional<NonFinite> nonFinite = Optional.empty();
  private List<Moments> initial = List.of();
  private List<Moments> inputs = List.of();
  private List<UnitHealth> unitHealth = List.of();
  private Optional<Inspection> inspection = Optional.empty();

  public Observations(int layers) {
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

  /** Replaces each layer's activation function. */
  public Observations activation(String activation) {
    return layers(
        layer ->
            new NetworkStructure.Layer(
                layer.name(),
                layer.type(),
                activation,
                layer.stepsToOutput(),
                layer.output(),
                layer.trainable(),
                layer.setup()));
  }

  /** Replaces each layer's setup. */
  public Observations setup(UnaryOperator<NetworkStructure.Setup> change) {
    structure = Setups.changed(structure, change);
    return this;
  }

  public Observations layers(UnaryOperator<NetworkStructure.Layer> change) {
    structure =
        new NetworkStructure(
            structure.model(),
            structure.layers().stream().map(change).toList(),
            structure.parameters());
    return this;
  }

  /** Gives each layer one weight matrix; the widths begin with that of the features. */
  public Observations widths(int... widths) {
    structure =
        new NetworkStructure(
            structure.model(),
            structure.layers(),
            IntStream.range(0, widths.length - 1)
                .mapToObj(
                    i ->
                        new NetworkStructure.Parameter(
                            i,
                            "W",
                            (long) widths[i] * widths[i + 1],
                            true,
                            NetworkStructure.Parameter.Role.WEIGHT,
                            widths[i],
                            widths[i + 1]))
                .toList());
    return this;
  }

  /** Makes each layer's array its bias. */
  public Observations biases() {
    structure =
        new NetworkStructure(
            structure.model(),
            structure.layers(),
            structure.parameters().stream()
                .map(
                    p ->
                        new NetworkStructure.Parameter(
                            p.layer(),
                            "b",
                            p.count(),
                            true,
                            NetworkStructure.Parameter.Role.BIAS,
                            Double.NaN,
                            Double.NaN))
                .toList());
    return this;
  }

  /** Sets the root mean squares of the initial weights, of mean 0. */
  public Observations initialSpreads(double... spreads) {
    initial =
        IntStream.range(0, spreads.length)
            .mapToObj(i -> normal(structure.parameters().get(i).count(), 0, spreads[i]))
            .toList();
    return this;
  }

  public Observations initial(Moments... moments) {
    initial = List.of(moments);
    return this;
  }

  /** Adds a bias to each layer, that the run started from. */
  public Observations withBiases(Moments first) {
    int layers = structure.layers().size();
    List<NetworkStructure.Parameter> all = new ArrayList<>(structure.parameters());
    List<Moments> start = new ArrayList<>(initial);
    for (int i = 0; i < layers; i++) {
      all.add(
          new NetworkStructure.Parameter(
              i,
              "b",
              first.count(),
              true,
              NetworkStructure.Parameter.Role.BIAS,
              Double.NaN,
              Double.NaN));
      start.add(first);
    }
    structure = new NetworkStructure(structure.model(), structure.layers(), all);
    initial = start;
    gradients = Arrays.copyOf(gradients, all.size());
    updates = Arrays.copyOf(updates, all.size());
    parameters = Arrays.copyOf(parameters, all.size());
    return this;
  }

  public static Moments normal(long count, double mean, double deviation) {
    return new Moments(
        count, mean, deviation, Math.hypot(mean, deviation) * Math.sqrt((double) count), 1, 0, 0);
  }

  public Observations inputs(Moments... moments) {
    inputs = List.of(moments);
    return this;
  }

  public Observations unitHealth(UnitHealth... health) {
    unitHealth = List.of(health);
    return this;
  }

  public Observations inspect(Inspection newInspection) {
    inspection = Optional.of(newInspection);
    return this;
  }

  public Observations silence(Inspection.Silence... silence) {
    return inspect(
        new Inspection(
            List.of(silence),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  public Observations twins(Inspection.Twins... twins) {
    return inspect(
        new Inspection(
            List.of(),
            List.of(twins),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  public Observations throughTime(Inspection.GradientThroughTime... through) {
    return inspect(
        new Inspection(
            List.of(),
            List.of(),
            List.of(through),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  public Observations columns(Inspection.ColumnScales features, Inspection.ColumnScales labels) {
    return columns(List.of(features), labels);
  }

  /** Of several inputs. */
  public Observations columns(
      List<Inspection.ColumnScales> features, Inspection.ColumnScales labels) {
    return inspect(
        new Inspection(
            List.of(),
            List.of(),
            List.of(),
            features,
            List.of(labels),
            List.of(),
            List.of(),
            List.of()));
  }

  public Observations spread(Inspection.OutputSpread spread, double guess) {
    return inspect(
        new Inspection(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(spread),
            List.of(guess),
            List.of()));
  }

  /**
   * Sets the scales of features and labels, and the losses of answers that do not look.
   *
   * @param features root mean square of the features
   * @param outputs number of outputs; their targets have root mean square 1
   */
  public Observations chance(double features, int outputs, double guess, double zero) {
    return inspect(
        new Inspection(
            List.of(),
            List.of(),
            List.of(),
            List.of(new Inspection.ColumnScales(8, 32, 1, 1, 1, 0, features)),
            List.of(new Inspection.ColumnScales(outputs, 32, 1, 1, 1, 0, 1)),
            List.of(),
            List.of(guess),
            List.of(zero)));
  }

  public Observations gradients(double... norms) {
    gradients = norms;
    return this;
  }

  public Observations updates(double... norms) {
    updates = norms;
    return this;
  }

  public Observations parameters(double... norms) {
    parameters = norms;
    return this;
  }

  public Observations loss(double newLoss) {
    loss = newLoss;
    return this;
  }

  public Observations rate(double newRate) {
    rate = newRate;
    return this;
  }

  public Observations nonFinite(NonFinite.Stage stage, Integer... layers) {
    nonFinite = Optional.of(new NonFinite(stage, List.of(layers), 1));
    return this;
  }

  Observations finite() {
    nonFinite = Optional.empty();
    return this;
  }

  /** Starts a new run of the same network. */
  public Observations again() {
    return from(0);
  }

  /** Starts a run that goes on from an earlier one. */
  public Observations from(int firstIteration) {
    first = firstIteration;
    iteration = firstIteration;
    return this;
  }

  /** Measures one of so many iterations. */
  public Observations every(int iterations) {
    distance = iterations;
    return this;
  }

  /** Lets iterations take so long. */
  public Observations millis(int each) {
    millis = each;
    return this;
  }

  public Observation next() {
    int number = iteration;
    iteration += distance;
    return new Observation(
        structure,
        new Observation.Step(
            number, number / 10, (long) number * millis, loss, 32, rate, List.of()),
        new Observation.Arrays(
            moments(gradients),
            moments(updates),
            moments(parameters),
            inputs,
            List.of(),
            number == first ? initial : List.of(),
            Double.NaN),
        unitHealth,
        nonFinite,
        inspection,
        Optional.empty());
  }

  private static List<Moments> moments(double[] norms) {
    return Arrays.stream(norms)
        .mapToObj(norm -> new Moments(100, 0, norm / 10, norm, norm / 5, 0, 0))
        .toList();
  }
}
