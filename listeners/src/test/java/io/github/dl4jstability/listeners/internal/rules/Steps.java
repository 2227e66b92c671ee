package io.github.dl4jstability.listeners.internal.rules;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes observations of runs whose layers all take the same steps. */
public final class Steps {
  final int layers;
  private NetworkStructure structure;
  public double loss = 1;
  public double rate = 0.1;
  public double gradient = 0.1;
  public double update = 1e-3;
  public double parameters = 1;
  public double agreement = Double.NaN;
  public double guess = Double.NaN;
  public int examples = 32;
  int batchesPerEpoch = 10;
  public int distance = 1;
  public List<Double> rates = List.of();
  public Optional<NonFinite> nonFinite = Optional.empty();
  private int iteration;

  public Steps(int layers) {
    this(layers, "Sgd");
  }

  public Steps(int layers, String updater) {
    this.layers = layers;
    NetworkStructure.Setup setup =
        new NetworkStructure.Setup(
            10,
            new NetworkStructure.Setup.Wiring(List.of(), List.of(), false),
            new NetworkStructure.Setup.Training(
                updater, "", "", false, NetworkStructure.Penalty.NONE),
            false,
            false);
    structure =
        new NetworkStructure(
            "MultiLayerNetwork",
            IntStream.range(0, layers)
                .mapToObj(
                    i ->
                        new NetworkStructure.Layer(
                            "layer" + i, "DenseLayer", "relu", layers - 1 - i, false, true, setup))
                .toList(),
            IntStream.range(0, layers)
                .mapToObj(
                    i -> new NetworkStructure.Parameter(i, "W", 100, true, Role.WEIGHT, 1e4, 10))
                .toList());
  }

  /** Gives each layer these penalties. */
  public void penalize(double l1, double l2, double decay) {
    structure = Setups.changed(structure, setup -> Setups.penalized(l1, l2, decay));
  }

  /** The next iteration; only the first layers take steps, the others stand still. */
  public Observation next(int movingLayers) {
    int number = iteration;
    iteration += distance;
    List<Moments> updates = new ArrayList<>(Collections.nCopies(movingLayers, moments(update)));
    updates.addAll(Collections.nCopies(layers - movingLayers, moments(0)));
    return new Observation(
        structure,
        new Observation.Step(number, number / batchesPerEpoch, number, loss, examples, rate, rates),
        new Observation.Arrays(
            Collections.nCopies(layers, moments(gradient)),
            updates,
            Collections.nCopies(layers, moments(parameters)),
            List.of(),
            List.of(),
            List.of(),
            agreement),
        List.of(),
        nonFinite,
        Double.isNaN(guess)
            ? Optional.empty()
            : Optional.of(
                new Inspection(
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(guess),
                    List.of())),
        Optional.empty());
  }

  public Observation next() {
    return next(layers);
  }

  /** Lets a rule judge so many more iterations; returns what it says after the last of them. */
  public Optional<Diagnosis> judgedBy(Asked rule, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(next());
    }
    return last;
  }

  private static Moments moments(double norm) {
    return new Moments(100, 0, norm / 10, norm, norm / 5, 0, 0);
  }
}
