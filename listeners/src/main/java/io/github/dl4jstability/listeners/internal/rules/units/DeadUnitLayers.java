package io.github.dl4jstability.listeners.internal.rules.units;

import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.history.Chain;
import io.github.dl4jstability.listeners.internal.history.EarlierTraining;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Judges the silent units of each layer of one run; {@link DeadUnitsRule} says by what measure. */
public final class DeadUnitLayers {
  private static final int EXAMPLES = 460;
  private static final double WARNING = 0.4;
  private static final double INFO = 0.25;

  /** What has been raised is withdrawn below this share of the limit. */
  private static final double HYSTERESIS = 0.9;

  private static final double QUIET_EXAMPLE = 0.9;
  private static final double FALSE_ALARMS = 1e-4;
  private static final int BOUNDS = 3;

  private final Chain chain;
  private final NetworkStructure structure;
  private final boolean[] biasedAgainst;
  private final double[] firstShare;
  private final boolean[] diedSince;
  private final @Nullable Severity[] standing;
  private final double firstLayerBound;

  /** Starts from the first observation of a run. */
  DeadUnitLayers(RunHistory history) {
    Observation first = history.now();
    structure = first.structure();
    chain = new Chain(structure);
    int layers = structure.layers().size();
    biasedAgainst = new boolean[layers];
    firstShare = new double[layers];
    diedSince = new boolean[layers];
    standing = new Severity[layers];
    Arrays.fill(firstShare, Double.NaN);
    List<Moments> initial = first.initialParameters();
    for (int i = 0; i < initial.size(); i++) {
      NetworkStructure.Parameter parameter = structure.parameters().get(i);
      biasedAgainst[parameter.layer()] |=
          parameter.role() == Role.BIAS && initial.get(i).mean() < 0;
    }
    firstLayerBound =
        first.inputs().size() == 1 ? bound(first.inputs().get(0)) : DeadByChance.LIMIT;
  }

  /** Two examples of features with mean m and root mean square r have the cosine m²/r². */
  private static double bound(Moments features) {
    double cosine = Math.pow(features.mean() / features.rootMeanSquare(), 2);
    return Double.isNaN(cosine) ? DeadByChance.LIMIT : DeadByChance.ofCosine(cosine);
  }

  /**
   * Returns how bad each layer is; empty where nothing counts.
   *
   * @param learning whether the loss shows that the network learns all the same
   * @param history of the same run
   */
  List<Optional<Severity>> judge(List<Silence> silence, boolean learning, RunHistory history) {
    EarlierTraining earlier = history.earlier();
    boolean[] unreached = chain.behind(layer -> isWhollySilent(silence.get(layer)));
    for (int layer = 0; layer < silence.size(); layer++) {
      compareWithFirst(silence.get(layer), layer);
    }
    List<Optional<Severity>> severities = new ArrayList<>();
    for (int layer = 0; layer < silence.size(); layer++) {
      standing[layer] = unreached[layer] ? null : severity(silence, layer);
      // What has been judged stays, so that the limits do not move with the loss.
      boolean harmless =
          standing[layer] == Severity.WARNING
              && !isWhollySilent(silence.get(layer))
              && (earlier.of(layer)
                  ? learning || !(diedSince[layer] || earlier.isLongAgo(history.now()))
                  : learning && !biasedAgainst[layer]);
      severities.add(Optional.ofNullable(harmless ? Severity.INFO : standing[layer]));
    }
    return severities;
  }

  private void compareWithFirst(Silence silence, int layer) {
    if (!isKnown(silence)) {
      return;
    }
    if (Double.isNaN(firstShare[layer])) {
      firstShare[layer] = share(silence);
    }
    boolean frozen = structure.layers().get(layer).setup().frozen();
    diedSince[layer] =
        !frozen && deviations(silence, firstShare[layer]) > unlikely(diedSince[layer]);
  }

  static double share(Silence silence) {
    return (double) silence.silent() / silence.units();
  }

