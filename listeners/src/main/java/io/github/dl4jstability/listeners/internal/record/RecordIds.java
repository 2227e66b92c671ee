package io.github.dl4jstability.listeners.internal.record;

import static java.util.Objects.requireNonNull;

/**
 * Where a record belongs in a storage. A storage keeps one update for each session, type, worker
 * and millisecond, so each update of a worker needs a timestamp of its own.
 *
 * @param sessionId the run
 * @param workerId the worker within the run
 * @param timestamp milliseconds since 1970
 */
public record RecordIds(String sessionId, String workerId, long timestamp) {

  /** Rejects missing ids. */
  public RecordIds {
    requireNonNull(sessionId, "sessionId");
    requireNonNull(workerId, "workerId");
  }
}
