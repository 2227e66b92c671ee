package io.github.dl4jstability.listeners.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import io.github.dl4jstability.measurement.Moments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever way a storage or a wire takes, the same numbers and names come back. */
class RecordRoundTripTest {

  private static final RecordIds IDS =
      new RecordIds("Sitzung–セッション <b>", "worker_0", 1_700_000_000_123L);

  /** The ways in which Deeplearning4j moves a record. */
  enum Way {
    ARRAY {
      @Override
      <R extends StabilityRecord> R take(R record, R empty) {
        assertThat(record.encodingLengthBytes()).isEqualTo(record.encode().length);
        empty.decode(record.encode());
        return empty;
      }
    },
    BUFFER {
      @Override
      <R extends StabilityRecord> R take(R record, R empty) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(record.encodingLengthBytes() + 3).position(3);
        record.encode(buffer);
        empty.decode(buffer.position(3));
        return empty;
      }
    },
    STREAM {
      @Override
      <R extends StabilityRecord> R take(R record, R empty) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record.encode(out);
        empty.decode(new ByteArrayInputStream(out.toByteArray()));
        return empty;
      }
    },
    SERIALIZATION {
      @Override
      @SuppressWarnings({"unchecked", "BanSerializableRead"})
      <R extends StabilityRecord> R take(R record, R empty) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
          objects.writeObject(record);
        }
        try (ObjectInputStream objects =
            new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
          return (R) objects.readObject();
        }
      }
    };

    abstract <R extends StabilityRecord> R take(R record, R empty) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveBackIdsAndNetworkWhenMoved(Way way) throws Exception {
    NetworkStructure structure =
        SyntheticRun.withLayers(List.of("entrée", "<img src=x onerror=alert(1)>", "出力"))
            .structure();
    NetworkRecord back = way.take(NetworkRecord.of(IDS, structure, 42), new NetworkRecord());
    assertIds(back, "StabilityListener");
    assertThat(back.structure()).isEqualTo(structure);
    assertThat(back.startMillis()).isEqualTo(42);
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveBackTheFrameWhenMoved(Way way) throws Exception {
    SyntheticRun run = SyntheticRun.withLayers(5);
    List<Double> norms = List.of(1.5e-9, 0.0, Double.NaN, Double.POSITIVE_INFINITY, 0.078);
    Observation observation = run.observation(1234, 0.1234567890123, norms);
    FrameExtremes extremes = new FrameExtremes(-1, Double.NaN, norms);
    ObservationRecord back =
        way.take(ObservationRecord.of(IDS, observation, extremes), new ObservationRecord());

    assertIds(back, "StabilityListener");
    Frame frame = back.frame();
    assertThat(frame.iteration()).isEqualTo(1234);
    assertThat(frame.epoch()).isEqualTo(12);
    assertThat(frame.timeMillis()).isEqualTo(observation.timeMillis());
    assertThat(frame.score()).isEqualTo(0.1234567890123);
    assertThat(frame.examples()).isEqualTo(64);
    assertThat(frame.learningRate()).isEqualTo(0.01f);
    assertThat(frame.extremes().lowestScore()).isEqualTo(-1);
    assertThat(frame.extremes().highestScore()).isNaN();
    assertThat(frame.extremes().largestGradientNorms())
        .containsExactlyElementsOf(norms.stream().map(n -> (double) n.floatValue()).toList());
    assertClose(frame.gradients(), observation.gradients());
    assertClose(frame.updates(), observation.updates());
    assertClose(frame.parameters(), observation.parameters());
    assertClose(frame.activations(), observation.activations());
    assertThat(frame.unitHealth()).hasSize(5);
    assertThat(frame.unitHealth().get(2).saturated()).isEqualTo(5);
    assertThat(frame.unitHealth().get(4).isPresent()).isFalse();
    assertThat(frame.nonFinite()).isEqualTo(observation.nonFinite());
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveBackTheDiagnosisWithItsCausesWhenMoved(Way way) throws Exception {
    Diagnosis cause = SyntheticRun.diagnosis(Condition.LEARNING_RATE_TOO_HIGH, 10, List.of());
    Diagnosis diagnosis =
        SyntheticRun.diagnosis(Condition.NON_FINITE, 20, List.of("0", "größte")).causedBy(cause);
    DiagnosisEvent event = new DiagnosisEvent(DiagnosisEvent.Kind.UPDATED, 25, 3, diagnosis);
    DiagnosisRecord back = way.take(DiagnosisRecord.of(IDS, event), new DiagnosisRecord());
    assertIds(back, "StabilityDiagnosis");
    assertThat(back.event()).isEqualTo(event);
    assertThat(back.event().diagnosis().evidence().keySet())
        .containsExactlyElementsOf(diagnosis.evidence().keySet());
  }

  @Test
  void shouldKeepTheEightNearestCausesWhenTheChainIsLonger() throws Exception {
    Diagnosis chain = SyntheticRun.diagnosis(Condition.INPUT_SCALE, 0, List.of());
    for (int i = 1; i <= 100; i++) {
      chain = SyntheticRun.diagnosis(Condition.PLATEAU, i, List.of()).causedBy(chain);
    }
    DiagnosisEvent event = new DiagnosisEvent(DiagnosisEvent.Kind.RAISED, 100, 0, chain);
    Diagnosis back = DiagnosisRecord.of(IDS, event).event().diagnosis();
    assertThat(Stream.iterate(Optional.of(back), Optional::isPresent, d -> d.get().cause()))
        .hasSize(9);
    assertThat(back.root().iteration()).isEqualTo(92);
  }

  @Test
  void shouldGiveBackAnEmptyNetworkAndFrame() throws Exception {
    NetworkStructure nothing = new NetworkStructure("", List.of(), List.of());
    assertThat(NetworkRecord.of(IDS, nothing, 0).structure()).isEqualTo(nothing);
    Observation observation =
        new Observation(
            nothing,
            new Observation.Step(0, 0, 0, Double.NaN, 0, Double.NaN, List.of()),
            new Observation.Arrays(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Double.NaN),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Frame frame =
        ObservationRecord.of(IDS, observation, SyntheticRun.extremes(Double.NaN, List.of()))
            .frame();
    assertThat(frame.score()).isNaN();
    assertThat(frame.gradients()).isEmpty();
    assertThat(frame.nonFinite()).isEmpty();
  }

  @Test
  void shouldKeepNumbersThatNoFloatHolds() throws Exception {
    List<Double> norms =
        List.of(1e-60, 1e60, -1e-300, Double.MIN_VALUE, -Double.MAX_VALUE, 1e-45, -0.0);
    SyntheticRun run = SyntheticRun.withLayers(norms.size());
    Frame frame =
        ObservationRecord.of(
                IDS,
                run.observation(0, 1, Collections.nCopies(norms.size(), 1.0)),
                SyntheticRun.extremes(1, norms))
            .frame();
    assertThat(frame.extremes().largestGradientNorms()).isEqualTo(norms);
  }

  @Test
  void shouldStaySmallWhenTheNetworkIsOrdinary() {
    SyntheticRun run = SyntheticRun.withLayers(7);
    List<Double> norms = Collections.nCopies(7, 0.3);
    ObservationRecord record =
        ObservationRecord.of(
            IDS, run.observation(100_000, 0.5, norms), SyntheticRun.extremes(0.5, norms));
    assertThat(record.encodingLengthBytes()).isBetween(500, 1600);
  }

  private static void assertIds(StabilityRecord record, String type) {
    assertThat(record.getSessionID()).isEqualTo(IDS.sessionId());
    assertThat(record.getWorkerID()).isEqualTo(IDS.workerId());
    assertThat(record.getTimeStamp()).isEqualTo(IDS.timestamp());
    assertThat(record.getTypeID()).isEqualTo(type);
  }

  private static void assertClose(List<Moments> actual, List<Moments> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      Moments a = actual.get(i);
      Moments e = expected.get(i);
      assertThat(a.count()).isEqualTo(e.count());
      assertThat(a.nonFinite()).isEqualTo(e.nonFinite());
      assertSame(a.mean(), e.mean());
      assertSame(a.standardDeviation(), e.standardDeviation());
      assertSame(a.l2Norm(), e.l2Norm());
      assertSame(a.absoluteMaximum(), e.absoluteMaximum());
      assertSame(a.zeroShare(), e.zeroShare());
    }
  }

  private static void assertSame(double actual, double expected) {
    if (Double.isFinite(expected)) {
      assertThat(actual).isCloseTo(expected, within(Math.abs(expected) * 1e-7));
    } else {
      assertThat(actual).isEqualTo(Double.valueOf(expected));
    }
  }
}
