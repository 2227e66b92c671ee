package io.github.dl4jstability.listeners;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The numbers that show a diagnosis. Their labels are the keys of {@link Diagnosis#evidence()}, and
 * they stay what they are from version to version; what each number is exactly stands on the page
 * of its condition.
 *
 * <pre>{@code
 * Double rate = diagnosis.evidence().get(Evidence.LEARNING_RATE.label());
 * }</pre>
 */
public enum Evidence {
  LOSS("loss", Unit.LOSS),
  LOSS_BEFORE("loss before", Unit.LOSS),
  LOSS_AT_THE_START("loss at the start", Unit.LOSS),
  LOWEST_LOSS("lowest loss", Unit.LOSS),
  FIRST_LOSS("first loss", Unit.LOSS),
  FIRST_LOSSES("first losses", Unit.LOSS),
  LOSS_OF_A_GUESS("loss of a guess", Unit.LOSS),
  LOSS_OF_A_CONSTANT_ANSWER("loss of a constant answer", Unit.LOSS),
  LOSS_AGAINST_A_GUESS("loss / loss of a guess", Unit.RATIO),
  LOSS_AT_LEAST_AGAINST_A_GUESS("loss / guess", Unit.RATIO),
  MEAN_LOSS("mean loss", Unit.LOSS),
  MEDIAN_LOSS("median loss", Unit.LOSS),
  MEDIAN_LOSS_BEFORE("median loss before", Unit.LOSS),
  MEDIAN_CHANGE("median change", Unit.LOSS),
  INITIAL_LOSS("initial loss", Unit.LOSS),
  LARGEST_SOUND_INITIAL_LOSS("largest sound initial loss", Unit.LOSS),
  LEARNING_RATE("learning rate", Unit.NUMBER),
  BETTER_RATE("better rate", Unit.NUMBER),
  LARGEST_STABLE_RATE("largest stable rate", Unit.NUMBER),
  LARGEST_CURVATURE("largest curvature", Unit.NUMBER),
  PROMISED_SHARE("promised share of the loss", Unit.RATIO),
  SHARE_PER_ITERATION("share of the loss per iteration", Unit.RATIO),
  STEP_AGAINST_WEIGHTS("step / weights", Unit.RATIO),
  LARGEST_UPDATE_RATIO("largest update / parameters", Unit.RATIO),
  UPDATE_RATIO("update / parameters", Unit.RATIO),
  UPDATE_RATIO_AGAINST_LATER_LAYERS("update ratio against later layers", Unit.RATIO),
  LARGEST_SENSITIVITY("largest sensitivity", Unit.NUMBER),
  MEAN_COSINE("mean cosine of successive gradients", Unit.NUMBER),
  ITERATIONS("iterations", Unit.COUNT),
  GRADIENT_NORM("gradient norm", Unit.NUMBER),
  RELATIVE_GRADIENT("gradient / parameters", Unit.RATIO),
  SENSITIVITY("sensitivity", Unit.NUMBER),
  SMALLEST_RELATIVE_GRADIENT("smallest gradient / parameters", Unit.RATIO),
  LARGEST_RELATIVE_GRADIENT("largest gradient / parameters", Unit.RATIO),
  RATIO("ratio", Unit.RATIO),
  FACTOR_PER_LAYER("factor per layer", Unit.RATIO),
  FACTOR_PER_STEP("factor per step", Unit.RATIO),
  FACTOR_PER_STEP_NEAR_ZERO("factor per step near zero", Unit.RATIO),
  DECADES_PER_STEP("decades per step", Unit.NUMBER),
  GROWTH_OVER_THE_SEQUENCE("growth over the sequence", Unit.RATIO),
  REACH_IN_STEPS("reach in steps", Unit.NUMBER),
  STEPS("steps", Unit.COUNT),
  UNITS("units", Unit.COUNT),
  EXAMPLES("examples", Unit.COUNT),
  DEAD_SHARE("dead share", Unit.SHARE),
  DEAD_UNITS("dead units", Unit.COUNT),
  SATURATED_SHARE("saturated share", Unit.SHARE),
  SATURATED_UNITS("saturated units", Unit.COUNT),
  LOST_SHARE("lost share", Unit.SHARE),
  UNITS_WITH_A_TWIN("units with a twin", Unit.COUNT),
  DISTINCT_UNITS("distinct units", Unit.COUNT),
  SPREAD_OF_THE_WEIGHTS("spread of the weights", Unit.NUMBER),
  GAIN("gain (spread · √inputs)", Unit.NUMBER),
  AGAINST_THE_WIDEST_SCHEME("times the widest scheme", Unit.RATIO),
  AGAINST_THE_NARROWEST_SCHEME("times the narrowest scheme", Unit.RATIO),
  AGAINST_THE_OTHER_LAYERS("times the other layers' scale", Unit.RATIO),
  LOG_GROWTH("log growth of the squared gradient", Unit.NUMBER),
  LAYERS_IN_A_ROW("layers in a row", Unit.COUNT),
  PULL_AGAINST_GRADIENT("pull / gradient", Unit.RATIO),
  WEIGHTS_AGAINST_INITIAL_ONES("weights / initial weights", Unit.RATIO),
  NON_FINITE_VALUES("non-finite values", Unit.COUNT),
  ROOT_MEAN_SQUARE("root mean square", Unit.NUMBER),
  ROOT_MEAN_SQUARE_OF_TARGETS("root mean square of the targets", Unit.NUMBER),
  LARGEST_DEVIATION("largest deviation of a column", Unit.NUMBER),
  MEDIAN_DEVIATION("median deviation of a column", Unit.NUMBER),
  SMALLEST_DEVIATION("smallest deviation of a column", Unit.NUMBER),
  LARGEST_OFFSET("largest mean / deviation of a column", Unit.RATIO),
  VALUES_PER_COLUMN("values seen in each column", Unit.COUNT),
  DEVIATION_OF_ANSWERS("deviation of answers between examples", Unit.NUMBER),
  DEVIATION_OF_LABELS("deviation of labels between examples", Unit.NUMBER),
  STALL_LOSS("loss during the stall", Unit.LOSS),
  STALL_FALL("fall over the last half", Unit.LOSS),
  STALL_LARGEST_FALL("largest fall that may be", Unit.LOSS),
  STALL_ITERATIONS("iterations compared", Unit.COUNT),
  PROBED_LOSS("loss where probed", Unit.LOSS),
  PROMISED_FALL("promised fall", Unit.LOSS),
  SMALLEST_EIGENVALUE("smallest eigenvalue", Unit.NUMBER),
  STANDARD_ERROR_OF_THE_SMALLEST("standard error of the smallest", Unit.NUMBER),
  LARGEST_EIGENVALUE("largest eigenvalue", Unit.NUMBER),
  CURVATURE_ALONG_THE_GRADIENT("curvature along the gradient", Unit.NUMBER),
  RESIDUAL("residual of the eigenvalues", Unit.NUMBER),
  LARGEST_EIGENVALUE_TIMES_STEP("largest eigenvalue × step", Unit.NUMBER),
  BEST_STEP("best step × gradient", Unit.NUMBER),
  LOSS_AT_THE_BEST_STEP("loss at the best step", Unit.LOSS),
  NOISE_SCALE("gradient noise scale in examples", Unit.NUMBER),
  EXAMPLES_PROBED("examples probed", Unit.COUNT),
  SECONDS_OF_THE_PROBE("seconds of the probe", Unit.SECONDS),
  LOSS_ALONG_THE_ESCAPE("loss along the escape", Unit.LOSS),
  LENGTH_OF_THE_ESCAPE("length of the escape", Unit.NUMBER),
  ITERATIONS_TO_LEAVE("iterations to leave", Unit.NUMBER),
  ITERATIONS_TO_CROSS("iterations to cross", Unit.NUMBER),
  SHARE_FROM_NOISE("share of the loss from noise", Unit.SHARE),
  BETTER_BATCH_SIZE("better batch size", Unit.COUNT);

  private static final String OF = " of ";

  private static final Map<String, Evidence> BY_LABEL =
      Arrays.stream(values()).collect(Collectors.toMap(Evidence::label, Function.identity()));

  private final String label;
  private final Unit unit;

  Evidence(String label, Unit unit) {
    this.label = label;
    this.unit = unit;
  }

  /** What a number counts, and so how it is written. */
  public enum Unit {
    /** Whole things. */
    COUNT,
    /** A part of all, from 0 to 1, written in percent. */
    SHARE,
    /** One number over another of the same unit. */
    RATIO,
    /** That of the loss function. */
    LOSS,
    /** Seconds. */
    SECONDS,
    /** That of the parameters, the data or none. */
    NUMBER;

    private static final double LARGEST_COUNT = 1e6;

    /**
     * Writes a number for people: two or three digits, powers of ten where they are easier to read.
     *
     * @param value the number
     * @return for example {@code "1.2e-3"}, {@code "55 %"} or {@code "1,024"}
     */
    public String text(double value) {
      if (this == SHARE && Double.isFinite(value)) {
        return digits(100 * value) + " %";
      }
      boolean whole = value == Math.rint(value) && Math.abs(value) < LARGEST_COUNT;
      return this == COUNT && whole ? String.format(Locale.ROOT, "%,.0f", value) : digits(value);
    }

    private static String digits(double value) {
      double magnitude = Math.abs(value);
      if (!Double.isFinite(value)) {
        return Double.isNaN(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
      }
      if (value == 0) {
        return "0";
      }
      if (magnitude >= 1e4 || magnitude < 1e-2) {
        return String.format(Locale.ROOT, "%.1e", value)
            .replace("e-0", "e-")
            .replace("e+0", "e+")
            .replace(".0e", "e");
      }
      String format = magnitude < 1 ? "%.2f" : magnitude < 100 ? "%.1f" : "%.0f";
      return String.format(Locale.ROOT, format, value).replaceAll("\\.0$", "");
    }
  }

  /**
   * Returns the key in {@link Diagnosis#evidence()}.
   *
   * @return for example {@code "dead share"}
   */
  public String label() {
    return label;
  }

  /**
   * Returns the key of the same number of one layer.
   *
   * @param layer name of the layer
   * @return for example {@code "dead share of hidden"}
   */
  public String label(String layer) {
    return label + OF + requireNonNull(layer, "layer");
  }

  /**
   * Returns what the number counts.
   *
   * @return its unit
   */
  public Unit unit() {
    return unit;
  }

  /**
   * Tells whether a diagnosis is shown by this number.
   *
   * @param diagnosis any diagnosis
   * @return whether its evidence has it
   */
  public boolean isIn(Diagnosis diagnosis) {
    return diagnosis.evidence().containsKey(label);
  }

  /**
   * Returns this number of a diagnosis.
   *
   * @param diagnosis any diagnosis
   * @return the number; NaN if its evidence does not have it
   */
  public double in(Diagnosis diagnosis) {
    return diagnosis.evidence().getOrDefault(label, Double.NaN);
  }

  /**
   * Writes a number of some evidence for people.
   *
   * @param label its key in {@link Diagnosis#evidence()}
   * @param value the number
   * @return for example {@code "55 %"} for a share of 0.55
   */
  public static String text(String label, double value) {
    return of(label).map(Evidence::unit).orElse(Unit.NUMBER).text(value);
  }

  /**
   * Returns the evidence with a label.
   *
   * @param label a key in {@link Diagnosis#evidence()}
   * @return the evidence, also where the label names a layer; empty if there is none
   */
  public static Optional<Evidence> of(String label) {
    Evidence found = BY_LABEL.get(label);
    for (int end = label.lastIndexOf(OF); found == null && end > 0; ) {
      found = BY_LABEL.get(label.substring(0, end));
      end = label.lastIndexOf(OF, end - 1);
    }
    return Optional.ofNullable(found);
  }
}
