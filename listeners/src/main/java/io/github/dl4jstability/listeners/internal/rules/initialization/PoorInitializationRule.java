package io.github.dl4jstability.listeners.internal.rules.initialization;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.Schemes;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#POOR_INITIALIZATION}: initial weights that let signals and gradients grow or
 * fade, where others would not. It is judged once, at the first iteration, from the weights that
 * the run started from ({@link InitialWeights}), and withdrawn when the loss is below half of a
 * guess's: for good after {@value #SETTLED} iterations, and before that for as long as it is.
 *
 * <p>Scale alone is no fault: most networks learn from a wide range of scales. A verdict needs a
 * scale outside all schemes in use and a reason why it hurts:
 *
 * <ul>
 *   <li><b>Too wide for the depth.</b> Along the longest chain of plain layers the weights are on
 *       average wider than the widest scheme and Σ ln χ ({@link SignalPropagation}) is above
 *       {@value #GROWTH}, two thirds of the 6 where nothing trains: gradients grow e² = 7 times,
 *       and neighbouring examples part as fast.
 *   <li><b>Too narrow for the depth.</b> They are on average narrower than the narrowest scheme,
 *       and Σ ln χ is lower by more than {@value #FADING} than with that scheme, with which it
 *       would be above −6: gradients are e⁶ = 400 times smaller than they could be. (Where they
 *       would fade with any weights, as behind many sigmoids, weights are not the cause.)
 *   <li><b>Beyond depth for ReLU and its kin</b>: Σ ln χ below −{@value #DEEP}. With Xavier weights
 *       (χ = 1/2) 22 layers were seen to train and 30 not (He et al. 2015, section 2.2).
 *   <li><b>One layer out of line.</b> It is wider than the widest scheme by {@value #ODD}, and
 *       {@value #OUT_OF_LINE} times as wide as any of the other layers, which among themselves
 *       follow one scheme within a factor of 2.
 *   <li><b>Extreme.</b> A layer is wider than the widest scheme by {@value #EXTREME}: its weighted
 *       inputs have more than four times the spread that keeps them level. Layers beyond half of
 *       that are named with it.
 *   <li><b>A loss far above chance.</b> The first loss is larger than any sound scheme gives
 *       ({@link InitialLoss}), and there are layers wider than the widest scheme; they are named.
 *       Weights of ordinary size are never blamed, so neither features or targets of a wrong scale
 *       nor rare classes bring this about.
 * </ul>
 *
 * <p>The root mean square of n random weights is off by 1/√(2n) of itself (less for uniform ones);
 * all comparisons leave four times that, so chance decides in less than one of 30,000.
 *
 * <p>Not judged: layers with a normalization directly behind them or a shortcut around them, for
 * which scale hardly matters; frozen layers, embeddings, recurrent layers; constant weights (those
 * are symmetric); weights that are too small in a shallow network or an output (to start near 0 is
 * good practice); runs that go on from a model that had been trained.
 */
public final class PoorInitializationRule implements Rule {
  private static final double GROWTH = 4;
  private static final double FADING = 12;
  private static final double TRAINABLE = 6;
  private static final double DEEP = 16;
  private static final double ODD = 1.25;
  private static final double OUT_OF_LINE = 3;
  private static final double EXTREME = 2.5;
  private static final double LEARNED = 0.5;

  /** {@link LossLevel} smooths over so many iterations; before, a few examples may be luck. */
  private static final int SETTLED = 20;

  private boolean judged;
  private @Nullable Diagnosis raised;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.POOR_INITIALIZATION);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    if (!judged) {
      judged = true;
      raised = observation.iteration() == 0 ? verdict(history).orElse(null) : null;
    }
    boolean learned = history.loss().isBelow(LEARNED);
    if (learned && observation.iteration() >= SETTLED) {
      raised = null;
    }
    return learned ? Optional.empty() : Optional.ofNullable(raised);
  }

  private static Optional<Diagnosis> verdict(RunHistory history) {
    Observation observation = history.now();
    List<InitialWeights> all = InitialWeights.of(history);
    Optional<InitialLoss> start = InitialLoss.of(history);
    return ofWeights(observation, all)
        .or(() -> ofLoss(observation, all, start))
        .map(diagnosis -> start.map(loss -> loss.shownIn(diagnosis)).orElse(diagnosis));
  }

  private static Optional<Diagnosis> ofWeights(Observation observation, List<InitialWeights> all) {
    Optional<Diagnosis> single =
        OddLayers.outOfLine(all, ODD, OUT_OF_LINE)
            .map(odd -> single(observation, odd.odd(), odd.timesOthers()));
    if (single.isPresent()) {
      return single;
    }
    if (all.stream().anyMatch(w -> w.isBeyondWidest(EXTREME))) {
      return Optional.of(
          wide(observation, all.stream().filter(w -> w.overWidest() > EXTREME / 2).toList()));
    }
    List<InitialWeights> chain = SignalPropagation.longestChain(observation.structure(), all);
    return chain.size() > 2 ? depth(observation, chain) : Optional.empty();
  }

  private static Optional<Diagnosis> ofLoss(
      Observation observation, List<InitialWeights> all, Optional<InitialLoss> start) {
    List<InitialWeights> wide = all.stream().filter(w -> w.isBeyondWidest(1)).toList();
    return start
        .filter(loss -> loss.isFarAboveChance() && !wide.isEmpty())
        .map(loss -> wide(observation, wide));
  }

  private static Optional<Diagnosis> depth(Observation observation, List<InitialWeights> chain) {
    double input = meanSquareOfInput(observation);
    Optional<Double> growth = SignalPropagation.logGrowth(chain, input);
    Optional<Double> withNarrowest =
        SignalPropagation.logGrowth(
            chain.stream().map(w -> w.withSpread(w.spread() / w.overNarrowest())).toList(), input);
    if (growth.isEmpty() || withNarrowest.isEmpty()) {
      return Optional.empty();
    }
    double margin = InitialWeights.margin(chain.stream().mapToLong(InitialWeights::count).sum());
    double wide = chain.stream().mapToDouble(w -> Math.log(w.overWidest())).average().orElse(0);
    double narrow =
        chain.stream().mapToDouble(w -> Math.log(w.overNarrowest())).average().orElse(0);
    boolean tooWide = wide > margin && growth.get() > GROWTH;
    boolean tooNarrow =
        narrow < -margin
            && growth.get() < withNarrowest.get() - FADING
            && withNarrowest.get() > -TRAINABLE;
    boolean tooDeep = growth.get() < -DEEP && isRectifier(chain.get(0).activation());
    return tooWide || tooNarrow || tooDeep
        ? Optional.of(deep(observation, chain, growth.get()))
        : Optional.empty();
  }

  private static boolean isRectifier(String activation) {
    return activation.contains("relu") || activation.startsWith("elu");
  }

  private static double meanSquareOfInput(Observation observation) {
    double square =
        observation.inputs().stream()
            .filter(Moments::isPresent)
            .mapToDouble(Moments::rootMeanSquare)
            .map(x -> x * x)
            .average()
            .orElse(1);
    return Double.isFinite(square) && square > 0 ? square : 1;
  }

  private static Diagnosis single(Observation observation, InitialWeights odd, double times) {
    return diagnosis(observation, List.of(odd), odd)
        .show(Evidence.AGAINST_THE_OTHER_LAYERS, times)
        .because(
            "The weights of "
                + title(observation, odd)
                + " started with a spread of "
                + Numbers.text(odd.spread())
                + ", "
                + Numbers.text(times)
                + " times as wide for their fans as those of the other layers and "
                + Numbers.text(odd.overWidest())
                + " times the widest that fits "
                + odd.activation()
                + ".")
        .build();
  }

  private static Diagnosis wide(Observation observation, List<InitialWeights> wide) {
    InitialWeights first = wide.get(0);
    return diagnosis(observation, wide, first)
        .because(
            "The weights of "
                + title(observation, first)
                + " started with a spread of "
                + Numbers.text(first.spread())
                + ", "
                + Numbers.text(first.overWidest())
                + " times the widest that fits "
                + first.activation()
                + " and "
                + Math.round(first.fanIn())
                + " inputs.")
        .build();
  }

  private static Diagnosis deep(
      Observation observation, List<InitialWeights> chain, double growth) {
    InitialWeights second = chain.get(1);
    return diagnosis(observation, chain, second)
        .show(Evidence.LOG_GROWTH, growth)
        .show(Evidence.LAYERS_IN_A_ROW, chain.size())
        .because(
            "With initial weights of spread "
                + Numbers.text(second.spread())
                + " ("
                + Numbers.text(second.spread() * Math.sqrt(second.fanIn()))
                + "/√inputs), "
                + chain.size()
                + " layers of "
                + second.activation()
                + " make a gradient "
                + (growth > 0
                    ? Numbers.text(Math.exp(growth / 2)) + " times larger"
                    : Numbers.text(Math.exp(-growth / 2)) + " times smaller")
                + " on its way back.")
        .build();
  }

  private static String title(Observation observation, InitialWeights weights) {
    return observation.structure().layers().get(weights.layer()).title();
  }

  /** What is said of all of them; the numbers are those of one layer. */
  private static DiagnosisBuilder diagnosis(
      Observation observation, List<InitialWeights> layers, InitialWeights shown) {
    return DiagnosisBuilder.of(Condition.POOR_INITIALIZATION)
        .since(Onset.at(observation))
        .in(observation.structure(), layers.stream().map(InitialWeights::layer).toList())
        .show(Evidence.SPREAD_OF_THE_WEIGHTS, shown.spread())
        .show(Evidence.GAIN, shown.spread() * Math.sqrt(shown.fanIn()))
        .show(Evidence.AGAINST_THE_WIDEST_SCHEME, shown.overWidest())
        .show(Evidence.AGAINST_THE_NARROWEST_SCHEME, shown.overNarrowest())
        .remedy(
            ".weightInit("
                + Schemes.fitting(observation.structure().layers().get(layers.get(0).layer()))
                + ") for the layers named, or .weightInit(WeightInit.XAVIER); a BatchNormalization"
                + " layer behind each of them makes the scale harmless.");
  }
}
