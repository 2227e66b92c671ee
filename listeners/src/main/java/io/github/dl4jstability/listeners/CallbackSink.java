package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.report.Sink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Calls the user back when a diagnosis is made or its severity changes; not on the thread that
 * happens to judge, but where the user may change the model.
 */
final class CallbackSink implements Sink {
  private final Consumer<Diagnosis> callback;
  private final Map<Integer, Severity> told = new HashMap<>();
  private final Queue<Diagnosis> due = new ConcurrentLinkedQueue<>();

  CallbackSink(Consumer<Diagnosis> callback) {
    this.callback = callback;
  }

  @Override
  public void accept(Observation observation, List<DiagnosisEvent> events) {
    for (DiagnosisEvent event : events) {
      Severity severity = event.diagnosis().severity();
      if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
        told.remove(event.serial());
      } else if (told.put(event.serial(), severity) != severity) {
        due.add(event.diagnosis());
      }
    }
  }

  @Override
  public void deliver() {
    for (Diagnosis next = due.poll(); next != null; next = due.poll()) {
      callback.accept(next);
    }
  }
}
