package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoorInitializationRuleTest {
  private final PoorInitializationRule rule = new PoorInitializationRule();

  private static Optional<Diagnosis> judge(Rule rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  /** A chain of so many hidden layers of 50 units and an output of 3, with gain/√50 weights. */
  private static Observations chain(int hidden, String activation, double gain) {
    int[] widths = new int[hidden + 2];
    double[] spreads = new double[hidden + 1];
    Arrays.fill(widths, 50);
    Arrays.fill(spreads, gain / Math.sqrt(50));
    widths[hidden + 1] = 3;
    return new Observations(hidden + 1)
        .activation(activation)
        .widths(widths)
        .initialSpreads(spreads);
  }

  @ParameterizedTest
  @CsvSource({
    "20, tanh, 2",
    "10, tanh, 3",
    "30, tanh, 0.316",
    "8, relu, 3",
    "8, identity, 7",
    "30, relu, 1"
  })
  void shouldNameTheChainWhenItsScaleDoesNotFitItsDepth(int depth, String activation, double gain) {
    Diagnosis diagnosis = judge(rule, chain(depth, activation, gain), 3).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.iteration()).isZero();
    assertThat(diagnosis.layers()).contains("layer0", "layer" + (depth - 1));
    assertThat(diagnosis.explanation()).contains(activation);
  }

  @ParameterizedTest
  @CsvSource({
    "1, tanh, 1", "20, tanh, 1", "20, tanh, 1.6667", "20, tanh, 1.7321", "3, tanh, 3",
    "20, relu, 1.4142", "10, relu, 1", "18, relu, 1.4142", "20, relu, 1.7321", "20, selu, 1",
    "20, elu, 1", "12, sigmoid, 1", "12, sigmoid, 4", "12, sigmoid, 0.07", "20, identity, 1",
    "2, relu, 0.07", "3, relu, 0.07", "2, tanh, 0.07", "20, gelu, 1.53", "20, unheard-of, 9"
  })
  void shouldStaySilentWhereTheUsualSchemesWork(int depth, String activation, double gain) {
    // The widest accepted gain of an activation that we do not know is exceeded by less than three.
    double used = activation.equals("unheard-of") ? gain / 2 : gain;
    assertThat(judge(rule, chain(depth, activation, used), 3)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void shouldNameTheOneLayerThatIsTenTimesWiderThanTheOthers(int odd) {
    int[] widths = {2, 50, 40, 30, 3};
    double[] spreads = new double[4];
    for (int i = 0; i < 4; i++) {
      spreads[i] = Math.sqrt(2.0 / (widths[i] + widths[i + 1])) * (i == odd ? 10 : 1);
    }
    Observations run =
        new Observations(4).activation("tanh").widths(widths).initialSpreads(spreads);
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.layers()).containsExactly("layer" + odd);
    assertThat(diagnosis.evidence().get("times the other layers' scale"))
        .isCloseTo(10, within(1e-6));
    spreads[odd] /= 10;
    assertThat(judge(new PoorInitializationRule(), run.again().initialSpreads(spreads), 1))
        .isEmpty();
  }

  @Test
  void shouldNameEveryLayerWhenAllAreExtreme() {
    Observations run =
        new Observations(3).activation("tanh").widths(2, 20, 20, 3).initialSpreads(5, 5, 5);
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.layers()).contains("layer0", "layer1");
    assertThat(diagnosis.remedy()).contains("XavierNormal");
  }

  @Test
  void shouldStaySilentWhenTheOutputStartsSmallOrFansDiffer() {
    Observations smallOutput =
        new Observations(3)
            .activation("relu")
            .widths(20, 64, 64, 4)
            .initialSpreads(Math.sqrt(2.0 / 20), Math.sqrt(2.0 / 64), 0.01);
    assertThat(judge(rule, smallOutput, 1)).isEmpty();
    Observations pyramid =
        new Observations(4)
            .activation("relu")
            .widths(784, 256, 64, 16, 10)
            .initialSpreads(0.0438, 0.079, 0.158, 0.277);
    assertThat(judge(new PoorInitializationRule(), pyramid, 1)).isEmpty();
  }

  @Test
  void shouldStaySilentWhereNormalizationOrAShortcutMakesScaleHarmless() {
    Observations normalized = chain(20, "tanh", 6).setup(setup -> Setups.normalized());
    assertThat(judge(rule, normalized, 3)).isEmpty();
    Observations residual = chain(20, "tanh", 6).setup(setup -> Setups.bypassed());
    assertThat(judge(new PoorInitializationRule(), residual, 3)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenWeightsAreConstant() {
    Observations run = new Observations(3).activation("relu").widths(2, 20, 20, 3);
    run.initial(
        Observations.normal(40, 9, 0),
        Observations.normal(400, 9, 0),
        Observations.normal(60, 9, 0));
    assertThat(judge(rule, run, 3)).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheLossHasHalved() {
    Observations run = chain(20, "tanh", 2);
    assertThat(judge(rule, run.loss(1), 50)).isPresent();
    assertThat(judge(rule, run.loss(0.1), 50)).isEmpty();
  }

  @Test
  void shouldAgreeWithMeanFieldTheory() {
    Nonlinearity relu = Nonlinearity.of("relu").orElseThrow();
    assertThat(relu.secondMoment(3)).isCloseTo(1.5, within(1e-3));
    assertThat(relu.slopes(3)).isCloseTo(0.5, within(1e-3));
    // Gains 1/√E[f²] computed with SciPy 1.x quadrature: tanh 1.5925374197, sigmoid 1.8462285453.
    assertThat(1 / Math.sqrt(Nonlinearity.of("tanh").orElseThrow().secondMoment(1)))
        .isCloseTo(1.5925374197, within(1e-4));
    assertThat(1 / Math.sqrt(Nonlinearity.of("sigmoid").orElseThrow().secondMoment(1)))
        .isCloseTo(1.8462285453, within(1e-4));
    // ReLU with gain g: each layer multiplies the squared gradient by g²/2, whatever the signal.
    InitialWeights layer = new InitialWeights(0, 2500, 1 / Math.sqrt(50), 50, 50, "relu");
    assertThat(SignalPropagation.logGrowth(List.of(layer, layer, layer), 7).orElseThrow())
        .isCloseTo(2 * Math.log(0.5), within(1e-3));
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.POOR_INITIALIZATION);
  }
}
