package io.github.dl4jstability.listeners.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.RecordedRun;
import io.github.dl4jstability.listeners.RecordedRuns;
import io.github.dl4jstability.listeners.Recording;
import io.github.dl4jstability.listeners.StabilityListener;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.record.DiagnosisRecord;
import io.github.dl4jstability.listeners.internal.record.StabilityRecord;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A recording says what the live run said. */
class ReplayTest {
  @TempDir Path folder;

  static Stream<RecordedRuns.Kind> runs() {
    return RecordedRuns.all().stream();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void shouldSayTheSameAsTheLiveRun(RecordedRuns.Kind kind) throws IOException {
    Path path = folder.resolve("run.stability");
    List<DiagnosisEvent> live = record(kind, path);
    Recording recording = Recording.open(path);
    assertThat(recording.judge()).isEqualTo(live);
    assertThat(recording.isClosed()).isTrue();
    assertThat(recording.stopReason()).isEmpty();
    if (kind.faulty()) {
      assertThat(live).isNotEmpty();
    }
  }

  /** Trains under a listener that records, and returns what it wrote to its storage. */
  private static List<DiagnosisEvent> record(RecordedRuns.Kind kind, Path path) throws IOException {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        kind.configured(StabilityListener.builder()).storage(storage).record(path).build();
    kind.train(listener);
    listener.close();
    List<DiagnosisEvent> events = new ArrayList<>();
    for (Persistable update :
        storage.getAllUpdatesAfter(
            listener.getSessionID(), StabilityRecord.DIAGNOSIS_TYPE_ID, "main", 0)) {
      events.add(((DiagnosisRecord) update).event());
    }
    return events;
  }

  @Test
  void shouldSayLessWithoutAConditionAndMoreWithAll() throws IOException {
    Path path = folder.resolve("run.stability");
    RecordedRuns.Kind hot = RecordedRuns.named("dense, far too high a rate");
    List<DiagnosisEvent> live = record(hot, path);
    Recording recording = Recording.open(path);
    Condition first = live.get(0).diagnosis().condition();
    assertThat(recording.judge(Set.of(first)))
        .isNotEmpty()
        .noneMatch(event -> event.diagnosis().condition() == first);
    assertThat(recording.judge(Set.of())).isEqualTo(live);
  }

  @Test
  void shouldHoldAllModelsAndWorkersOfAListener() throws IOException {
    Path path = folder.resolve("run.stability");
    StabilityListener listener = StabilityListener.builder().record(path).build();
    RecordedRuns.named("dense, far too high a rate").train(listener);
    RecordedRuns.named("graph, a feature that is NaN").train(listener);
    StabilityListener worker = listener.clone();
    worker.setWorkerID("worker 7");
    RecordedRuns.named("dense, far too high a rate").train(worker);
    worker.close();
    listener.close();
    Recording recording = Recording.open(path);
    assertThat(recording.runs())
        .extracting(RecordedRun::worker)
        .containsExactly("main", "main", "worker 7");
    assertThat(recording.runs())
        .extracting(run -> run.structure().orElseThrow().model())
        .containsExactly("MultiLayerNetwork", "ComputationGraph", "MultiLayerNetwork");
    List<Diagnosis> last = new ArrayList<>();
    recording.judge(iteration -> iteration.primary().ifPresent(last::add));
    assertThat(Optional.of(last.get(last.size() - 1))).isEqualTo(listener.primary());
  }

  @Test
  void shouldRejectWhatCannotBeRecordedTo() throws IOException {
    StabilityListener.Builder builder = StabilityListener.builder();
    Path model = Files.writeString(folder.resolve("model.zip"), "weights");
    assertThatThrownBy(() -> builder.record(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record must be a new file or an earlier recording, was " + model);
    Path nowhere = folder.resolve("nowhere").resolve("run.stability");
    assertThatThrownBy(() -> builder.record(nowhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record must be in a folder that exists, was " + nowhere);
    assertThatThrownBy(() -> builder.record(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record must be a new file or an earlier recording, was " + folder);
    assertThatThrownBy(() -> builder.record(null)).hasMessage("record must not be null, was null");
    assertThatThrownBy(() -> builder.record(folder.resolve("run.stability"), 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxBytes must be at least 65536, was 1000");
  }

  @Test
  void shouldSayWhatAnyRulesSay() throws IOException {
    Path path = folder.resolve("run.stability");
    record(RecordedRuns.named("dense, far too high a rate"), path);
    List<DiagnosisEvent> events = new ArrayList<>();
    Recording.open(path)
        .replay(
            settings ->
                new Diagnostician(
                    Conditions.CATALOGUE, Set.of(Condition.values()), (rule, fault) -> {}),
            iteration -> events.addAll(iteration.events()));
    assertThat(events).isEmpty();
  }
}
