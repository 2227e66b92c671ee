package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.record.DiagnosisRecord;
import io.github.dl4jstability.listeners.internal.record.Frame;
import io.github.dl4jstability.listeners.internal.record.NetworkRecord;
import io.github.dl4jstability.listeners.internal.record.ObservationRecord;
import io.github.dl4jstability.listeners.internal.record.StabilityRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.core.storage.Persistable;

/**
 * Reads what one worker of a session recorded. Records that cannot be read are left out and
 * counted. Not thread-safe; made for one answer.
 */
final class WorkerRun {

  private final AttachedStorages.Session session;
  private final String worker;
  private int damaged;
  private int newer;
  private long latestTimestamp = -1;

  WorkerRun(AttachedStorages.Session session, String worker) {
    this.session = session;
    this.worker = worker;
  }

  /** Something that was recorded at a time. */
  record Stamped<T>(long timestamp, T value) {}

  /** Number of records so far that could not be read because they are damaged. */
  int damaged() {
    return damaged;
  }

  /** Number of records so far that could not be read because a newer version wrote them. */
  int newer() {
    return newer;
  }

  /** Timestamp of the latest frame that was seen, readable or not; -1 if there was none. */
  long latestTimestamp() {
    return latestTimestamp;
  }

  Optional<NetworkStructure> network() {
    Persistable info =
        session.storage().getStaticInfo(session.id(), StabilityRecord.TYPE_ID, worker);
    if (info == null) {
      return Optional.empty();
    }
    return decode(info, NetworkRecord.class, NetworkRecord::structure);
  }

  List<Stamped<Frame>> framesAfter(long timestamp) {
    List<Persistable> updates = updatesAfter(StabilityRecord.TYPE_ID, timestamp);
    if (!updates.isEmpty()) {
      latestTimestamp = updates.get(updates.size() - 1).getTimeStamp();
    }
    return decode(updates, ObservationRecord.class, ObservationRecord::frame);
  }

  List<Stamped<DiagnosisEvent>> events() {
    return decode(
        updatesAfter(StabilityRecord.DIAGNOSIS_TYPE_ID, -1),
        DiagnosisRecord.class,
        DiagnosisRecord::event);
  }

  private List<Persistable> updatesAfter(String typeId, long timestamp) {
    return session.storage().getAllUpdatesAfter(session.id(), typeId, worker, timestamp);
  }

  private <R, T> List<Stamped<T>> decode(
      List<Persistable> updates, Class<R> type, Decoder<R, T> decoder) {
    List<Stamped<T>> values = new ArrayList<>();
    for (Persistable update : updates) {
      decode(update, type, decoder)
          .ifPresent(value -> values.add(new Stamped<>(update.getTimeStamp(), value)));
    }
    return values;
  }

  private interface Decoder<R, T> {
    T decode(R record) throws UnreadableRecordException;
  }

  private <R, T> Optional<T> decode(Persistable record, Class<R> type, Decoder<R, T> decoder) {
    if (!type.isInstance(record)) {
      damaged++;
      return Optional.empty();
    }
    try {
      return Optional.of(decoder.decode(type.cast(record)));
    } catch (UnreadableRecordException e) {
      if (e.isNewerVersion()) {
        newer++;
      } else {
        damaged++;
      }
      return Optional.empty();
    }
  }
}
