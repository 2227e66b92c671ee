package io.github.dl4jstability.listeners.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "layer 0", "Schicht für λ·η → 0", "层 1", "C:\\temp {} %s"})
  void shouldLeaveOrdinaryTextAsItIs(String text) {
    assertThat(LogText.oneLine(text)).isSameAs(text);
  }

  @Test
  void shouldWriteOutWhatBreaksOrHidesALine() {
    assertThat(LogText.oneLine("a\nb\r\nc\td")).isEqualTo("a\\nb\\r\\nc\\td");
    assertThat(LogText.oneLine("\u001b[2K\u2028\u2029\u0085\0"))
        .isEqualTo("\\u001b[2K\\u2028\\u2029\\u0085\\u0000");
    assertThat(LogText.oneLine("safe\u202eelif")).isEqualTo("safe\\u202eelif");
  }

  @Test
  void shouldCutWhatIsTooLong() {
    String longest = "x".repeat(LogText.LONGEST);
    assertThat(LogText.oneLine(longest)).isSameAs(longest);
    assertThat(LogText.oneLine(longest + "y")).isEqualTo(longest + " …");
  }
}
