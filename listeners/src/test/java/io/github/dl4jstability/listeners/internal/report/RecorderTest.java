package io.github.dl4jstability.listeners.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.RecordedLog;
import io.github.dl4jstability.listeners.RecordedRun;
import io.github.dl4jstability.listeners.Recording;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A recording is whole, or says where it ends and why. */
@Timeout(120)
class RecorderTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final List<Double> NORMS = List.of(0.5, 0.25, 0.125);

  @TempDir Path folder;
  private final RecordedLog log = new RecordedLog();
  private final SyntheticRun run = SyntheticRun.withLayers(3);

  private Recorder recorder(Path path, long maxBytes) {
    return new Recorder(path, maxBytes, log.logger(), () -> {});
  }

  private void observe(Witness witness, int from, int to) {
    for (int i = from; i < to; i++) {
      witness.observed(run.observation(i, Math.sin(i), List.of(1.0 / (i + 1), Math.sqrt(i), 1.0)));
    }
  }

  /** The iterations of a recording, which must be those that were given, from the first on. */
  private static int wholePrefix(Recording recording) {
    int[] next = {0};
    recording.judge(iteration -> assertThat(iteration.iteration()).isEqualTo(next[0]++));
    return next[0];
  }

  private List<String> warnings() {
    return log.lines().stream()
        .filter(line -> line.level() == Level.WARN)
        .map(RecordedLog.Line::text)
        .toList();
  }

  @Test
  void shouldHoldEverythingWhenClosedAndGoOnAfterwards() throws IOException {
    Path path = folder.resolve("run.stability");
    Recorder recorder = recorder(path, 1 << 20);
    Witness witness = recorder.begin(SyntheticRun.settings());
    observe(witness, 0, 10);
    recorder.close(Deadline.in(LONG));
    assertThat(wholePrefix(Recording.open(path))).isEqualTo(10);
    assertThat(Recording.open(path).isClosed()).isTrue();
    observe(witness, 10, 25);
    recorder.close(Deadline.in(LONG));
    assertThat(wholePrefix(Recording.open(path))).isEqualTo(25);
    assertThat(Recording.open(path).isClosed()).isTrue();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void shouldKeepRunsApartWhenSeveralModelsAreWatched() throws IOException {
    Path path = folder.resolve("run.stability");
    Recorder recorder = recorder(path, 1 << 20);
    Witness first = recorder.begin(SyntheticRun.settings());
    Witness second = recorder.begin(SyntheticRun.settings());
    observe(second, 0, 3);
    observe(first, 0, 7);
    second.lookedAt(SyntheticRun.stationaryNumbers(3));
    recorder.close(Deadline.in(LONG));
    Recording recording = Recording.open(path);
    assertThat(recording.runs()).extracting(RecordedRun::iterations).containsExactly(7L, 3L);
    assertThat(recording.runs()).extracting(RecordedRun::looks).containsExactly(0, 1);
    assertThat(recording.runs().get(1).structure()).contains(run.structure());
    assertThat(recording.runs().get(1).without())
        .containsExactlyInAnyOrder(Condition.PLATEAU, Condition.NON_FINITE);
  }

  @Test
  void shouldStopAtItsLimitAndSaySo() throws IOException {
    Path path = folder.resolve("run.stability");
    long limit = 1 << 16;
    Recorder recorder = recorder(path, limit);
    Witness witness = recorder.begin(SyntheticRun.settings());
    int given = 6000;
    observe(witness, 0, given);
    recorder.close(Deadline.in(LONG));
    observe(witness, given, given + 100);
    recorder.close(Deadline.in(LONG));
    Recording recording = Recording.open(path);
    assertThat(Files.size(path)).isBetween(limit / 2, limit);
    assertThat(wholePrefix(recording)).isBetween(100, given - 1);
    assertThat(recording.stopReason()).contains("it has reached its limit of 65536 bytes");
    assertThat(recording.isClosed()).isFalse();
    assertThat(warnings())
        .containsExactly(
            "The recording "
                + path
                + " stops: it has reached its limit of 65536 bytes. Training and diagnosis go"
                + " on.");
  }

  @Test
  void shouldStopWithoutAHoleWhenTheDiskDoesNotKeepUp() throws IOException {
    Path path = folder.resolve("run.stability");
    Recorder recorder = recorder(path, 1 << 28);
    Witness witness = recorder.begin(SyntheticRun.settings());
    Observation same = run.observation(0, 1, NORMS);
    int given = 300_000; // in less time than it takes to write a tenth of them
    for (int i = 0; i < given; i++) {
      witness.observed(same);
    }
    recorder.close(Deadline.in(LONG));
    Recording recording = Recording.open(path);
    assertThat(recording.stopReason().orElseThrow()).startsWith("the disk is slower, and ");
    assertThat(recording.runs().get(0).iterations()).isBetween(1000L, given - 1L);
    assertThat(warnings()).hasSize(1);
  }

  @Test
  void shouldStopWhenSomebodyElseWritesToTheFile() throws IOException {
    Path path = folder.resolve("run.stability");
    Recorder recorder = recorder(path, 1 << 20);
    Witness witness = recorder.begin(SyntheticRun.settings());
    observe(witness, 0, 5);
    recorder.close(Deadline.in(LONG));
    byte[] before = Files.readAllBytes(path);
    Recorder other = recorder(path, 1 << 20);
    observe(other.begin(SyntheticRun.settings()), 0, 50);
    other.close(Deadline.in(LONG));
    observe(witness, 5, 10);
    recorder.close(Deadline.in(LONG));
    assertThat(wholePrefix(Recording.open(path))).isEqualTo(50);
    assertThat(warnings()).hasSize(1);
    assertThat(warnings().get(0)).contains("another program or listener has written to it");
    assertThat(before).isNotEqualTo(Files.readAllBytes(path));
  }

  @Test
  void shouldSayOnceThatItCannotWrite() throws IOException {
    Path path = folder.resolve("gone").resolve("run.stability");
    Recorder recorder = recorder(path, 1 << 20);
    Witness witness = recorder.begin(SyntheticRun.settings());
    observe(witness, 0, 5);
    recorder.close(Deadline.in(LONG));
    observe(witness, 5, 10);
    recorder.close(Deadline.in(LONG));
    assertThat(warnings()).hasSize(1);
    assertThat(warnings().get(0)).contains("it cannot be written").contains("NoSuchFileException");
  }

  @Test
  void shouldNotTouchAFileThatIsNoRecording() throws IOException {
    Path path = Files.writeString(folder.resolve("model.zip"), "weights");
    Recorder recorder = recorder(path, 1 << 20);
    observe(recorder.begin(SyntheticRun.settings()), 0, 5);
    recorder.close(Deadline.in(LONG));
    assertThat(path).hasContent("weights");
    assertThat(warnings().get(0)).contains("not a recording of DL4J Stability");
  }

  @Test
  void shouldBeReadableWhenTheProcessIsKilled() throws Exception {
    Path path = folder.resolve("run.stability");
    Process process = observingProcess(path, "forever");
    while (!Files.exists(path) || Files.size(path) < 20_000) {
      assertThat(process.isAlive()).isTrue();
      LockSupport.parkNanos(1_000_000);
    }
    process.destroyForcibly().waitFor(); // SIGKILL
    Recording recording = Recording.open(path);
    assertThat(wholePrefix(recording)).isPositive();
    assertThat(recording.isClosed()).isFalse();
    assertThat(recording.stopReason()).isEmpty();
  }

  @Test
  void shouldBeCompleteWhenTheProcessEndsWithoutAClose() throws Exception {
    Path path = folder.resolve("run.stability");
    assertThat(observingProcess(path, "100").waitFor()).isZero();
    Recording recording = Recording.open(path);
    assertThat(wholePrefix(recording)).isEqualTo(100);
    assertThat(recording.isClosed()).isTrue();
  }

  private static Process observingProcess(Path path, String iterations) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            ObservingProcess.class.getName(),
            path.toString(),
            iterations)
        .inheritIO()
        .start();
  }

  /** A process of its own that records. */
  static final class ObservingProcess {
    private ObservingProcess() {}

    public static void main(String[] arguments) {
      Recorder recorder =
          new Recorder(
              Path.of(arguments[0]), 1 << 28, LoggerFactory.getLogger("recorder"), () -> {});
      Witness witness = recorder.begin(SyntheticRun.settings());
      boolean forever = arguments[1].equals("forever");
      int iterations = forever ? Integer.MAX_VALUE : Integer.parseInt(arguments[1]);
      SyntheticRun run = SyntheticRun.withLayers(3);
      for (int i = 0; i < iterations; i++) {
        witness.observed(run.observation(i, Math.sin(i), NORMS));
        if (forever) {
          LockSupport.parkNanos(100_000);
        }
      }
    }
  }
}