  private static boolean isKnown(Silence silence) {
    return silence.isPresent() && silence.examples() >= EXAMPLES;
  }

  /** Tells whether a layer that nothing goes around is wholly silent. */
  public static boolean isCutOff(NetworkStructure structure, List<Silence> silence) {
    for (int layer = 0; layer < silence.size(); layer++) {
      if (isWhollySilent(silence.get(layer), silence.size())
          && !structure.layers().get(layer).setup().bypassed()) {
        return true;
      }
    }
    return false;
  }

  private boolean isWhollySilent(Silence silence) {
    return isWhollySilent(silence, structure.layers().size());
  }

  private static boolean isWhollySilent(Silence silence, int layers) {
    double needed = Math.log(FALSE_ALARMS / layers) / Math.log(QUIET_EXAMPLE);
    return silence.isPresent()
        && silence.silent() == silence.units()
        && silence.examples() >= needed;
  }

  private @Nullable Severity severity(List<Silence> all, int layer) {
    Silence silence = all.get(layer);
    if (isWhollySilent(silence)) {
      boolean bypassed = structure.layers().get(layer).setup().bypassed();
      return bypassed ? Severity.WARNING : Severity.ERROR;
    }
    if (!isKnown(silence)) {
      return null;
    }
    Severity before = standing[layer];
    boolean warned = before == Severity.WARNING || before == Severity.ERROR;
    double share = share(silence);
    if (share >= WARNING * (warned ? HYSTERESIS : 1) && isBeyondChance(all, layer, warned)) {
      return Severity.WARNING;
    }
    boolean informed = before != null;
    return share >= INFO * (informed ? HYSTERESIS : 1) && isBeyondChance(all, layer, informed)
        ? Severity.INFO
        : null;
  }

  /** Tells whether the share is beyond any of the bounds on what chance gives. */
  private boolean isBeyondChance(List<Silence> all, int layer, boolean raised) {
    double z = unlikely(raised);
    Silence silence = all.get(layer);
    return biasedAgainst[layer]
        || deviations(silence, firstShare[layer]) > z
        || before(all, layer, silence) > z
        || following(all, layer)
            .filter(next -> deviations(silence, share(next), next.units()) > z)
            .isPresent();
  }

  /** How many deviations chance hardly ever gives. */
  private double unlikely(boolean raised) {
    int layers = structure.layers().size();
    return (raised ? HYSTERESIS : 1) * Math.sqrt(2 * Math.log(BOUNDS * 100.0 * layers));
  }

  /** Binomial deviations of a layer's share from an expected one. */
  private static double deviations(Silence silence, double expected) {
    double variance = DeadByChance.variance(expected, silence.units());
    return (share(silence) - expected) / Math.sqrt(variance);
  }

  /** The same where the expected share is itself that of so many units: pooled. */
  private static double deviations(Silence silence, double expected, int units) {
    int both = silence.units() + units;
    double pooled = (silence.silent() + expected * units) / both;
    double variance =
        DeadByChance.variance(pooled, silence.units()) + DeadByChance.variance(pooled, units);
    return (share(silence) - expected) / Math.sqrt(variance);
  }

  private double before(List<Silence> all, int layer, Silence silence) {
    List<Integer> inputs = chain.inputs(layer);
    if (inputs.isEmpty()) {
      return deviations(silence, firstLayerBound);
    }
    Silence before = all.get(inputs.get(0));
    return inputs.size() == 1 && isKnown(before)
        ? deviations(silence, DeadByChance.next(share(before)), before.units())
        : deviations(silence, DeadByChance.LIMIT);
  }

  private Optional<Silence> following(List<Silence> all, int layer) {
    return IntStream.range(layer + 1, all.size())
        .filter(next -> chain.inputs(next).contains(layer))
        .mapToObj(all::get)
        .filter(DeadUnitLayers::isKnown)
        .findFirst();
  }
}
