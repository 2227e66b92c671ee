package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the recurrent layers for which something holds at several looks in a row. Inspections that
 * did not look through time do not count.
 *
 * <p>Keeps state; one object for one run and one question.
 */
final class ThroughTime {
  /** By how many times e a gradient falls within the reach. */
  static final double E_FOLDS = 3;

  /** The squared gradient changes by e⁶ within six depths ξ, the gradient by e³: in decades. */
  static final double SPAN = E_FOLDS / Math.log(10);

  /** What chance gives at one look it does not give at two. */
  static final int LOOKS = 2;

  private final int looks;
  private int[] inARow = new int[0];
  private int seen;
  private Onset onset = Onset.NONE;

  /**
   * @param looks at how many looks in a row it has to hold
   */
  ThroughTime(int looks) {
    this.looks = looks;
  }

  /** Tells whether an inspection looked through time. */
  static boolean isSeen(Inspection look) {
    return Numbers.isAny(look.gradientsThroughTime(), GradientThroughTime::isPresent);
  }

  /** Returns the layers for which the test has held at the last looks, this one included. */
  List<Integer> lasting(
      Observation observation, Inspection look, Predicate<GradientThroughTime> test) {
    List<GradientThroughTime> layers = look.gradientsThroughTime();
    inARow = Arrays.copyOf(inARow, layers.size());
    seen++;
    if (Arrays.stream(inARow).allMatch(count -> count == 0)) {
      onset = Onset.at(observation);
    }
    for (int layer = 0; layer < inARow.length; layer++) {
      GradientThroughTime through = layers.get(layer);
      inARow[layer] = through.isPresent() && test.test(through) ? inARow[layer] + 1 : 0;
    }
    return withAtLeast(looks);
  }

  /** Returns the layers for which it has held at all looks so far, if these are enough. */
  List<Integer> sinceTheFirst() {
    return withAtLeast(Math.max(looks, seen));
  }

  /** Returns the layers for which it has held at so many looks, the last one included. */
  List<Integer> withAtLeast(int needed) {
    return IntStream.range(0, inARow.length)
        .filter(layer -> inARow[layer] >= needed)
        .boxed()
        .toList();
  }

  /** Returns a warning as an information, between looks, when the loss has fallen meanwhile. */
  static @Nullable Diagnosis lowered(@Nullable Diagnosis warning) {
    return warning == null || warning.severity() != Severity.WARNING
        ? warning
        : warning.withSeverity(Severity.INFO);
  }

  /** Since when it has held for any layer. */
  Onset onset() {
    return onset;
  }
}
