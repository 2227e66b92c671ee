package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.internal.record.RecordIds;

/**
 * Where the records of one run go.
 *
 * @param writer writes to the storage
 * @param sessionId session of the run
 * @param workerId worker within the session
 * @param stamps gives the records their time; shared by all that write about the run
 */
public record Destination(RecordWriter writer, String sessionId, String workerId, Stamps stamps) {

  /**
   * Names the next record.
   *
   * @return session, worker and a time of its own
   */
  RecordIds nextIds() {
    return new RecordIds(sessionId, workerId, stamps.next());
  }
}
