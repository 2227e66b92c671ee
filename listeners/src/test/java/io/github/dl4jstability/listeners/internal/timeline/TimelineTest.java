package io.github.dl4jstability.listeners.internal.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.recording.RecordingWriter;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
  private static final String ESCAPE = "\u001b[31m";

  @TempDir Path folder;
  private Path path;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void record() throws IOException {
    path = folder.resolve("run.stability");
    SyntheticRun run = SyntheticRun.withLayers(List.of("first" + ESCAPE, "last"));
    RecordingWriter writer = new RecordingWriter(path, 1 << 20);
    writer.began(0, SyntheticRun.settings());
    for (int i = 0; i < 12; i++) {
      double norm = i < 10 ? 0.1 : 1e9;
      writer.observed(0, run.observation(i, i < 10 ? 1.0 / (i + 1) : 1e9, List.of(norm, norm)));
    }
    writer.closed();
  }

  private int run(String... arguments) {
    return new Timeline(print(out), print(err)).run(List.of(arguments));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldTellTheNetworkAndWhatWasDiagnosedWhen() {
    assertThat(run(path.toString())).isZero();
    assertThat(said())
        .contains("Run 0: MultiLayerNetwork with 2 layers and 131,584 parameters")
        .contains("worker main, preset STANDARD, measured at every iteration")
        .contains("not judged: non-finite, plateau")
        .contains("12 iterations, 0 to 11, in 0.0 s")
        .contains("last (OutputLayer)")
        .contains("iteration 10: ")
        .contains("Remedy: ")
        .contains("The recording is complete.");
    assertThat(said().lines()).allMatch(line -> line.length() < 140);
  }

  @Test
  void shouldGiveALineForEachEvent() {
    assertThat(run("--lines", path.toString())).isZero();
    assertThat(said().lines()).isNotEmpty();
    assertThat(said().lines())
        .allMatch(line -> line.split(EventLine.SEPARATOR, -1).length == 13)
        .allMatch(line -> line.startsWith(path + "\t0\t"));
  }

  @Test
  void shouldNotSendTheTerminalWhatALayerIsCalled() {
    run(path.toString());
    run("--lines", path.toString());
    assertThat(said()).contains("first").doesNotContain("\u001b");
  }

  @Test
  void shouldSayWhatIsWrongWithAFileAndGoOn() throws IOException {
    Path foreign = Files.writeString(folder.resolve("model.zip"), "weights");
    assertThat(run(foreign.toString(), "nowhere.stability", path.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("model.zip: not a recording of DL4J Stability")
        .contains("There is no file nowhere.stability");
    assertThat(said()).contains("The recording is complete.");
  }

  @Test
  void shouldExplainItselfWhenAskedWrongly() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--what")).isEqualTo(2);
    assertThat(run("--help")).isZero();
    assertThat(said()).contains("--lines");
  }
}
