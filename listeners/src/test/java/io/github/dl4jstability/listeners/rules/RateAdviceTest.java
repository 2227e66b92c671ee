package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateAdviceTest {

  @ParameterizedTest
  @CsvSource({"0.0042, 4e-3", "0.042, 4e-2", "0.42, 0.4", "4.2, 4", "1.2e-12, 1e-12"})
  void shouldGiveOneDigit(double rate, String text) {
    assertThat(RateAdvice.set(new Steps(1, "Adam").next(), rate))
        .isEqualTo(".updater(new Adam(" + text + ")) instead of the present 0.10");
  }

  @Test
  void shouldLeaveOutAPresentRateOfZero() {
    Steps run = new Steps(1);
    run.rate = 0;
    assertThat(RateAdvice.set(run.next(), 1e-3)).isEqualTo(".updater(new Sgd(1e-3))");
  }

  @Test
  void shouldNameTheUpdaterOfTheLastLayerThatIsTrainedOrNone() {
    Observations run =
        new Observations(2)
            .layers(
                layer ->
                    new NetworkStructure.Layer(
                        layer.name(),
                        layer.type(),
                        "",
                        layer.stepsToOutput(),
                        layer.output(),
                        !layer.output(),
                        Setups.regression(layer.output() ? "NoOp" : "Adam")));
    assertThat(RateAdvice.set(run.next(), 1e-3)).startsWith(".updater(new Adam(1e-3))");
    assertThat(RateAdvice.set(new Observations(2).next(), 2e-3))
        .isEqualTo("a learning rate of 2e-3 instead of the present 0.10");
  }
}
