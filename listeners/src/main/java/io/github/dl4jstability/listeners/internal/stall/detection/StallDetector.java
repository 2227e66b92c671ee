package io.github.dl4jstability.listeners.internal.stall.detection;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the loss stopped getting better, in a series of noisy minibatch losses.
 *
 * <p>The whole run is kept in {@value LossSeries#CAPACITY} blocks at the most; the {@link Trend} of
 * the last half of the run is judged each time that a block is complete. With F the fall of the
 * loss over that half, S the magnitude of the present loss and n the length of the run, the loss
 * stalls if
 *
 * <ul>
 *   <li>F is below 5 % of S with confidence 1 − 10⁻⁴ (upper confidence limit), <b>and</b>
 *   <li>the series shows no fall at all at two standard deviations, or F is below 1 % of S with the
 *       same confidence.
 * </ul>
 *
 * <p>Before iteration {@value #MATURE} both shares are smaller in proportion to n: 5 % in 500
 * iterations is a pace of 10⁻⁴ of the loss per iteration.
 *
 * <p><b>False alarms.</b> A run that improves by 5 % or more over the last half of its iterations
 * is called stalled with probability 10⁻⁴ per test at the most. Tests on windows that overlap are
 * nearly the same test: about three per doubling of the run are independent, so over ten doublings
 * the chance is about 3·10⁻³. A power law t^−a improves by 1 − 2^−a in each such half, however long
 * it goes on: it is covered from a = 0.074 up with any noise, and from a = 0.0145 without noise.
 * The noise decides when a stall can be seen, not whether: it takes about 16·10³·(σ/S/0.5)²
 * iterations with independent noise of standard deviation σ, and far fewer where the same data come
 * again.
 *
 * <p><b>Epochs.</b> Where the data repeat, whole epochs are compared: their means do not contain
 * which examples came when. From the second epoch to the sixth nothing is said: where the last half
 * of the run is less than three epochs, the order of the examples may look like a trend or hide
 * one.
 *
 * <p><b>Rates.</b> While the learning rate rises, nothing is said ({@link RateWatch}).
 *
 * <p>A stall ends when two blocks in a row lie below its level by 5 % of S and five standard
 * deviations of the noise, or when the last half of the run falls by more than 1 % of S with
 * confidence 1 − 10⁻⁴, or when the loss grows by half. After that the next stall can be found.
 *
 * <p>One detector belongs to one run. It takes about two microseconds per iteration in the first
 * thousands, and ever less.
 */
public final class StallDetector {
  /** Standard deviations of confidence limits: one-sided probability 1e-4. */
  private static final double CERTAIN = 3.72;

  /** Standard deviations from which on a fall may be one: better to miss a stall for a while. */
  private static final double POSSIBLE = 2;

  private static final double NEGLIGIBLE_SHARE = 0.05;
  private static final double VANISHING_SHARE = 0.01;
  private static final int MATURE = 1000;
  private static final int SHORTEST_RUN = 100;

  /** Fewest values for which the confidence limits of a trend are inside its pairs. */
  private static final int FEWEST_BLOCKS = 10;

  private static final int FEWEST_EPOCHS = 6;

  /** Losses below this share of the first ones are 0 for all purposes. */
  private static final double ZERO_SHARE = 1e-12;

  private static final double CLEAR_OF_NOISE = 5;
  private static final double LARGEST_RISE = 0.5;

  private final LossSeries iterations = new LossSeries();
  private final LossSeries epochs = new LossSeries();
  private @Nullable LossBlock epoch;
  private int wholeEpochs;
  private int firstIteration = -1;
  private double first = Double.NaN;
  private boolean negative;
  private @Nullable Stall present;

  /**
   * Takes one more iteration into account.
   *
   * @param iteration its number
   * @param epochNumber number of its epoch
   * @param loss its loss; left out if not finite
   * @param rate its learning rate; NaN if unknown
   * @return the stall that goes on, if any
   */
  public Optional<Stall> add(int iteration, int epochNumber, double loss, double rate) {
    if (!Double.isFinite(loss)) {
      return Optional.ofNullable(present);
    }
    if (firstIteration < 0) {
      firstIteration = iteration;
      first = Math.abs(loss);
    }
    negative |= loss < 0;
    LossBlock unit = LossBlock.of(iteration, epochNumber, loss, rate);
    boolean epochDone = closeEpoch(unit);
    boolean blockDone = iterations.add(unit);
    if (iteration - firstIteration >= SHORTEST_RUN) {
      boolean byEpoch = epochs.lastHalf().size() >= FEWEST_BLOCKS;
      if (byEpoch ? epochDone : blockDone) {
        judge(byEpoch ? epochs : iterations, iteration);
      }
    }
    return Optional.ofNullable(present);
  }

  private boolean closeEpoch(LossBlock unit) {
    LossBlock before = epoch;
    if (before == null || before.firstEpoch() == unit.firstEpoch()) {
      epoch = before == null ? unit : before.then(unit);
      return false;
    }
    epoch = unit;
    wholeEpochs++;
    return epochs.add(before);
  }

  private void judge(LossSeries series, int iteration) {
    List<LossBlock> window = series.lastHalf();
    boolean fewEpochs = wholeEpochs > 0 && wholeEpochs < FEWEST_EPOCHS;
    if (window.size() < FEWEST_BLOCKS || fewEpochs) {
      return;
    }
    Trend trend = Trend.of(window.stream().mapToDouble(LossBlock::loss).toArray(), CERTAIN);
    Stall stall = present;
    if (stall != null) {
      present = isOver(stall, window, trend) ? null : stall;
      return;
    }
    double level = level(window);
    double scale = scale(level, window);
    if (isStalled(trend, scale, iteration) && RateWatch.allowsComparison(window)) {
      LossBlock start =
          start(series.blocks(), level, Math.max(VANISHING_SHARE * scale, 3 * trend.noise()));
      present =
          new Stall(
              start.firstIteration(),
              start.firstEpoch(),
              iteration,
              level,
              scale,
              trend.noise(),
              trend.fall(),
              trend.most(),
              iteration - window.get(0).firstIteration());
    }
  }

  private boolean isStalled(Trend trend, double scale, int iteration) {
    double maturity = Math.min(1, (double) (iteration - firstIteration) / MATURE);
    boolean vanishing = trend.most() <= VANISHING_SHARE * maturity * scale;
    boolean negligible =
        trend.significance() < POSSIBLE && trend.most() <= NEGLIGIBLE_SHARE * maturity * scale;
    boolean rising = trend.least() < -LARGEST_RISE * scale;
    return (vanishing || negligible) && !rising;
  }

  private static boolean isOver(Stall stall, List<LossBlock> window, Trend trend) {
    double latest = window.get(window.size() - 1).loss();
    double before = window.get(window.size() - 2).loss();
    double clear = CLEAR_OF_NOISE * Math.min(stall.noise(), trend.noise());
    double drop = Math.max(NEGLIGIBLE_SHARE * stall.scale(), clear);
    double rise = Math.max(LARGEST_RISE * stall.scale(), 2 * clear);
    return Math.max(latest, before) < stall.level() - drop
        || Math.min(latest, before) > stall.level() + rise
        || trend.least() > VANISHING_SHARE * stall.scale();
  }

  /** The median loss of the latest half of the window. */
  private static double level(List<LossBlock> window) {
    return Trend.median(
        window.subList(window.size() / 2, window.size()).stream()
            .mapToDouble(LossBlock::loss)
            .sorted()
            .toArray());
  }

  /** A loss that can be negative has no zero to measure against, so its range counts as well. */
  private double scale(double level, List<LossBlock> window) {
    double magnitude = Math.max(Math.abs(level), ZERO_SHARE * first);
    double range =
        window.stream().mapToDouble(block -> Math.abs(block.loss() - level)).max().orElse(0);
    return negative ? Math.max(magnitude, range) : magnitude;
  }

  /** The earliest block from which on no two blocks in a row were off the level. */
  private static LossBlock start(List<LossBlock> blocks, double level, double near) {
    int start = blocks.size() - 1;
    for (int i = start - 1; i >= Math.max(0, start - 2); i--) {
      if (Math.abs(blocks.get(i).loss() - level) <= near) {
        start = i;
      }
    }
    return blocks.get(start);
  }
}
