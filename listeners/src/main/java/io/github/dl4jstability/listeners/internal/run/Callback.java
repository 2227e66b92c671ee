package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Calls the user back when a diagnosis is made or its severity changes; not on the thread that
 * happens to judge, but where the user may change the model. A listener shares it with its clones.
 * Bounded: of more than {@value #MOST_DUE} calls that wait the oldest is left out. Thread-safe.
 */
public final class Callback {
  static final int MOST_DUE = 256;

  /** Diagnoses that are remembered as told; an older one may be told again. */
  static final int MOST_TOLD = 1024;

  private final Consumer<Diagnosis> consumer;
  private final Map<DiagnosisHistory.Key, Severity> told = new LinkedHashMap<>();
  private final Queue<Diagnosis> due = new LinkedBlockingQueue<>();

  public Callback(Consumer<Diagnosis> consumer) {
    this.consumer = consumer;
  }

  /** Keeps what is to be told. */
  public synchronized void record(String run, DiagnosisEvent event) {
    DiagnosisHistory.Key key = DiagnosisHistory.Key.of(run, event);
    Severity severity = event.diagnosis().severity();
    if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
      told.remove(key);
    } else if (told.put(key, severity) != severity) {
      due.add(event.diagnosis());
      makeRoom();
    }
  }

  private void makeRoom() {
    if (due.size() > MOST_DUE) {
      due.poll();
    }
    if (told.size() > MOST_TOLD) {
      told.remove(told.keySet().iterator().next());
    }
  }

  /** Tells it; only for threads that train or close a listener. */
  public void deliver() {
    for (Diagnosis next = due.poll(); next != null; next = due.poll()) {
      consumer.accept(next);
    }
  }
}
