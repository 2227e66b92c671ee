package io.github.dl4jstability.demos.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Console console(boolean terminal) {
    return new Console(new PrintStream(bytes, true, UTF_8), terminal);
  }

  private List<String> lines() {
    return bytes.toString(UTF_8).lines().toList();
  }

  @Test
  void shouldRenderShareTimeAndNote() {
    assertThat(ProgressBar.render(0, 8, "go", Duration.ZERO))
        .isEqualTo("  [                              ]   0 %  0:00  go");
    assertThat(ProgressBar.render(4, 8, "half", Duration.ofSeconds(61)))
        .isEqualTo("  [###############               ]  50 %  1:01  half");
    assertThat(ProgressBar.render(9, 8, "full", Duration.ofMinutes(61)))
        .isEqualTo("  [##############################] 100 %  61:00  full");
  }

  @Test
  void shouldWriteALinePerTenthWhenThereIsNoTerminal() {
    ProgressBar bar = console(false).progress(1_000);

    for (int done = 1; done <= 1_000; done++) {
      bar.update(done, "");
    }
    bar.finish();

    assertThat(lines()).hasSize(10).noneMatch(line -> line.contains("\r"));
    assertThat(lines().get(0)).contains("10 %");
    assertThat(lines().get(9)).contains("100 %");
  }

  @Test
  void shouldRedrawInPlaceAndWriteTextAboveWhenThereIsATerminal() {
    Console console = console(true);
    ProgressBar bar = console.progress(3);

    bar.update(1, "first");
    console.line("news");
    bar.update(3, "last");
    bar.finish();
    console.line("end");

    String screen = screen(bytes.toString(UTF_8));
    assertThat(screen.lines().map(String::strip).filter(line -> !line.isEmpty()))
        .containsExactly("news", "[##############################] 100 %  0:00  last", "end");
  }

  /** What stays on a screen: a carriage return lets the line be written over. */
  private static String screen(String text) {
    StringBuilder screen = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      screen.append(line.substring(line.lastIndexOf('\r') + 1)).append('\n');
    }
    return screen.toString();
  }

  @Test
  void shouldNotRedrawMoreOftenThanAPersonCanSee() {
    ProgressBar bar = console(true).progress(100_000);

    for (int done = 1; done < 10_000; done++) {
      bar.update(done, "");
    }

    assertThat(bytes.toString(UTF_8).chars().filter(c -> c == '\r').count()).isLessThan(100);
  }

  @Test
  void shouldWrapAtSpacesBesideTheLabel() {
    console(false).labelled("why", "word ".repeat(30));

    assertThat(lines()).hasSize(2).allMatch(line -> line.length() <= Console.WIDTH);
    assertThat(lines().get(0)).startsWith("  why         word word");
    assertThat(lines().get(1)).startsWith("              word word");
  }

  @Test
  void shouldLeaveLongWordsWhole() {
    String word = "x".repeat(100);

    assertThat(TextWrap.wrap("a " + word + " b", 10)).containsExactly("a", word, "b");
  }

  @Test
  void shouldAlignColumns() {
    console(false).table(List.of(List.of("a", "long header"), List.of("wide cell", "b")));

    assertThat(lines())
        .containsExactly(
            "  a           long header", "  ---------   -----------", "  wide cell   b");
  }

  @Test
  void shouldTellTheRuleWhenThereIsNothingToDo() {
    assertThatThrownBy(() -> console(false).progress(0))
        .hasMessage("total must be at least 1, was 0");
  }
}
