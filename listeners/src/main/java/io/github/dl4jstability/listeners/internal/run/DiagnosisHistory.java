package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The diagnoses of a listener and of its clones, as they last stood. Bounded: the oldest that no
 * longer hold make room first. Thread-safe.
 */
public final class DiagnosisHistory {
  /** Diagnoses that are remembered, of all runs together. */
  static final int CAPACITY = 256;

  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  /** What tells a diagnosis from those of other runs and from others of its own. */
  record Key(String run, int serial) {
    static Key of(String run, DiagnosisEvent event) {
      return new Key(run, event.serial());
    }
  }

  private record Entry(Diagnosis diagnosis, boolean holds) {}

  public synchronized void record(String run, DiagnosisEvent event) {
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
  public synchronized List<Diagnosis> all() {
    List<Diagnosis> all = new ArrayList<>();
    entries.values().forEach(entry -> all.add(entry.diagnosis()));
    return List.copyOf(all);
  }

  /**
   * Returns the most urgent root cause of what holds. The root itself may no longer hold when what
   * it brought about still does.
   */
  public synchronized Optional<Diagnosis> primary() {
    return entries.values().stream()
        .filter(Entry::holds)
        .map(Entry::diagnosis)
        .min(Diagnosis.mostUrgentFirst())
        .map(Diagnosis::root);
  }
}
