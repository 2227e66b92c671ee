package io.github.dl4jstability.benchmarks.zoo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has combinations visited one after another, in another child after each crash, and finds out who
 * is to blame: the combination that was under way, or the one before it if the crash came while the
 * next one was trained without the listener. If a child dies over its very first bare training,
 * Deeplearning4j alone is to blame.
 */
final class Keeper {
  private static final String FAULT = "DL4J Stability switched off";

  /** Visits the combinations of these names, and hands on each line of output. */
  interface Visitor {
    Child.End visit(List<String> names, Consumer<String> lines)
        throws IOException, InterruptedException;
  }

  private final Visitor child;
  private final Consumer<String> log;
  private final Map<String, Step.Told> results = new LinkedHashMap<>();
  private final Deque<String> left;
  private @Nullable String previous;
  private Step.@Nullable Told current;
  private boolean first;

  /**
   * @param log takes what children print besides their steps
   */
  Keeper(Visitor child, Collection<Combination> combinations, Consumer<String> log) {
    this.child = child;
    this.log = log;
    left = new ArrayDeque<>(combinations.stream().map(Combination::id).toList());
  }

  /** Returns what became of each combination. */
  Collection<Step.Told> visitAll() throws IOException, InterruptedException {
    while (!left.isEmpty()) {
      previous = null;
      current = null;
      first = true;
      Child.End end = child.visit(List.copyOf(left), this::read);
      if (!end.isWell() || current != null) {
        blame(end);
      }
    }
    return results.values();
  }

  private void read(String line) {
    Step.parse(line).ifPresentOrElse(this::take, () -> other(line));
  }

  private void take(Step.Told told) {
    if (told.step().isOnTheWay()) {
      current = told;
      return;
    }
    results.putIfAbsent(told.id(), told);
    left.remove(told.id());
    previous = told.id();
    current = null;
    first = false;
  }

  private void other(String line) {
    Step.Told under = current;
    if (line.contains(FAULT) && under != null) {
      results.put(under.id(), new Step.Told(Step.FAULT, under.id(), line));
    }
    log.accept(line);
  }

  private void blame(Child.End end) {
    Step harm = end.hung() ? Step.HANG : Step.CRASH;
    Step.Told under = current;
    if (under == null) {
      String last = previous == null ? left.element() : previous;
      blame(harm, last, "at the end, " + end);
    } else if (under.step() != Step.BARE) {
      blame(harm, under.id(), under.step() + ", " + end);
    } else if (first || previous == null) {
      blame(Step.BARE_CRASH, under.id(), end.toString());
    } else {
      blame(harm, previous, "in the run after it, " + end);
    }
  }

  private void blame(Step step, String id, String detail) {
    results.put(id, new Step.Told(step, id, detail));
    left.remove(id);
  }
}
