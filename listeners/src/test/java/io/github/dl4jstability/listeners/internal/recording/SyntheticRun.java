package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Escape;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Kind;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Noise;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Spectrum;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Step;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.listeners.internal.record.FrameExtremes;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Numbers as a multilayer perceptron could give them, without training one. */
public final class SyntheticRun {

  private final NetworkStructure structure;

  private SyntheticRun(NetworkStructure structure) {
    this.structure = structure;
  }

  /** Dense layers named 0, 1, …, the last an output layer. */
  public static SyntheticRun withLayers(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(Integer.toString(i));
    }
    return withLayers(names);
  }

  /** Dense layers with the given names, the last an output layer. */
  public static SyntheticRun withLayers(List<String> names) {
    List<Layer> layers = new ArrayList<>();
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      boolean output = i == names.size() - 1;
      layers.add(
          new Layer(
              names.get(i),
              output ? "OutputLayer" : "DenseLayer",
              output ? "softmax" : "sigmoid",
              names.size() - 1 - i,
              output,
              true,
              NetworkStructure.Setup.UNKNOWN));
      parameters.add(new Parameter(i, "W", 65_536, true, Role.OTHER, Double.NaN, Double.NaN));
      parameters.add(new Parameter(i, "b", 256, true, Role.OTHER, Double.NaN, Double.NaN));
    }
    return new SyntheticRun(new NetworkStructure("MultiLayerNetwork", layers, parameters));
  }

  /** The network. */
  public NetworkStructure structure() {
    return structure;
  }

  /** An iteration in which each layer's gradient has the given norm. */
  public Observation observation(int iteration, double score, List<Double> gradientNorms) {
    List<Moments> gradients = new ArrayList<>();
    List<Moments> updates = new ArrayList<>();
    List<Moments> values = new ArrayList<>();
    List<Moments> activations = new ArrayList<>();
    List<UnitHealth> health = new ArrayList<>();
    for (Parameter parameter : structure.parameters()) {
      double norm = gradientNorms.get(parameter.layer()) / Math.sqrt(2);
      gradients.add(moments(parameter.count(), norm));
      updates.add(moments(parameter.count(), norm * 0.01));
      values.add(moments(parameter.count(), 10));
    }
    List<Integer> nonFinite = new ArrayList<>();
    for (int i = 0; i < structure.layers().size(); i++) {
      boolean output = structure.layers().get(i).output();
      activations.add(output ? Moments.ABSENT : moments(64 * 256, 70 + i));
      health.add(output ? UnitHealth.ABSENT : new UnitHealth(256, 0, 3 + i, 0.01 * i));
      if (!Double.isFinite(gradientNorms.get(i))) {
        nonFinite.add(i);
      }
    }
    return new Observation(
        structure,
        new Observation.Step(
            iteration, iteration / 100, 1_700_000_000_000L + iteration, score, 64, 0.01, List.of()),
        new Observation.Arrays(
            gradients, updates, values, List.of(), activations, List.of(), Double.NaN),
        health,
        nonFinite.isEmpty()
            ? Optional.empty()
            : Optional.of(new NonFinite(NonFinite.Stage.GRADIENTS, nonFinite, 17)),
        Optional.empty(),
        Optional.empty());
  }

  /** As {@link #observation}, with everything that a closer look can hold. */
  public Observation inspected(int iteration, double score, List<Double> gradientNorms) {
    Observation plain = observation(iteration, score, gradientNorms);
    int layers = structure.layers().size();
    List<Moments> initial = iteration == 0 ? plain.parameters() : List.of();
    Inspection look =
        new Inspection(
            Collections.nCopies(layers, new Silence(256, 3, 640, 0.25)),
            Collections.nCopies(layers, Twins.ABSENT),
            Collections.nCopies(layers, GradientThroughTime.ABSENT),
            List.of(new ColumnScales(8, 640, 0.1, 1, 1.0 / 3, 2, 1.5)),
            List.of(ColumnScales.ABSENT),
            List.of(new OutputSpread(64, 0.2, 0.47)),
            List.of(1.0986),
            List.of(Double.NaN));
    return new Observation(
        structure,
        new Observation.Step(
            iteration,
            plain.epoch(),
            plain.timeMillis(),
            score,
            plain.examples(),
            plain.learningRate(),
            Collections.nCopies(layers, 0.01)),
        new Observation.Arrays(
            plain.gradients(),
            plain.updates(),
            plain.parameters(),
            List.of(moments(512, 20)),
            plain.activations(),
            initial,
            iteration == 0 ? Double.NaN : 0.1),
        plain.unitHealth(),
        plain.nonFinite(),
        Optional.of(look),
        Optional.empty());
  }

  /** The same numbers, said of another network. */
  public static Observation in(NetworkStructure other, Observation of) {
    return new Observation(
        other,
        new Observation.Step(
            of.iteration(),
            of.epoch(),
            of.timeMillis(),
            of.score(),
            of.examples(),
            of.learningRate(),
            of.learningRates()),
        new Observation.Arrays(
            of.gradients(),
            of.updates(),
            of.parameters(),
            of.inputs(),
            of.activations(),
            of.initialParameters(),
            of.gradientAgreement()),
        of.unitHealth(),
        of.nonFinite(),
        of.inspection(),
        of.details());
  }

  /** How a listener with its defaults watches. */
  public static RunSettings settings() {
    return new RunSettings(
        "1.2.3", "main", "STANDARD", 1, Set.of(Condition.PLATEAU, Condition.NON_FINITE), 0.05);
  }

  /** What the probe measures at a saddle point. */
  public static StationaryNumbers stationaryNumbers(int iteration) {
    return new StationaryNumbers(
        Kind.SADDLE_POINT,
        iteration,
        512,
        1.0986,
        1e-9,
        1e-12,
        1e-6,
        new Spectrum(-0.3, Double.NaN, 1.7, 0.1, 1e-7),
        new Noise(0.02, 0.9),
        new Step(0, 1.0986),
        new Step(0, 1.0986),
        Optional.of(new Escape(2, 0.7, Double.POSITIVE_INFINITY)),
        true,
        120,
        0.04);
  }

  /** The extremes of an iteration that follows its predecessor without a gap. */
  public static FrameExtremes extremes(double score, List<Double> gradientNorms) {
    return new FrameExtremes(score, score, gradientNorms);
  }

  /** Moments of an array with mean about 0. */
  public static Moments moments(long count, double l2Norm) {
    boolean finite = Double.isFinite(l2Norm);
    double rms = l2Norm / Math.sqrt((double) count);
    return new Moments(
        count,
        finite ? rms / 100 : Double.NaN,
        finite ? rms * 0.99995 : Double.NaN,
        l2Norm,
        finite ? rms * 4 : l2Norm,
        l2Norm == 0 ? 1 : 0.125,
        finite ? 0 : 17);
  }

  /** A diagnosis with everything that one can have. */
  public static Diagnosis diagnosis(Condition condition, int iteration, List<String> layers) {
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("gradient norm, first layer", 3.2e-9);
    evidence.put("ratio to the last layer", 4.1e-8);
    evidence.put("loss", Double.NaN);
    return new Diagnosis(
        condition,
        Severity.WARNING,
        iteration,
        iteration / 100,
        layers,
        evidence,
        "The gradient fades from 0.078 at the output to 3.2e-9 at the first layer.",
        "Use .activation(Activation.RELU) with .weightInit(new HeNormal()).",
        Optional.empty());
  }
}
