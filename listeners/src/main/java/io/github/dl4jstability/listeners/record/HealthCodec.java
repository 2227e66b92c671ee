package io.github.dl4jstability.listeners.record;

import io.github.dl4jstability.listeners.observation.NonFinite;
import io.github.dl4jstability.listeners.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.observation.UnitHealth;

/** The bytes of {@link UnitHealth} and {@link NonFinite}. */
final class HealthCodec {

  private HealthCodec() {}

  static void writeUnits(ByteWriter out, UnitHealth health) {
    out.count(health.units());
    if (health.isPresent()) {
      out.count(health.neverActive());
      out.count(health.saturated());
      out.number(health.saturatedShare());
    }
  }

  static UnitHealth readUnits(ByteReader in) throws UnreadableRecordException {
    int units = in.smallCount();
    return units == 0
        ? UnitHealth.ABSENT
        : new UnitHealth(units, in.smallCount(), in.smallCount(), in.number());
  }

  static void writeNonFinite(ByteWriter out, NonFinite nonFinite) {
    out.text(nonFinite.stage().name());
    out.list(nonFinite.layers(), (o, layer) -> o.count(layer));
    out.count(nonFinite.count());
  }

  static NonFinite readNonFinite(ByteReader in) throws UnreadableRecordException {
    return new NonFinite(in.constant(Stage.class), in.list(ByteReader::smallCount), in.count());
  }
}
