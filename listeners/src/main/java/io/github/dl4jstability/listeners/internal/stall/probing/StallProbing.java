package io.github.dl4jstability.listeners.internal.stall.probing;

import io.github.dl4jstability.listeners.internal.curvature.copy.ModelSnapshot;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Decides when to look at the place of a stall, and has it done: with the user's data or with
 * copies of the next minibatches, on a copy of the model.
 *
 * <p>A stall gets a first look when it is found and another each time that the run has become twice
 * as long, four at the most. A look works on a thread of its own, and only while the thread that
 * trains waits for it, in turns between iterations. Bounds: a share of the elapsed time; {@link
 * #LONGEST_TURN} at once; memory. A place that cannot be looked at within them is left, and that is
 * said; one that could be within a longer time is tried again when that has come.
 *
 * <p>Not thread-safe: it belongs to one model and the thread that trains it.
 */
public final class StallProbing {
  /** The longest that training waits for a look at once; a longer look comes in several turns. */
  public static final Duration LONGEST_TURN = Duration.ofMillis(250);

  /**
   * The least memory that a look may take, unless told otherwise: or a tenth of the resident memory
   * of the process, if that is more.
   */
  public static final long LEAST_MEMORY_BYTES = MemoryBudget.LEAST;

  /** A look without a turn for so long ends by itself and gives its memory back. */
  public static final Duration LONGEST_REST = Turns.LONGEST_REST;

  private static final int MOST_LOOKS = 4;
  private static final int MOST_EXAMPLES = 512;

  /** No look is done in less, with all that it takes to begin one. */
  private static final double SHORTEST_LOOK_SECONDS = 0.02;

  private static final double NANOS = 1e9;

  private final TimeBudget budget;
  private @Nullable GivenExamples given;
  private boolean isGivenChecked;
  private final long givenMemory;

  private int firstIteration = -1;
  private int stallFound = -1;
  private int looks;
  private int nextLook;
  private double neededSeconds;
  private @Nullable RecentBatches batches;
  private volatile @Nullable Turns<Result> looking;
  private long chargedNanos;
  private boolean answered;

  StallProbing(TimeBudget budget, @Nullable GivenExamples given) {
    this(budget, given, 0);
  }

  StallProbing(TimeBudget budget, @Nullable GivenExamples given, long givenMemory) {
    this.budget = budget;
    this.given = given;
    this.givenMemory = givenMemory;
  }

  /**
   * Creates the probing of one model.
   *
   * @param share largest share of the elapsed time that it may take; 0 for none
   * @param memory most bytes that a look may take; 0 for a tenth of the resident memory of the
   *     process, and at least {@link #LEAST_MEMORY_BYTES}
   * @param data what to look at; empty to take copies of minibatches
   * @return a probing that has looked at nothing
   */
  public static StallProbing of(double share, long memory, Optional<GivenExamples> data) {
    return new StallProbing(new TimeBudget(share), data.orElse(null), memory);
  }

  /**
   * Creates the probing of one model, with the memory that is usual.
   *
   * @param share largest share of the elapsed time that it may take; 0 for none
   * @param data what to look at; empty to take copies of minibatches
   * @return a probing that has looked at nothing
   */
  public static StallProbing of(double share, Optional<GivenExamples> data) {
    return of(share, 0, data);
  }

  /** What a look came to, and the time that another would need to come to more. */
  record Result(Answer answer, double neededSeconds) {
    static Result of(StationaryNumbers numbers) {
      return new Result(Answer.of(numbers), 0);
    }

    static Result none(String reason) {
      return new Result(Answer.none(reason), 0);
    }

    static Result later(String reason, double neededSeconds) {
      return new Result(Answer.none(reason), neededSeconds);
    }
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
    long start = System.nanoTime();
    if (taking != null && budget.turnNanos(start) > 0) {
      taking.take(model);
      budget.spend((System.nanoTime() - start) / NANOS);
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
   * Tells whether it is taking minibatches for a look, or is looking, or has just told of one.
   *
   * @return true if it wants to be asked in the next iteration, and its answer judged
   */
  public boolean isLooking() {
    return batches != null || looking != null || answered;
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

  /** Ends a look that goes on, if any: soon, on its own thread. May be called from any thread. */
  public void endLook() {
    Turns<Result> present = looking;
    if (present != null) {
      present.cancel();
    }
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
      endLook();
      looking = null;
    }
    Turns<Result> present = looking;
    if (present != null) {
      return goOn(present, observation);
    }
    if (found < 0 || looks == MOST_LOOKS || iteration < nextLook) {
      return Optional.empty();
    }
    if (budget.isOff()) {
      looks = MOST_LOOKS;
      return Optional.of(Answer.none("the curvature budget is 0"));
    }
    double allowed = budget.allowedSeconds(System.nanoTime());
    if (neededSeconds == 0 && allowed < SHORTEST_LOOK_SECONDS) {
      neededSeconds = SHORTEST_LOOK_SECONDS;
      return Optional.of(Answer.none(tooShort(allowed)));
    }
    GivenExamples examples = given;
    return examples != null
        ? tryToLook(model, List.of(examples.data()), observation, stepPerGradient, () -> {})
        : lookAtBatches(model, observation, stepPerGradient);
  }

  private Optional<Answer> lookAtBatches(
      Model model, Observation observation, double stepPerGradient) {
    RecentBatches taken = batches;
    if (taken == null) {
      boolean affordable = budget.allowedSeconds(System.nanoTime()) > neededSeconds;
      batches =
          affordable
              ? new RecentBatches(MOST_EXAMPLES, MemoryBudget.now(givenMemory).dataBytes())
              : null;
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
    return tryToLook(model, taken.data(), observation, stepPerGradient, taken::close);
  }

  private Optional<Answer> tryToLook(
      Model model,
      List<? extends MultiDataSet> data,
      Observation observation,
      double stepPerGradient,
      Runnable copied) {
    long start = System.nanoTime();
    double allowed = budget.allowedSeconds(start);
    if (allowed <= neededSeconds) {
      return Optional.empty();
    }
    MemoryBudget memory = MemoryBudget.now(givenMemory);
    Optional<String> obstacle = memory.obstacle(model).or(() -> memory.obstacle(data));
    if (obstacle.isPresent()) {
      looks = MOST_LOOKS;
      return obstacle.map(Answer::none);
    }
    StallProbe.Bounds bounds =
        new StallProbe.Bounds(allowed, LONGEST_TURN.dividedBy(2), memory, memory.vectors(model));
    Turns<Result> turns =
        Turns.of(
            StallProbe.of(
                ModelSnapshot.of(model), data, bounds, observation, stepPerGradient, copied));
    looking = turns;
    chargedNanos = 0;
    budget.spend((System.nanoTime() - start) / NANOS);
    return goOn(turns, observation);
  }

  private static String tooShort(double allowed) {
    return String.format(
        Locale.ROOT,
        "a look takes at least %.2g s, and only %.2g s are allowed for a look (curvatureBudget)",
        SHORTEST_LOOK_SECONDS,
        Math.max(0, allowed));
  }

  /** Waits for a turn of the look, if there is time for one; what it took counts, late or not. */
  private Optional<Answer> goOn(Turns<Result> turns, Observation observation) {
    long start = System.nanoTime();
    long turn = budget.turnNanos(start);
    long needed = Math.min(turns.neededNanos(), LONGEST_TURN.toNanos());
    if (!turns.hasEnded() && (turn <= 0 || turn < needed || turns.isWorking())) {
      return Optional.empty();
    }
    try {
      Optional<Result> result = turns.give(Math.max(0, turn));
      result.ifPresent(done -> takeNeeds(done, observation));
      return result.map(Result::answer);
    } catch (CancellationException noTurn) {
      takeNeeds(Result.none(""), observation);
      return turns.wasCancelled()
          ? Optional.empty()
          : Optional.of(
              Answer.none(
                  "the time allowed for a look came too late for it to go on (curvatureBudget)"));
    } finally {
      charge(System.nanoTime() - start, turns.workedNanos());
    }
  }

  /** Also what a piece took beside training after its turn was over. */
  private void charge(long waited, long worked) {
    budget.spend(Math.max(waited, worked - chargedNanos) / NANOS);
    chargedNanos = worked;
  }

  private void takeNeeds(Result result, Observation observation) {
    looking = null;
    if (result.neededSeconds() > 0) {
      neededSeconds = Math.max(1.2 * neededSeconds, result.neededSeconds());
    } else {
      looks++;
      nextLook = firstIteration + 2 * (observation.iteration() - firstIteration);
    }
  }
}
