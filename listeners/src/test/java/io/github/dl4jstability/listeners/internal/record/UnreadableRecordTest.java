package io.github.dl4jstability.listeners.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and foreign bytes are told apart from good ones, and never cost more than an error. */
class UnreadableRecordTest {

  private static final RecordIds IDS = new RecordIds("s", "w", 7);

  static Stream<StabilityRecord> records() {
    SyntheticRun run = SyntheticRun.withLayers(4);
    List<Double> norms = List.of(0.0, Double.NaN, 1e-80, 1.0);
    Diagnosis diagnosis =
        SyntheticRun.diagnosis(Condition.NON_FINITE, 3, List.of("1"))
            .causedBy(SyntheticRun.diagnosis(Condition.INPUT_SCALE, 0, List.of("0")));
    return Stream.of(
        NetworkRecord.of(IDS, run.structure(), 1),
        ObservationRecord.of(IDS, run.observation(5, 2, norms), SyntheticRun.extremes(2, norms)),
        DiagnosisRecord.of(IDS, new DiagnosisEvent(DiagnosisEvent.Kind.RAISED, 3, 0, diagnosis)));
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldFailClearlyWhenTruncated(StabilityRecord record) {
    byte[] whole = record.encode();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertUnreadable(() -> read(record, part));
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldFailClearlyWhenBytesFollow(StabilityRecord record) {
    byte[] whole = record.encode();
    assertUnreadable(() -> read(record, Arrays.copyOf(whole, whole.length + 1)));
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldFailClearlyOrGiveAValueWhenBytesAreRandom(StabilityRecord record) {
    Random random = new Random(20260);
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] bytes = record.encode();
      int from = random.nextInt(bytes.length);
      byte[] noise = new byte[1 + random.nextInt(12)];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, bytes, from, Math.min(noise.length, bytes.length - from));
      assertReadableOrNot(() -> read(record, bytes));

      byte[] nonsense = new byte[random.nextInt(300)];
      random.nextBytes(nonsense);
      assertReadableOrNot(() -> read(record, nonsense));
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldSayThatANewerVersionWroteItWhenTheVersionIsUnknown(StabilityRecord record) {
    byte[] bytes = record.encode();
    bytes[0] = 9;
    StabilityRecord newer = empty(record);
    newer.decode(bytes);
    assertThat(newer.getSessionID()).isEqualTo("s");
    assertThat(newer.encode()).isEqualTo(bytes);
    assertThatThrownBy(() -> payload(newer))
        .isInstanceOfSatisfying(
            UnreadableRecordException.class, e -> assertThat(e.isNewerVersion()).isTrue())
        .hasMessage("written by a newer version of DL4J Stability: format 9, known is 1");
  }

  @Test
  void shouldSayThatANewerVersionWroteItWhenAConditionIsUnknown() {
    DiagnosisEvent event =
        new DiagnosisEvent(
            DiagnosisEvent.Kind.RAISED,
            3,
            0,
            SyntheticRun.diagnosis(Condition.PLATEAU, 3, List.of()));
    byte[] bytes = DiagnosisRecord.of(IDS, event).encode();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    DiagnosisRecord record = new DiagnosisRecord();
    record.decode(text.replace("PLATEAU", "CHATEAU").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(record::event)
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("newer version")
        .hasMessageContaining("unknown Condition");
  }

  @Test
  void shouldNotAllocateWhatALengthPromises() {
    byte[] bytes = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 's'};
    assertThatThrownBy(() -> new NetworkRecord().decode(bytes))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("malformed record: needs 2147483647 more bytes, has 1");
  }

  @Test
  void shouldStopReadingWhenAStreamDoesNotEnd() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 1;
          }
        };
    assertThatThrownBy(() -> new ObservationRecord().decode(endless))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void shouldFailClearlyWhenNothingWasDecoded() {
    assertThatThrownBy(() -> new ObservationRecord().frame())
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("malformed record");
  }

  @Test
  void shouldRejectAParameterOfNoLayer() {
    NetworkRecord record =
        NetworkRecord.of(
            IDS,
            new NetworkStructure(
                "m",
                List.of(),
                List.of(new Parameter(2, "W", 1, true, Role.OTHER, Double.NaN, Double.NaN))),
            0);
    assertThatThrownBy(record::structure)
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("a parameter of layer 2");
  }

  private static StabilityRecord empty(StabilityRecord record) {
    Supplier<StabilityRecord> create =
        record instanceof NetworkRecord
            ? NetworkRecord::new
            : record instanceof ObservationRecord ? ObservationRecord::new : DiagnosisRecord::new;
    return create.get();
  }

  private static void read(StabilityRecord like, byte[] bytes) throws IOException {
    StabilityRecord record = empty(like);
    record.decode(bytes);
    payload(record);
  }

  private static void payload(StabilityRecord record) throws IOException {
    if (record instanceof NetworkRecord network) {
      network.structure();
    } else if (record instanceof ObservationRecord observation) {
      observation.frame();
    } else if (record instanceof DiagnosisRecord diagnosis) {
      diagnosis.event();
    }
  }

  private static void assertUnreadable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfAny(UnreadableRecordException.class, UncheckedIOException.class)
        .hasMessageStartingWith("malformed record: ");
  }

  private static void assertReadableOrNot(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    if (thrown != null) {
      assertThat(thrown)
          .isInstanceOfAny(UnreadableRecordException.class, UncheckedIOException.class);
    }
  }
}
