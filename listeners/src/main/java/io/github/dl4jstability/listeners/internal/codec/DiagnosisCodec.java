package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.UnreadableRecordException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bytes of a {@link DiagnosisEvent}. */
public final class DiagnosisCodec {

  /** Longest chain of causes; without a bound, damaged bytes could exhaust the stack. */
  private static final int MAXIMUM_CAUSES = 8;

  private DiagnosisCodec() {}

  public static void write(ByteWriter out, DiagnosisEvent event) {
    out.text(event.kind().name());
    out.count(event.iteration());
    out.count(event.serial());
    writeDiagnosis(out, event.diagnosis(), MAXIMUM_CAUSES);
  }

  public static DiagnosisEvent read(ByteReader in) throws UnreadableRecordException {
    return new DiagnosisEvent(
        in.constant(DiagnosisEvent.Kind.class),
        in.smallCount(),
        in.smallCount(),
        readDiagnosis(in, MAXIMUM_CAUSES));
  }

  private static void writeDiagnosis(ByteWriter out, Diagnosis diagnosis, int causes) {
    out.text(diagnosis.condition().name());
    out.text(diagnosis.severity().name());
    out.count(diagnosis.iteration());
    out.count(diagnosis.epoch());
    out.list(diagnosis.layers(), ByteWriter::text);
    out.list(List.copyOf(diagnosis.evidence().entrySet()), DiagnosisCodec::writeEvidence);
    out.text(diagnosis.explanation());
    out.text(diagnosis.remedy());
    Optional<Diagnosis> cause = causes == 0 ? Optional.empty() : diagnosis.cause();
    out.optional(cause, (o, present) -> writeDiagnosis(o, present, causes - 1));
  }

  private static Diagnosis readDiagnosis(ByteReader in, int causes)
      throws UnreadableRecordException {
    if (causes < 0) {
      throw UnreadableRecordException.malformed("more than " + MAXIMUM_CAUSES + " causes");
    }
    return new Diagnosis(
        in.constant(Condition.class),
        in.constant(Severity.class),
        in.smallCount(),
        in.smallCount(),
        in.list(ByteReader::text),
        readEvidence(in),
        in.text(),
        in.text(),
        in.optional(i -> readDiagnosis(i, causes - 1)));
  }

  private static void writeEvidence(ByteWriter out, Map.Entry<String, Double> entry) {
    out.text(entry.getKey());
    out.float64(entry.getValue());
  }

  private static Map<String, Double> readEvidence(ByteReader in) throws UnreadableRecordException {
    Map<String, Double> evidence = new LinkedHashMap<>();
    for (Map.Entry<String, Double> entry : in.list(i -> Map.entry(i.text(), i.float64()))) {
      evidence.put(entry.getKey(), entry.getValue());
    }
    return evidence;
  }
}
