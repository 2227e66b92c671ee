package io.github.dl4jstability.demos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.demos.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {
  private static final Size SMALL = new Size(640, 100, 1, 1);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String typed, String... arguments) {
    return new Main(
            new ByteArrayInputStream(typed.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            SMALL)
        .run(List.of(arguments));
  }

  private String console() {
    return out.toString(UTF_8);
  }

  @Test
  void shouldTellVerdictRemedyAndSummaryWhenRun() {
    int exitCode = run("", "--no-wait", "--port", "0");

    assertThat(exitCode).isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(console())
        .containsPattern("http://localhost:[1-9][0-9]+/train/stability")
        .containsOnlyOnce(">> WARNING: vanishing gradient")
        .contains("hidden-1 to hidden-", "told after 4 iterations", ".activation(Activation.RELU)")
        .containsPattern("sick-sigmoid +vanishing gradient since iteration 0 ")
        .containsPattern("repaired-relu +nothing wrong ")
        .doesNotContain("Enter");
    assertThat(console().lines()).allMatch(line -> line.length() <= Console.WIDTH);
  }

  @Test
  void shouldEndWhenEnterIsTyped() {
    assertThat(run("\n", "--port", "0")).isZero();
    assertThat(console()).contains("Enter or Ctrl-C ends it.");
  }

  @Test
  void shouldTellWhatToDoWhenThePortIsBusy() throws IOException {
    try (ServerSocket busy = new ServerSocket(0)) {
      int port = busy.getLocalPort();

      assertThat(run("", "--no-wait", "--port", Integer.toString(port))).isEqualTo(1);
      assertThat(err.toString(UTF_8))
          .startsWith("The dashboard cannot listen on port " + port + ": Address already in use")
          .contains("-Ddemo.args=\"--port 0\"");
      assertThat(console()).isEmpty();
    }
  }

  @Test
  void shouldTellTheUsageWhenAnOptionIsWrong() {
    assertThat(run("", "--wait")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).startsWith("Unknown option: --wait").contains("--no-wait");
    assertThat(console()).isEmpty();
  }

  @Test
  void shouldOnlyTellTheUsageWhenAskedForHelp() {
    assertThat(run("", "--help")).isZero();
    assertThat(console()).contains("--port N", "default 9000", "Exit codes");
  }

  @Test
  void shouldRoundWhatTheSummaryShows() {
    assertThat(new Result("net", "nothing wrong", 0.84349, Duration.ofMillis(61_600)).row())
        .containsExactly("net", "nothing wrong", "84.3 %", "62 s");
  }
}
