package io.github.dl4jstability.listeners.stall;

import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Decides when to look at the place of a stall, and does it: with the user's data or with copies of
 * the next minibatches, on a copy of the model, on the thread that trains, within a share of the
 * elapsed time.
 *
 * <p>A stall gets a first look when it is found and another each time that the run has become twice
 * as long, four at the most. While the time does not suffice it waits, and then takes fewer
 * examples.
 *
 * <p>Not thread-safe: it belongs to one model and the thread that trains it.
 */
public final class StallProbing {
  private static final int MOST_LOOKS = 4;
  private static final int MOST_EXAMPLES = 512;

  /** Fewer say nothing about the noise between examples. */
  private static final int FEWEST_EXAMPLES = 64;

  private static final double NANOS = 1e9;

  private final TimeBudget budget;
  private @Nullable GivenExamples given;
  private boolean isGivenChecked;

  private int firstIteration = -1;
  private int stallFound = -1;
  private int looks;
  private int nextLook;
  private int enoughExamples = MOST_EXAMPLES;
  private double neededSeconds;
  private @Nullable RecentBatches batches;
  private boolean answered;

  StallProbing(TimeBudget budget, @Nullable GivenExamples given) {
    this.budget = budget;
    this.given = given;
  }

  /**
   * Creates the probing of one model.
   *
   * @param share largest share of the elapsed time that it may take; 0 for none
   * @param data what to look at; empty to take copies of minibatches
   * @return a probing that has looked at nothing
   */
  public static StallProbing of(double share, Optional<GivenExamples> data) {
    return new StallProbing(new TimeBudget(share), data.orElse(null));
  }

  /**
   * What became of a look.
   *
   * @param numbers what was measured, if anything was
   * @param reason why nothing was; empty if something was
   */
  public record Answer(Optional<StationaryNumbers> numbers, String reason) {
    static Answer of(StationaryNumbers numbers) {
      return new Answer(Optional.of(numbers), "");
    }

    static Answer none(String reason) {
      return new Answer(Optional.empty(), reason);
    }
  }

  /**
   * Copies the minibatch if a look is due and needs it.
   *
   * @param model the model, in its backward hook
   */
  public void onBackwardPass(Model model) {
    checkGiven(model);
    RecentBatches taking = batches;
    if (taking != null) {
      taking.take(model);
    }
  }

  /** Once, when the network and its minibatches are seen first. */
  private void checkGiven(Model model) {
    GivenExamples examples = given;
    if (examples != null && !isGivenChecked) {
      isGivenChecked = true;
      given = examples.fit(model) ? examples : null;
    }
  }

  /**
   * Tells whether it is taking minibatches for a look, or has just told of one.
   *
   * @return true if it wants to be asked in the next iteration, and its answer judged
   */
  public boolean isLooking() {
    return batches != null || answered;
  }

  /**
   * Looks, if it is time to.
   *
   * @param model the model, in its hook after the step
   * @param observation what was measured in the iteration
   * @param found the iteration in which the present stall was found; negative if there is none
   * @param stepPerGradient length of present steps over that of the gradient; NaN if unknown
   * @return what was measured or why nothing was; empty if there was no need
   */
  public Optional<Answer> iterationDone(
      Model model, Observation observation, int found, double stepPerGradient) {
    Optional<Answer> answer = lookIfDue(model, observation, found, stepPerGradient);
    answered = answer.isPresent();
    return answer;
  }

  private Optional<Answer> lookIfDue(
      Model model, Observation observation, int found, double stepPerGradient) {
    budget.start(System.nanoTime());
    int iteration = observation.iteration();
    firstIteration = firstIteration < 0 ? iteration : firstIteration;
    if (found != stallFound) {
      stallFound = found;
      looks = 0;
      nextLook = found;
      neededSeconds = 0;
      batches = null;
    }
    if (found < 0 || looks == MOST_LOOKS || iteration < nextLook) {
      return Optional.empty();
    }
    if (budget.isOff()) {
      looks = MOST_LOOKS;
      return Optional.of(Answer.none("the curvature budget is 0"));
    }
    GivenExamples examples = given;
    return examples != null
        ? tryToLook(model, examples.data(), observation, stepPerGradient)
        : lookAtBatches(model, observation, stepPerGradient);
  }

  private Optional<Answer> lookAtBatches(
      Model model, Observation observation, double stepPerGradient) {
    RecentBatches taken = batches;
    if (taken == null) {
      boolean affordable = budget.allowedSeconds(System.nanoTime()) > neededSeconds;
      batches = affordable ? new RecentBatches(enoughExamples) : null;
      return Optional.empty();
    }
    if (!taken.isComplete()) {
      return Optional.empty();
    }
    batches = null;
    if (taken.obstacle().isPresent()) {
      looks = MOST_LOOKS;
      return taken.obstacle().map(Answer::none);
    }
    return tryToLook(model, taken.data(), observation, stepPerGradient);
  }

  private Optional<Answer> tryToLook(
      Model model, MultiDataSet data, Observation observation, double stepPerGradient) {
    long start = System.nanoTime();
    double allowed = budget.allowedSeconds(start);
    if (allowed <= neededSeconds) {
      return Optional.empty();
    }
    Look look = new Look(allowed, observation, stepPerGradient);
    Answer answer = look.at(model, data);
    budget.spend((System.nanoTime() - start) / NANOS);
    if (look.neededSeconds() > allowed) {
      neededSeconds = look.neededSeconds();
      enoughExamples = Math.max(FEWEST_EXAMPLES, enoughExamples / 2);
    } else {
      looks++;
      nextLook = firstIteration + 2 * (observation.iteration() - firstIteration);
    }
    return Optional.of(answer);
  }
}
