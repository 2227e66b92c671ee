package io.github.dl4jstability.listeners;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The diagnoses of a listener and of its clones, as they last stood. Bounded: the oldest that no
 * longer hold make room first. Thread-safe.
 */
final class DiagnosisHistory {
  /** Diagnoses that are remembered, of all runs together. */
  static final int CAPACITY = 256;

  /** What a run starts from, in the order in which the signal meets it, then how it moves. */
  private static final List<Condition> UPSTREAM_FIRST =
      List.of(
          Condition.NON_FINITE,
          Condition.INPUT_SCALE,
          Condition.SYMMETRIC_UNITS,
          Condition.POOR_INITIALIZATION,
          Condition.REGULARIZATION_TOO_STRONG,
          Condition.LEARNING_RATE_TOO_HIGH,
          Condition.LEARNING_RATE_TOO_LOW,
          Condition.EXPLODING_GRADIENT,
          Condition.SATURATED_UNITS,
          Condition.DEAD_UNITS,
          Condition.VANISHING_GRADIENT);

  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  /** What tells a diagnosis from those of other runs and from others of its own. */
  record Key(String run, int serial) {
    static Key of(String run, DiagnosisEvent event) {
      return new Key(run, event.serial());
    }
  }

  private record Entry(Diagnosis diagnosis, boolean holds) {}

  synchronized void record(String run, DiagnosisEvent event) {
    boolean holds = event.kind() != DiagnosisEvent.Kind.WITHDRAWN;
    entries.put(Key.of(run, event), new Entry(event.diagnosis(), holds));
    if (entries.size() > CAPACITY) {
      Key oldest =
          entries.entrySet().stream()
              .filter(entry -> !entry.getValue().holds())
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseGet(() -> entries.keySet().iterator().next());
      entries.remove(oldest);
    }
  }

  /** Returns all diagnoses, oldest first. */
  synchronized List<Diagnosis> all() {
    List<Diagnosis> all = new ArrayList<>();
    entries.values().forEach(entry -> all.add(entry.diagnosis()));
    return List.copyOf(all);
  }

  /**
   * Returns the root cause of the most severe diagnosis that holds; of several, the one that began
   * first, and among those the one that comes first in {@link #UPSTREAM_FIRST}. The root itself may
   * no longer hold when what it brought about still does.
   */
  synchronized Optional<Diagnosis> primary() {
    return entries.values().stream()
        .filter(Entry::holds)
        .map(entry -> entry.diagnosis().root())
        .min(
            Comparator.comparing(Diagnosis::severity)
                .reversed()
                .thenComparingInt(Diagnosis::iteration)
                .thenComparingInt(DiagnosisHistory::place));
  }

  private static int place(Diagnosis diagnosis) {
    int place = UPSTREAM_FIRST.indexOf(diagnosis.condition());
    return place < 0 ? UPSTREAM_FIRST.size() : place;
  }
}
