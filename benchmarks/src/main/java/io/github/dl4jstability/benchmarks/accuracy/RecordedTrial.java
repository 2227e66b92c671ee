package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.benchmarks.accuracy.Outcome.Told;
import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.StabilityListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a scenario once and records what its listener says. For one thread. */
final class RecordedTrial implements Trial {
  /** A listener that keeps changing its mind is recorded so often. */
  static final int LARGEST_TOLD = 1_000;

  private final long seed;
  private final int limit;
  private final Consumer<Told> audience;
  private final StabilityListener listener;
  private final List<Told> told = new ArrayList<>();
  private final List<Told> primaries = new ArrayList<>();
  private double[] losses = new double[256];
  private Optional<Condition> lastPrimary = Optional.empty();
  private int iteration;

  private RecordedTrial(long seed, int limit, Optional<Path> recording, Consumer<Told> audience) {
    this.seed = seed;
    this.limit = limit;
    this.audience = audience;
    StabilityListener.Builder builder = StabilityListener.builder().onDiagnosis(this::tell);
    recording.ifPresent(builder::record);
    listener = builder.build();
  }

  /**
   * Runs a scenario.
   *
   * @param scenario what to run
   * @param seed the run's seed
   * @param longest iterations after which to end anyway
   * @param audience hears each diagnosis at once
   */
  static Outcome of(Scenario scenario, long seed, int longest, Consumer<Told> audience) {
    return of(scenario, seed, longest, Optional.empty(), audience);
  }

  /**
   * Runs a scenario and records it.
   *
   * @param scenario what to run
   * @param seed the run's seed
   * @param longest iterations after which to end anyway
   * @param recording where to record what the rules see, if anywhere
   * @param audience hears each diagnosis at once
   */
  static Outcome of(
      Scenario scenario,
      long seed,
      int longest,
      Optional<Path> recording,
      Consumer<Told> audience) {
    RecordedTrial trial =
        new RecordedTrial(seed, Math.min(scenario.iterations(), longest), recording, audience);
    Nd4j.getRandom().setSeed(seed);
    try {
      scenario.run(trial);
    } catch (Exception | AssertionError fault) {
      return trial.outcome(Optional.of(fault.toString()));
    }
    boolean complete = trial.iteration >= trial.limit;
    return trial.outcome(
        complete
            ? Optional.empty()
            : Optional.of("ended after " + trial.iteration + " of " + trial.limit));
  }

  /** What is found in the last iteration may be told only when the listener is closed. */
  private Outcome outcome(Optional<String> failure) {
    listener.close();
    return new Outcome(
        seed,
        iteration,
        told,
        primaries,
        listener.primary(),
        new LossCurve(Arrays.copyOf(losses, iteration)),
        failure);
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public void watch(Model model, TrainingListener... others) {
    List<TrainingListener> all = new ArrayList<>(Arrays.asList(others));
    all.add(listener);
    all.add(new Recorder());
    model.setListeners(all);
  }

  @Override
  public boolean goesOn() {
    return iteration < limit;
  }

  @Override
  public int iteration() {
    return iteration;
  }

  private void tell(Diagnosis diagnosis) {
    if (told.size() < LARGEST_TOLD) {
      Told now = new Told(iteration, diagnosis);
      told.add(now);
      audience.accept(now);
    }
  }

  /** Stands behind the listener under test, so it sees what that one said in this iteration. */
  private final class Recorder extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int modelIteration, int epoch) {
      if (iteration == losses.length) {
        losses = Arrays.copyOf(losses, 2 * losses.length);
      }
      losses[iteration] = model.score();
      Optional<Diagnosis> primary = listener.primary();
      Optional<Condition> condition = primary.map(Diagnosis::condition);
      if (!condition.equals(lastPrimary)) {
        lastPrimary = condition;
        int when = iteration;
        primary
            .filter(diagnosis -> primaries.size() < LARGEST_TOLD)
            .ifPresent(diagnosis -> primaries.add(new Told(when, diagnosis)));
      }
      iteration++;
    }
  }
}
