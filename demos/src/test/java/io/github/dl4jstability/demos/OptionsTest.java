package io.github.dl4jstability.demos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @Test
  void shouldWaitOnPort9000WhenNothingIsSaid() throws UsageException {
    assertThat(Options.parse(List.of())).isEqualTo(new Options(9000, true, false));
  }

  @Test
  void shouldTakeAllOptionsInAnyOrder() throws UsageException {
    assertThat(Options.parse(List.of("--no-wait", "--port", "0", "--help")))
        .isEqualTo(new Options(0, false, true));
  }

  @Test
  void shouldTakeTheLargestPort() throws UsageException {
    assertThat(Options.parse(List.of("--port", "65535")).port()).isEqualTo(65_535);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "99999999999", "http", "", "1e3", "٣"})
  void shouldTellRuleAndValueWhenPortIsWrong(String port) {
    assertThatThrownBy(() -> Options.parse(List.of("--port", port)))
        .isInstanceOf(UsageException.class)
        .hasMessage("--port must be followed by a number from 0 to 65535, was \"%s\"", port);
  }

  @Test
  void shouldTellRuleWhenPortIsMissing() {
    assertThatThrownBy(() -> Options.parse(List.of("--port")))
        .isInstanceOf(UsageException.class)
        .hasMessage("--port must be followed by a number from 0 to 65535, was the last word");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--prot", "9001", "--no-wait=true", "-p"})
  void shouldNameTheOptionWhenItIsUnknown(String option) {
    assertThatThrownBy(() -> Options.parse(List.of(option)))
        .isInstanceOf(UsageException.class)
        .hasMessage("Unknown option: " + option);
  }
}
