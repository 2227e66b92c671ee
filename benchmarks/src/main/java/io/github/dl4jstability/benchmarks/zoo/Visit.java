package io.github.dl4jstability.benchmarks.zoo;

import io.github.dl4jstability.listeners.StabilityListener;
import java.io.PrintStream;

/** One combination, trained with and without the listener; tells each step before it is taken. */
final class Visit {
  /** Beyond what the slowest stall takes to be found and looked at. */
  private static final int MOST_EPOCHS = 130;

  private final Combination combination;
  private final PrintStream out;

  Visit(Combination combination, PrintStream out) {
    this.combination = combination;
    this.out = out;
  }

  void run() {
    say(Step.BARE, "");
    Training training;
    try {
      training = new Training(combination);
      training.run(1);
    } catch (RuntimeException impossible) {
      say(Step.IMPOSSIBLE, firstLine(impossible));
      return;
    }
    say(Step.WATCHED, "");
    Looks looks = new Looks();
    StabilityListener listener = looks.listener();
    EndState watched;
    try {
      watched = training.run(() -> looks.isAwaited(MOST_EPOCHS), listener);
    } catch (RuntimeException broken) {
      say(Step.BROKEN, firstLine(broken));
      return;
    } finally {
      listener.close();
    }
    say(Step.AGAIN, "");
    compare(training, looks, watched);
  }

  private void compare(Training training, Looks looks, EndState watched) {
    EndState bare = training.run(looks.epochs());
    String differences = bare.differences(watched);
    if (!differences.isEmpty()) {
      boolean ours = bare.equals(training.run(looks.epochs()));
      say(ours ? Step.DIFFERENT : Step.UNREPEATABLE, differences);
    } else if (looks.looked()) {
      say(Step.LOOKED, looks.epochs() + " epochs");
    } else {
      say(Step.NOT_LOOKED, looks.refusal());
    }
  }

  private void say(Step step, String detail) {
    out.println(step.line(combination.id(), detail));
    out.flush();
  }

  private static String firstLine(RuntimeException exception) {
    return exception.toString().lines().findFirst().orElse("");
  }
}
