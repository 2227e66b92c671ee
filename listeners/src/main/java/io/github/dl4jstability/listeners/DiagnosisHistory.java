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
  private static final int CAPACITY = 256;

  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  private record Key(String run, int serial) {}

  private record Entry(Diagnosis diagnosis, boolean holds) {}

  synchronized void record(String run, DiagnosisEvent event) {
    boolean holds = event.kind() != DiagnosisEvent.Kind.WITHDRAWN;
    entries.put(new Key(run, event.serial()), new Entry(event.diagnosis(), holds));
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

  /** Returns the most severe diagnosis that holds and has no cause, the earliest of several. */
  synchronized Optional<Diagnosis> primary() {
    return entries.values().stream()
        .filter(Entry::holds)
        .map(Entry::diagnosis)
        .filter(diagnosis -> diagnosis.cause().isEmpty())
        .min(
            Comparator.comparing(Diagnosis::severity)
                .reversed()
                .thenComparingInt(Diagnosis::iteration));
  }
}
