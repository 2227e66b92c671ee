package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteReader;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import java.util.EnumSet;
import java.util.Set;

/** The bytes of {@link RunSettings}. */
final class SettingsCodec {

  private SettingsCodec() {}

  static void write(ByteWriter out, RunSettings settings) {
    out.text(settings.library());
    out.text(settings.worker());
    out.text(settings.preset());
    out.count(settings.every());
    out.list(settings.without().stream().sorted().toList(), (o, it) -> o.text(it.name()));
    out.float64(settings.curvatureBudget());
  }

  static RunSettings read(ByteReader in) throws UnreadableRecordException {
    return new RunSettings(
        in.text(), in.text(), in.text(), in.smallCount(), readConditions(in), in.float64());
  }

  private static Set<Condition> readConditions(ByteReader in) throws UnreadableRecordException {
    Set<Condition> conditions = EnumSet.noneOf(Condition.class);
    conditions.addAll(in.list(i -> i.constant(Condition.class)));
    return conditions;
  }
}
