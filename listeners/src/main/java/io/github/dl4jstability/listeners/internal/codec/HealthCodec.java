package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;

/** The bytes of {@link UnitHealth} and {@link NonFinite}. */
public final class HealthCodec {

  private HealthCodec() {}

  public static void writeUnits(ByteWriter out, UnitHealth health) {
    out.count(health.units());
    if (health.isPresent()) {
      out.count(health.neverActive());
      out.count(health.saturated());
      out.number(health.saturatedShare());
    }
  }

  public static UnitHealth readUnits(ByteReader in) throws UnreadableRecordException {
    int units = in.smallCount();
    return units == 0
        ? UnitHealth.ABSENT
        : new UnitHealth(units, in.smallCount(), in.smallCount(), in.number());
  }

  public static void writeNonFinite(ByteWriter out, NonFinite nonFinite) {
    out.text(nonFinite.stage().name());
    out.list(nonFinite.layers(), (o, layer) -> o.count(layer));
    out.count(nonFinite.count());
  }

  public static NonFinite readNonFinite(ByteReader in) throws UnreadableRecordException {
    return new NonFinite(in.constant(Stage.class), in.list(ByteReader::smallCount), in.count());
  }
}
