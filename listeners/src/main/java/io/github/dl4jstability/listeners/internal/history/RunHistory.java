package io.github.dl4jstability.listeners.internal.history;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;
import io.github.dl4jstability.listeners.internal.stall.detection.StallDetector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run has shown so far: the present observation, and the numbers about it that more than one
 * rule asks for. The engine brings it up to date once for each observation, before any rule is
 * asked, so that all rules see the same numbers and rules that wait for looks miss nothing.
 *
 * <p>Belongs to one run.
 */
public final class RunHistory {
  private final StepSizes steps = new StepSizes();
  private final Penalties penalties = new Penalties();
  private final LossReference reference = new LossReference();
  private final LossLevel loss = new LossLevel(penalties, reference);
  private final StallDetector stalls = new StallDetector();
  private Optional<Stall> stall = Optional.empty();
  private Optional<Observation> before = Optional.empty();
  private @Nullable Observation now;
  private @Nullable EarlierTraining earlier;
  private double highestRate = Double.NaN;

  /**
   * Takes one more iteration into account.
   *
   * @param observation what was measured; iterations come in order
   */
  public void add(Observation observation) {
    before = Optional.ofNullable(now);
    now = observation;
    if (earlier == null) {
      earlier = new EarlierTraining(observation);
    }
    steps.add(observation);
    penalties.add(observation);
    reference.add(observation, penalties);
    loss.add(observation, earlier);
    highestRate = larger(highestRate, observation.learningRate());
    stall =
        stalls.add(
            observation.iteration(),
            observation.epoch(),
            observation.score(),
            observation.learningRate());
  }

  private static double larger(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  /** The present observation. */
  public Observation now() {
    return requireNonNull(now, "nothing was observed yet");
  }

  /** The observation before the present one; empty at the first. */
  public Optional<Observation> before() {
    return before;
  }

  /** Tells whether the present observation is of the iteration after the one before. */
  public boolean isNext() {
    return before.filter(it -> it.iteration() == now().iteration() - 1).isPresent();
  }

  /** Which layers the run did not start with random weights. */
  public EarlierTraining earlier() {
    return requireNonNull(earlier, "nothing was observed yet");
  }

  /** How many iterations the run has lasted, those between two observations included. */
  public int iterations() {
    return now().iteration() - earlier().start() + 1;
  }

  /** How long the present step is. */
  public StepSizes steps() {
    return steps;
  }

  /** What l1, l2 and weight decay do. */
  public Penalties penalties() {
    return penalties;
  }

  /** What losses are compared with. */
  public LossReference reference() {
    return reference;
  }

  /** How far the loss has come. */
  public LossLevel loss() {
    return loss;
  }

  /** The highest learning rate so far; NaN if none is known. */
  public double highestRate() {
    return highestRate;
  }

  /** The stall that goes on, if the loss does not get better. */
  public Optional<Stall> stall() {
    return stall;
  }
}
