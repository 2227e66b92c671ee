package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.internal.record.StabilityRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;

/** The storages that the UI shows at the moment, and the sessions in them. Thread-safe. */
final class AttachedStorages {

  private final List<StatsStorage> storages = new CopyOnWriteArrayList<>();

  void attach(StatsStorage storage) {
    storages.add(storage);
  }

  void detach(StatsStorage storage) {
    storages.removeIf(attached -> attached == storage);
  }

  /**
   * A session in a storage.
   *
   * @param id the run
   * @param startMillis when it began; 0 if it has no records of ours
   * @param storage where it is
   */
  record Session(String id, long startMillis, StatsStorage storage) {

    /** Whether a stability listener reported to it. */
    boolean isRecorded() {
      return startMillis > 0;
    }

    /** Workers that reported, by name. */
    List<String> workers() {
      List<String> workers = storage.listWorkerIDsForSessionAndType(id, StabilityRecord.TYPE_ID);
      return workers == null ? List.of() : workers.stream().distinct().sorted().toList();
    }
  }

  /** Returns all sessions, recorded ones first and the latest of them first. */
  List<Session> sessions() {
    Map<String, Session> sessions = new LinkedHashMap<>();
    for (StatsStorage storage : storages) {
      if (!storage.isClosed()) {
        for (String id : storage.listSessionIDs()) {
          sessions.merge(
              id,
              new Session(id, startMillis(storage, id), storage),
              (a, b) -> a.startMillis() >= b.startMillis() ? a : b);
        }
      }
    }
    List<Session> sorted = new ArrayList<>(sessions.values());
    sorted.sort(
        Comparator.comparingLong(Session::startMillis).reversed().thenComparing(Session::id));
    return sorted;
  }

  Optional<Session> session(String id) {
    return sessions().stream().filter(session -> session.id().equals(id)).findFirst();
  }

  private static long startMillis(StatsStorage storage, String session) {
    return storage.getAllStaticInfos(session, StabilityRecord.TYPE_ID).stream()
        .mapToLong(Persistable::getTimeStamp)
        .min()
        .orElse(0);
  }
}
