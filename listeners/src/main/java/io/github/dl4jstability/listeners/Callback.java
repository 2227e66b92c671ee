package io.github.dl4jstability.listeners;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Calls the user back when a diagnosis is made or its severity changes; not on the thread that
 * happens to judge, but where the user may change the model. A listener shares it with its clones.
 * Thread-safe.
 */
final class Callback {
  private final Consumer<Diagnosis> consumer;
  private final Map<DiagnosisHistory.Key, Severity> told = new ConcurrentHashMap<>();
  private final Queue<Diagnosis> due = new ConcurrentLinkedQueue<>();

  Callback(Consumer<Diagnosis> consumer) {
    this.consumer = consumer;
  }

  /** Keeps what is to be told. */
  void record(String run, DiagnosisEvent event) {
    DiagnosisHistory.Key key = DiagnosisHistory.Key.of(run, event);
    Severity severity = event.diagnosis().severity();
    if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
      told.remove(key);
    } else if (told.put(key, severity) != severity) {
      due.add(event.diagnosis());
    }
  }

  /** Tells it; only for threads that train or close a listener. */
  void deliver() {
    for (Diagnosis next = due.poll(); next != null; next = due.poll()) {
      consumer.accept(next);
    }
  }
}
