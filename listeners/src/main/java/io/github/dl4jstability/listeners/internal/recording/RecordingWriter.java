package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a recording, in blocks of some 64 KB before compression. What is recorded has no holes: at
 * the size limit, and wherever it cannot go on, it says why in the file and takes no more.
 *
 * <p>For one thread at a time, which may wait for the disk.
 */
public final class RecordingWriter {
  /** The smallest limit that makes sense: a header, a network, and some iterations. */
  public static final long FEWEST_BYTES = 1 << 16;

  /** Kept free below the limit, to say that it was reached. */
  private static final int LAST_WORDS = 1024;

  private final BlockWriter file;
  private final RecordingEncoder entries = new RecordingEncoder();
  private final long maxBytes;
  private boolean created;
  private Optional<String> stopReason = Optional.empty();

  /**
   * Creates a writer; the file comes with the first block.
   *
   * @param path the file; an earlier recording is replaced
   * @param maxBytes longest file, at least {@link #FEWEST_BYTES}
   */
  public RecordingWriter(Path path, long maxBytes) {
    file = new BlockWriter(path);
    this.maxBytes = maxBytes;
  }

  /**
   * Tells whether a file can become a recording.
   *
   * @param path the file
   * @throws IOException if it holds anything but a recording, or cannot be read
   */
  public static void requireReplaceable(Path path) throws IOException {
    BlockWriter.requireReplaceable(path);
  }

  /**
   * Writes that a run begins.
   *
   * @param run its number: 0 for the first, then one more each time
   * @param settings how it is watched
   * @throws IOException if the file cannot be written
   */
  public void began(int run, RunSettings settings) throws IOException {
    if (run >= RecordingFormat.MOST_RUNS) {
      stop("it holds " + RecordingFormat.MOST_RUNS + " models already");
    }
    if (stopReason.isEmpty()) {
      entries.began(run, settings);
      entryDone();
    }
  }

  /**
   * Writes an iteration.
   *
   * @param run number of its run
   * @param observation what was measured
   * @throws IOException if the file cannot be written
   */
  public void observed(int run, Observation observation) throws IOException {
    if (stopReason.isEmpty()) {
      entries.observed(run, observation);
      entryDone();
    }
  }

  /**
   * Writes what the curvature probe measured.
   *
   * @param run number of its run
   * @param numbers what was measured
   * @throws IOException if the file cannot be written
   */
  public void lookedAt(int run, StationaryNumbers numbers) throws IOException {
    if (stopReason.isEmpty()) {
      entries.lookedAt(run, numbers);
      entryDone();
    }
  }

  /**
   * Writes why the curvature probe measured nothing.
   *
   * @param run number of its run
   * @param reason why, as part of a sentence
   * @throws IOException if the file cannot be written
   */
  public void notLookedAt(int run, String reason) throws IOException {
    if (stopReason.isEmpty()) {
      entries.notLookedAt(run, reason);
      entryDone();
    }
  }

  /**
   * Writes that all until here was recorded, and the block.
   *
   * @throws IOException if the file cannot be written
   */
  public void closed() throws IOException {
    if (stopReason.isEmpty()) {
      entries.closed();
      writeBlock();
    }
  }

  /**
   * Writes why recording stops, and takes no more.
   *
   * @param reason why, as a sentence without its end
   * @throws IOException if the file cannot be written
   */
  public void stop(String reason) throws IOException {
    if (stopReason.isEmpty()) {
      writeBlock();
      end(reason);
    }
  }

  /**
   * Tells whether recording stopped, and why.
   *
   * @return the reason; empty while it goes on
   */
  public Optional<String> stopReason() {
    return stopReason;
  }

  /**
   * Tells whether anything waits for its block to fill.
   *
   * @return false if all is in the file
   */
  public boolean isGathering() {
    return entries.size() > 0 && stopReason.isEmpty();
  }

  private void entryDone() throws IOException {
    if (entries.size() >= RecordingFormat.USUAL_PLAIN_BYTES) {
      writeBlock();
    }
  }

  /**
   * Writes what waits for its block to fill.
   *
   * @throws IOException if the file cannot be written
   */
  public void writeBlock() throws IOException {
    if (entries.size() == 0 || stopReason.isPresent()) {
      return;
    }
    byte[] plain = entries.take();
    if (plain.length > RecordingFormat.LARGEST_PLAIN_BYTES) {
      end("an iteration of this network takes " + plain.length + " bytes");
      return;
    }
    ByteBuffer block = BlockWriter.block(plain);
    create();
    if (file.length() + block.remaining() + LAST_WORDS > maxBytes) {
      end("it has reached its limit of " + maxBytes + " bytes");
    } else {
      file.append(block);
    }
  }

  private void create() throws IOException {
    if (!created) {
      file.create();
      created = true;
    }
  }

  private void end(String reason) throws IOException {
    if (stopReason.isPresent()) {
      return;
    }
    stopReason = Optional.of(reason);
    entries.stopped(reason);
    create();
    file.append(BlockWriter.block(entries.take()));
  }
}
