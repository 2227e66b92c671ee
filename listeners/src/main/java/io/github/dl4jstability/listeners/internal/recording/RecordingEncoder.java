package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.codec.ObservationCodec;
import io.github.dl4jstability.listeners.internal.codec.StationaryCodec;
import io.github.dl4jstability.listeners.internal.codec.StructureCodec;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.recording.RecordingFormat.Kind;
import java.util.HashMap;
import java.util.Map;

/** Makes entries of a recording and gathers them until they fill a block. For one thread. */
public final class RecordingEncoder {
  private final ByteWriter out = ByteWriter.exact();
  private final Map<Integer, NetworkStructure> structures = new HashMap<>();

  public void began(int run, RunSettings settings) {
    entry(Kind.BEGAN, run);
    SettingsCodec.write(out, settings);
  }

  public void observed(int run, Observation observation) {
    NetworkStructure structure = observation.structure();
    if (!structure.equals(structures.put(run, structure))) {
      entry(Kind.STRUCTURE, run);
      StructureCodec.writeWhole(out, structure);
    }
    entry(Kind.OBSERVED, run);
    ObservationCodec.write(out, observation);
  }

  void lookedAt(int run, StationaryNumbers numbers) {
    entry(Kind.LOOKED_AT, run);
    StationaryCodec.write(out, numbers);
  }

  public void notLookedAt(int run, String reason) {
    entry(Kind.NOT_LOOKED_AT, run);
    out.text(reason);
  }

  public void closed() {
    out.raw(Kind.CLOSED.code());
  }

  public void stopped(String reason) {
    out.raw(Kind.STOPPED.code());
    out.text(reason);
  }

  private void entry(Kind kind, int run) {
    out.raw(kind.code());
    out.count(run);
  }

  /** Returns how many bytes wait for their block. */
  int size() {
    return out.size();
  }

  /** Returns what waits and forgets it. */
  public byte[] take() {
    byte[] plain = out.toByteArray();
    out.clear();
    return plain;
  }
}
