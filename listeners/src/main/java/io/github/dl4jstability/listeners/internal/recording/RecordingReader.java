package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteReader;
import io.github.dl4jstability.listeners.internal.codec.ObservationCodec;
import io.github.dl4jstability.listeners.internal.codec.StationaryCodec;
import io.github.dl4jstability.listeners.internal.codec.StructureCodec;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.RecordingFormat.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording from its beginning, as far as it was written. What it holds at a time is one
 * block, of 4 MB at the most, and an observation from it.
 */
public final class RecordingReader {
  private final RecordingHandler handler;
  private final List<RecordedRun> runs = new ArrayList<>();
  private boolean stopped;

  private RecordingReader(RecordingHandler handler) {
    this.handler = handler;
  }

  /** What is known of a run. */
  private static final class RecordedRun {
    final Witness witness;
    @Nullable NetworkStructure structure;

    RecordedRun(Witness witness) {
      this.witness = witness;
    }
  }

  /**
   * Reads a file.
   *
   * @param path the file
   * @param handler hears all that it tells
   * @throws UnreadableRecordException if it is no recording, of a newer version, or damaged
   * @throws IOException if it cannot be read
   */
  public static void read(Path path, RecordingHandler handler) throws IOException {
    RecordingReader reader = new RecordingReader(handler);
    try (BlockReader blocks = BlockReader.open(path)) {
      for (byte[] plain = blocks.next(); plain.length > 0; plain = blocks.next()) {
        try {
          reader.readBlock(plain);
        } catch (UnreadableRecordException e) {
          throw e.at(blocks.place());
        }
      }
    }
  }

  private void readBlock(byte[] plain) throws UnreadableRecordException {
    ByteReader in = ByteReader.exact(ByteBuffer.wrap(plain));
    while (in.hasRemaining()) {
      try {
        readEntry(in);
      } catch (IllegalArgumentException e) {
        throw UnreadableRecordException.malformed(String.valueOf(e.getMessage()));
      }
    }
  }

  private void readEntry(ByteReader in) throws UnreadableRecordException {
    if (stopped) {
      throw UnreadableRecordException.malformed("an entry after the end");
    }
    switch (Kind.of(in.raw())) {
      case BEGAN -> begin(in);
      case STRUCTURE -> run(in).structure = StructureCodec.readWhole(in);
      case OBSERVED -> observe(in);
      case LOOKED_AT -> run(in).witness.lookedAt(StationaryCodec.read(in));
      case NOT_LOOKED_AT -> run(in).witness.notLookedAt(in.text());
      case CLOSED -> handler.closed();
      case STOPPED -> {
        stopped = true;
        handler.stopped(in.text());
      }
    }
  }

  private void begin(ByteReader in) throws UnreadableRecordException {
    int number = in.smallCount();
    if (number != runs.size() || number >= RecordingFormat.MOST_RUNS) {
      throw UnreadableRecordException.malformed(
          "run " + number + " begins as number " + runs.size());
    }
    RunSettings settings = SettingsCodec.read(in);
    runs.add(new RecordedRun(handler.began(number, settings)));
  }

  private RecordedRun run(ByteReader in) throws UnreadableRecordException {
    int number = in.smallCount();
    if (number >= runs.size()) {
      throw UnreadableRecordException.malformed("run " + number + " of " + runs.size());
    }
    return runs.get(number);
  }

  private void observe(ByteReader in) throws UnreadableRecordException {
    RecordedRun run = run(in);
    NetworkStructure structure = run.structure;
    if (structure == null) {
      throw UnreadableRecordException.malformed("an iteration of an unknown network");
    }
    run.witness.observed(ObservationCodec.read(in, structure));
  }
}
