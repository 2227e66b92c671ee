package io.github.dl4jstability.listeners.internal.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

class RateAdviceTest {
  private static final Pattern CALL = Pattern.compile("\\.updater\\(new (\\w+)\\(([^)]*)\\)\\)");

  @ParameterizedTest
  @CsvSource({"0.0042, 4e-3", "0.042, 4e-2", "0.42, 0.4", "4.2, 4", "1.2e-12, 1e-12"})
  void shouldGiveOneDigit(double rate, String text) {
    assertThat(new RateAdvice("Adam", 0.1).set(rate))
        .isEqualTo(".updater(new Adam(" + text + ")) instead of the present 0.10");
  }

  /** Does what the advice says. */
  private static IUpdater follow(String advice) throws ReflectiveOperationException {
    Matcher call = CALL.matcher(advice);
    assertThat(call.find()).as(advice).isTrue();
    Object[] arguments =
        Arrays.stream(call.group(2).split(", ")).map(Double::parseDouble).toArray();
    Class<?>[] types = new Class<?>[arguments.length];
    Arrays.fill(types, double.class);
    return Class.forName("org.nd4j.linalg.learning.config." + call.group(1))
        .asSubclass(IUpdater.class)
        .getConstructor(types)
        .newInstance(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Sgd", "Adam", "AdaMax", "AMSGrad", "Nadam", "AdaGrad", "RmsProp", "Nesterovs"})
  void shouldSetTheRateWhenItIsFollowed(String updater) throws ReflectiveOperationException {
    IUpdater advised = follow(new RateAdvice(updater, 0.3).set(0.004));
    assertThat(advised.getClass().getSimpleName()).isEqualTo(updater);
    assertThat(advised.getLearningRate(0, 0)).isEqualTo(0.004);
  }

  /** Its constructor with one argument takes that for the momentum. */
  @Test
  void shouldLeaveNesterovsItsMomentum() throws ReflectiveOperationException {
    Nesterovs advised = (Nesterovs) follow(new RateAdvice("Nesterovs", 0.3).set(0.004));
    assertThat(advised.getMomentum()).isEqualTo(Nesterovs.DEFAULT_NESTEROV_MOMENTUM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AdaDelta", "NoOp", "UpdaterOfTheUser"})
  void shouldNameNoConstructorThatItDoesNotKnow(String updater) {
    assertThat(new RateAdvice(updater, 0.1).set(2e-3))
        .isEqualTo("a learning rate of 2e-3 instead of the present 0.10");
  }

  @Test
  void shouldLeaveOutAPresentRateOfZero() {
    assertThat(new RateAdvice("Sgd", 0).set(1e-3)).isEqualTo(".updater(new Sgd(1e-3))");
  }

  @Test
  void shouldTakeATenthOnlyOfARateThatIsKnown() {
    assertThat(new RateAdvice("Sgd", 1).tenth("; "))
        .isEqualTo("; .updater(new Sgd(0.1)) instead of the present 1");
    assertThat(new RateAdvice("AdaDelta", Double.NaN).tenth("; ")).isEmpty();
    assertThat(new RateAdvice("Sgd", 1).lowered(0.1))
        .isEqualTo(".updater(new Sgd(0.1)) instead of the present 1.");
    assertThat(new RateAdvice("AdaDelta", Double.NaN).lowered(0.1))
        .isEqualTo("Lower the learning rate to a tenth.");
  }

  @Test
  void shouldBeOfTheUpdaterOfTheLastLayerThatIsTrained() {
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
    assertThat(RateAdvice.of(run.next())).isEqualTo(new RateAdvice("Adam", 0.1));
    assertThat(RateAdvice.of(new Observations(2).next())).isEqualTo(new RateAdvice("", 0.1));
  }
}
