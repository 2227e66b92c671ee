package io.github.dl4jstability.listeners.internal.stall.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.internal.rules.LossCurves;
import io.github.dl4jstability.listeners.internal.rules.LossCurves.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StallDetectorTest {

  /** What a detector said over a run. */
  private record Verdict(List<Stall> stalls, int ended, boolean open, long iterationsStalled) {
    static Verdict of(
        IntToDoubleFunction loss, Noise noise, IntToDoubleFunction rate, int iterations) {
      StallDetector detector = new StallDetector();
      List<Stall> stalls = new ArrayList<>();
      int ended = 0;
      long stalled = 0;
      Optional<Stall> before = Optional.empty();
      for (int i = 0; i < iterations; i++) {
        Optional<Stall> now =
            detector.add(
                i, LossCurves.epochOf(noise, i), loss.applyAsDouble(i), rate.applyAsDouble(i));
        if (before.isEmpty() && now.isPresent()) {
          stalls.add(now.get());
        }
        ended += before.isPresent() && now.isEmpty() ? 1 : 0;
        stalled += now.isPresent() ? 1 : 0;
        before = now;
      }
      return new Verdict(stalls, ended, before.isPresent(), stalled);
    }

    static Verdict of(IntToDoubleFunction loss, Noise noise, int iterations) {
      return of(loss, noise, i -> 0.1, iterations);
    }
  }

  private static final double[] DEVIATIONS = {0.02, 0.1, 0.3, 1};

  private static int falseStalls(IntToDoubleFunction curve, int runs, int iterations, long seed) {
    Random random = new Random(seed);
    int alarms = 0;
    for (int run = 0; run < runs; run++) {
      for (Noise noise : Noise.values()) {
        IntToDoubleFunction loss =
            LossCurves.disturbed(curve, noise, DEVIATIONS[run % DEVIATIONS.length], random);
        alarms += Verdict.of(loss, noise, iterations).stalls().isEmpty() ? 0 : 1;
      }
    }
    return alarms;
  }

  /** Together 1,008 runs; at most 1 % of them, ten, may be called stalled. */
  @Test
  void shouldHardlyEverCallAProgressingRunStalledWhateverTheNoise() {
    int alarms = 0;
    for (double power : new double[] {0.075, 0.1, 0.2, 0.35, 0.5, 1}) {
      alarms += falseStalls(i -> Math.pow(1 + i / 10.0, -power), 20, 4000, 1);
    }
    alarms += falseStalls(i -> 0.1 + Math.pow(1 + i / 10.0, -0.3), 16, 4000, 2);
    alarms += falseStalls(i -> 2.3 * Math.exp(-i / 2000.0), 16, 4000, 3);
    alarms += falseStalls(i -> 2 - i * 4e-4, 16, 4000, 4);
    assertThat(alarms).isLessThanOrEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.05, 0.1})
  void shouldStaySilentOnASlowPowerLawWithoutNoiseHoweverLongItGoesOn(double power) {
    Verdict verdict = Verdict.of(i -> Math.pow(1 + i / 10.0, -power), Noise.NONE, 200_000);
    assertThat(verdict.stalls()).isEmpty();
  }

  @Test
  void shouldFindStallsFromTheFirstIterationOnWhateverTheNoise() {
    Random random = new Random(5);
    int found = 0;
    for (int run = 0; run < 40; run++) {
      for (Noise noise : Noise.values()) {
        double deviation = new double[] {0.01, 0.03, 0.1, 0.2}[run % 4];
        IntToDoubleFunction loss = LossCurves.disturbed(i -> 2.3, noise, deviation, random);
        Verdict verdict = Verdict.of(loss, noise, 20_000);
        found += verdict.open() ? 1 : 0;
      }
    }
    assertThat(found).isGreaterThanOrEqualTo(228); // 95 % of 240
  }

  @ParameterizedTest
  @EnumSource(
      value = Noise.class,
      names = {"NONE", "NORMAL", "SKEWED", "EPOCHS"})
  void shouldTellWhereTheStallBeganWhenProgressComesBefore(Noise noise) {
    IntToDoubleFunction curve = i -> Math.max(0.5, 2.3 - i * 1.8e-3);
    IntToDoubleFunction loss = LossCurves.disturbed(curve, noise, 0.05, new Random(6));
    Verdict verdict = Verdict.of(loss, noise, 6000);
    assertThat(verdict.stalls()).hasSize(1);
    Stall stall = verdict.stalls().get(0);
    assertThat(stall.startIteration()).isCloseTo(1000, within(120));
    assertThat(stall.foundIteration()).isBetween(1000, 3500);
    assertThat(stall.level()).isCloseTo(0.5, Percentage.withPercentage(2));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-4, 1e-6})
  void shouldSeeSaxesPlateauWhileItLastsAndFallSilentAfterTheDrop(double start) {
    double rate = 2e-3;
    double half = LossCurves.saxeHalfTime(1, start, rate);
    IntToDoubleFunction loss = LossCurves.saxe(1, start, rate);
    Verdict plateau = Verdict.of(loss, Noise.NONE, (int) (0.6 * half));
    assertThat(plateau.stalls()).hasSize(1);
    assertThat(plateau.stalls().get(0).foundIteration()).isLessThan((int) (0.4 * half));
    Verdict whole = Verdict.of(loss, Noise.NONE, (int) (6 * half));
    assertThat(whole.ended()).isEqualTo(1);
    // From here on there is nothing left to learn.
    assertThat(whole.stalls().subList(1, whole.stalls().size()))
        .allMatch(stall -> stall.level() < 1e-12);
  }

  @Test
  void shouldFindTheNextStallAfterProgressResumed() {
    IntToDoubleFunction stairs = i -> i < 1000 ? 2 : i < 5000 ? 1 : 0.5;
    IntToDoubleFunction loss = LossCurves.disturbed(stairs, Noise.NORMAL, 0.05, new Random(7));
    Verdict verdict = Verdict.of(loss, Noise.NORMAL, 20_000);
    assertThat(verdict.stalls()).hasSize(3);
    assertThat(verdict.ended()).isEqualTo(2);
    assertThat(verdict.stalls().get(1).startIteration()).isCloseTo(1000, within(100));
    assertThat(verdict.stalls().get(2).startIteration()).isCloseTo(5000, within(300));
  }

  @Test
  void shouldWaitWhileTheRateWarmsUp() {
    double warmUp = 2000;
    IntToDoubleFunction rate = i -> Math.min(1, i / warmUp);
    double[] loss = {2.3};
    IntToDoubleFunction descent =
        i -> {
          loss[0] *= 1 - 2e-3 * rate.applyAsDouble(i);
          return loss[0];
        };
    Verdict verdict = Verdict.of(descent, Noise.NONE, rate, 2500);
    assertThat(verdict.stalls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 200, 700, 2000})
  void shouldStaySilentWhenACyclicRateLiftsTheLossOnItsWayUp(int period) {
    IntToDoubleFunction rate = i -> 0.01 + 0.1 * Math.abs(2.0 * (i % period) / period - 1);
    IntToDoubleFunction curve =
        i -> 2.3 * Math.pow(1 + i / 20.0, -0.3) * (1 + 5 * rate.applyAsDouble(i));
    for (Noise noise : Noise.values()) {
      IntToDoubleFunction loss = LossCurves.disturbed(curve, noise, 0.1, new Random(8));
      assertThat(Verdict.of(loss, noise, rate, 8000).stalls()).as(noise.name()).isEmpty();
    }
  }

  @Test
  void shouldStaySilentWhenTheLossFallsWithSpikesAsAtTheEdgeOfStability() {
    IntToDoubleFunction curve =
        i -> Math.pow(1 + i / 20.0, -0.4) * (1 + 0.3 * Math.abs(Math.sin(0.05 * i)) * (i % 2));
    assertThat(Verdict.of(curve, Noise.NONE, 8000).stalls()).isEmpty();
    IntToDoubleFunction oneSpike = i -> i == 700 ? 1e6 : Math.pow(1 + i / 20.0, -0.4);
    assertThat(Verdict.of(oneSpike, Noise.NONE, 3000).stalls()).isEmpty();
  }

  @Test
  void shouldCallALossThatReachedZeroStalledAndOneStillOnItsWayNot() {
    IntToDoubleFunction falling = i -> Math.exp(-i / 200.0);
    assertThat(Verdict.of(falling, Noise.NONE, 4000).stalls()).isEmpty();
    assertThat(Verdict.of(i -> i < 200 ? 1 - i / 200.0 : 0, Noise.NONE, 2000).open()).isTrue();
    assertThat(Verdict.of(i -> 0, Noise.NONE, 300).open()).isTrue();
  }

  @Test
  void shouldTakeLossesOfAnySignAndScale() {
    for (double scale : new double[] {1e-30, 1, 1e30}) {
      assertThat(Verdict.of(i -> -scale, Noise.NONE, 400).open()).isTrue();
      assertThat(Verdict.of(i -> scale * (1 - 1e-3 * i), Noise.NONE, 4000).stalls()).isEmpty();
    }
  }

  @Test
  void shouldLeaveOutLossesThatAreNotFiniteAndNeverCallADivergingRunStalled() {
    IntToDoubleFunction holes = i -> i % 7 == 0 ? Double.NaN : 1;
    assertThat(Verdict.of(holes, Noise.NONE, 400).open()).isTrue();
    assertThat(Verdict.of(i -> Math.exp(i / 100.0), Noise.NONE, 2000).stalls()).isEmpty();
    assertThat(Verdict.of(i -> Double.NaN, Noise.NONE, 2000).stalls()).isEmpty();
  }

  /** Length of a block when so many iterations have passed: 32 to 64 of them fill the run. */
  private static int blockLength(int iterations) {
    return Math.max(1, Integer.highestOneBit(iterations) / 32);
  }

  /**
   * Whether a stall that goes on at iteration 12,800 does so after a step that lasts some blocks;
   * empty if the noise did not let it be found until then.
   */
  private static Optional<Boolean> outlasts(double size, int blocks, double deviation, long seed) {
    Random random = new Random(seed);
    int from = 12_800;
    StallDetector detector = new StallDetector();
    for (int i = 0; i < from; i++) {
      detector.add(i, 0, 1 + deviation * random.nextGaussian(), 0.1);
    }
    Optional<Stall> before = detector.add(from - 1, 0, Double.NaN, 0.1);
    Optional<Stall> after = before;
    for (int i = from; i < from + blocks * blockLength(from); i++) {
      after = detector.add(i, 0, 1 + size + deviation * random.nextGaussian(), 0.1);
    }
    boolean goesOn = after.isPresent();
    return before.map(stall -> goesOn);
  }

  @Test
  void shouldNotTakeASingleBlockForProgress() {
    assertThat(outlasts(-0.3, 1, 0, 1)).contains(true);
    assertThat(outlasts(-0.3, 2, 0, 1)).contains(false);
  }

  @Test
  void shouldNotTakeNoiseForProgress() {
    // A block is the mean of 256 losses: its deviation is 0.018, five of them are 0.09.
    assertThat(outlasts(-0.065, 2, 0, 1)).contains(false);
    int stalled = 0;
    int outlasted = 0;
    int endedByMore = 0;
    for (int seed = 1; seed <= 20; seed++) {
      stalled += outlasts(-0.065, 2, 0.28, seed).isPresent() ? 1 : 0;
      outlasted += outlasts(-0.065, 2, 0.28, seed).orElse(false) ? 1 : 0;
      endedByMore += outlasts(-0.2, 2, 0.28, seed).orElse(true) ? 0 : 1;
    }
    assertThat(stalled).isGreaterThan(10);
    assertThat(outlasted).isGreaterThan(stalled / 2);
    assertThat(endedByMore).isEqualTo(stalled);
  }

  @Test
  void shouldEndAStallWhoseLossGrowsByHalf() {
    assertThat(outlasts(0.4, 2, 0, 1)).contains(true);
    assertThat(outlasts(0.6, 1, 0, 1)).contains(true);
    assertThat(outlasts(0.6, 2, 0, 1)).contains(false);
  }

  @Test
  void shouldEndAStallThatTurnsIntoASlowDescent() {
    IntToDoubleFunction loss = i -> i < 2000 ? 1 : 1 - 0.04 * (i - 2000) / 6000;
    Verdict verdict = Verdict.of(loss, Noise.NONE, 8000);
    assertThat(verdict.ended()).isPositive();
    assertThat(verdict.stalls().get(0).level()).isEqualTo(1);
  }

  @Test
  void shouldMeasureProgressAgainstTheNoiseOfTheQuieterTime() {
    Random random = new Random(11);
    StallDetector detector = new StallDetector();
    int step = 25_600;
    Optional<Stall> now = Optional.empty();
    for (int i = 0; i < step + 2 * blockLength(step); i++) {
      double noise = i < 6400 ? 0.15 * random.nextGaussian() : 0;
      now = detector.add(i, 0, 1 + noise - (i < step ? 0 : 0.07), 0.1);
      assertThat((i == 6399 || i == step - 1) && now.isEmpty()).isFalse();
    }
    assertThat(now).isEmpty();
  }

  @Test
  void shouldTellTheStartAfterTheLastExcursionOfSeveralBlocksButNotOfOne() {
    IntToDoubleFunction excursion = i -> i >= 1024 && i < 1408 ? 2 : 1;
    List<Stall> stalls = Verdict.of(excursion, Noise.NONE, 6000).stalls();
    assertThat(stalls).hasSize(2);
    assertThat(stalls.get(1).startIteration()).isBetween(1344, 1408);
    IntToDoubleFunction descentAndSpike =
        i -> i < 800 ? 2 - i / 800.0 : i >= 1024 && i < 1056 ? 1.5 : 1;
    assertThat(Verdict.of(descentAndSpike, Noise.NONE, 6000).stalls().get(0).startIteration())
        .isBetween(760, 832);
  }

  @Test
  void shouldNotTakeNoiseForTheStart() {
    Random random = new Random(13);
    Verdict verdict = Verdict.of(i -> 1 + 0.1 * random.nextGaussian(), Noise.NORMAL, 6000);
    assertThat(verdict.stalls().get(0).startIteration()).isZero();
  }

  @Test
  void shouldCompareWholeEpochsOnlyWhenThereAreEnoughOfThem() {
    // Within an epoch the loss falls by a tenth, each time again: the mean over an epoch stands.
    StallDetector detector = new StallDetector();
    int found = -1;
    for (int i = 0; i < 8000 && found < 0; i++) {
      found = detector.add(i, i / 200, 2 - 1e-3 * (i % 200), 0.1).isPresent() ? i : -1;
    }
    assertThat(found).isEqualTo(20 * 200);
  }

  @Test
  void shouldWaitForTheSixthEpoch() {
    StallDetector detector = new StallDetector();
    int found = -1;
    for (int i = 0; i < 2000 && found < 0; i++) {
      found = detector.add(i, i / 50, 1, 0.1).isPresent() ? i : -1;
    }
    assertThat(found).isBetween(300, 310);
  }

  @Test
  void shouldTakeWhatIsLeftOfALossForZero() {
    // exp(−i/20) halves every 14 iterations for ever; below 1e-12 that means nothing.
    Verdict verdict = Verdict.of(i -> Math.exp(-i / 20.0), Noise.NONE, 4000);
    assertThat(verdict.open()).isTrue();
    assertThat(verdict.stalls().get(0).foundIteration()).isGreaterThan(20 * 27);
  }

  @Test
  void shouldMeasureALossOfEitherSignAgainstItsRange() {
    Random random = new Random(12);
    IntToDoubleFunction loss = i -> i % 64 == 0 ? -1 : 1e-6 * random.nextGaussian();
    assertThat(Verdict.of(loss, Noise.NONE, 400).open()).isTrue();
  }

  @Test
  void shouldCostMicrosecondsPerIterationAndKeepItsSize() {
    StallDetector detector = new StallDetector();
    Random random = new Random(9);
    int iterations = 200_000;
    long start = System.nanoTime();
    for (int i = 0; i < iterations; i++) {
      detector.add(i, i / 50, 1 + random.nextGaussian(), 0.1);
    }
    double microseconds = (System.nanoTime() - start) * 1e-3 / iterations;
    assertThat(microseconds).isLessThan(20);
  }
}
