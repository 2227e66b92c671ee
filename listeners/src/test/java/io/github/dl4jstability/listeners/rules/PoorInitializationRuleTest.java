package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoorInitializationRuleTest {
  private final PoorInitializationRule rule = new PoorInitializationRule(new LossLevel());

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

  /** Copies of trained networks, and those of transfer learning, count from 0. */
  @ParameterizedTest
  @CsvSource({"0, true", "0.1, false"})
  void shouldNotTakeTrainedWeightsForInitialOnes(double deviationOfBiases, boolean raised) {
    Observations run =
        chain(2, "tanh", 6).withBiases(Observations.normal(50, 0, deviationOfBiases));
    assertThat(judge(rule, run, 3).isPresent()).isEqualTo(raised);
  }

  @ParameterizedTest
  @CsvSource({
    "20, tanh, 2",
    "10, tanh, 3",
    "30, tanh, 0.316",
    "10, tanh, 0.3",
    "3, identity, 3.2",
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
    "2, relu, 0.07", "3, relu, 0.07", "2, tanh, 0.07", "20, gelu, 1.53", "20, unheard-of, 9",
    "5, sigmoid, 0.1", "2, tanh, 0.001"
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
    assertThat(
            judge(
                new PoorInitializationRule(new LossLevel()),
                run.again().initialSpreads(spreads),
                1))
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
    assertThat(judge(new PoorInitializationRule(new LossLevel()), pyramid, 1)).isEmpty();
  }

  @Test
  void shouldStaySilentWhereNormalizationOrAShortcutMakesScaleHarmless() {
    Observations normalized = chain(20, "tanh", 6).setup(setup -> Setups.normalized());
    assertThat(judge(rule, normalized, 3)).isEmpty();
    Observations residual = chain(20, "tanh", 6).setup(setup -> Setups.bypassed());
    assertThat(judge(new PoorInitializationRule(new LossLevel()), residual, 3)).isEmpty();
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
    assertThat(judge(rule, run.loss(0.6), 100)).isPresent();
    assertThat(judge(rule, run.loss(0.4), 50)).isEmpty();
  }

  @Test
  void shouldAgreeWithMeanFieldTheory() {
    Nonlinearity relu = Nonlinearity.of("relu").orElseThrow();
    assertThat(relu.secondMoment(3)).isCloseTo(1.5, within(1e-3));
    assertThat(relu.slopes(3)).isCloseTo(0.5, within(1e-3));
    // However small the signal: the kink is at 0.
    assertThat(relu.slopes(1e-12)).isCloseTo(0.5, within(1e-3));
    assertThat(Nonlinearity.of("sigmoid").orElseThrow().slopes(1e-12))
        .isCloseTo(1 / 16.0, within(1e-6));
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

  /** Layers of 50 inputs and outputs, tanh, with gain/√50 weights. */
  private static Observations square(double... gains) {
    int[] widths = new int[gains.length + 1];
    Arrays.fill(widths, 50);
    double[] spreads = Arrays.stream(gains).map(gain -> gain / Math.sqrt(50)).toArray();
    return new Observations(gains.length).activation("tanh").widths(widths).initialSpreads(spreads);
  }

  @Test
  void shouldStaySilentWhereNoLayerIsOutOfLine() {
    // Wider than the others, but no wider than schemes are.
    assertThat(judge(rule, square(0.25, 0.25, 1, 0.25), 1)).isEmpty();
    // Wider than schemes are, but not three times as wide as the others, or as one of them.
    assertThat(judge(new PoorInitializationRule(new LossLevel()), square(1.6, 1.6, 1.6, 2.4), 1))
        .isEmpty();
    assertThat(judge(new PoorInitializationRule(new LossLevel()), square(0.6, 0.7, 1, 2.5), 1))
        .isEmpty();
    // The others follow no scheme.
    assertThat(judge(new PoorInitializationRule(new LossLevel()), square(0.4, 1.2, 0.8, 4.2), 1))
        .isEmpty();
  }

  @Test
  void shouldKnowTheSchemeWhetherItGoesByInputsOrByOutputs() {
    int[] widths = {10, 200, 20, 300, 15};
    double[] byInputs = new double[4];
    double[] byOutputs = new double[4];
    for (int i = 0; i < 4; i++) {
      byInputs[i] = (i == 2 ? 4.2 : 1) / Math.sqrt(widths[i]);
      byOutputs[i] = (i == 1 ? 4.2 : 1) / Math.sqrt(widths[i + 1]);
    }
    Observations run = new Observations(4).activation("relu").widths(widths);
    for (double[] spreads : List.of(byInputs, byOutputs)) {
      Diagnosis diagnosis =
          judge(new PoorInitializationRule(new LossLevel()), run.again().initialSpreads(spreads), 1)
              .orElseThrow();
      assertThat(diagnosis.evidence().get("times the other layers' scale"))
          .isCloseTo(4.2, within(1e-9));
    }
  }

  @Test
  void shouldNameWithAnExtremeLayerThoseBeyondHalfOfThat() {
    // 5.2, 5.2 and 2.7 over 1.8; the output, √3/√50 of that for its three units, is ordinary.
    double[] spreads = {5.2, 5.2, 2.7, 2.7};
    Observations run =
        new Observations(4)
            .activation("tanh")
            .widths(50, 50, 50, 50, 3)
            .initialSpreads(Arrays.stream(spreads).map(x -> x / Math.sqrt(50)).toArray());
    assertThat(judge(rule, run, 1).orElseThrow().layers())
        .containsExactly("layer0", "layer1", "layer2");
  }

  @Test
  void shouldLeaveRoomForChanceInFewWeights() {
    // Eight weights of four times the widest scheme: the limit is 2.5·(1 + 4/√16) = 5.
    Observations run =
        new Observations(2)
            .activation("tanh")
            .widths(2, 4, 3)
            .initialSpreads(4 * 1.8 / Math.sqrt(2), 0.5);
    assertThat(judge(rule, run, 1)).isEmpty();
  }

  @Test
  void shouldTellByWhatFactorAGradientChanges() {
    // Seven steps from layer to layer: 3.2⁷; and twenty-nine that halve the square.
    assertThat(judge(rule, chain(8, "identity", 3.2), 1).orElseThrow().explanation())
        .contains("3436 times larger");
    assertThat(
            judge(new PoorInitializationRule(new LossLevel()), chain(30, "relu", 1), 1)
                .orElseThrow()
                .explanation())
        .contains("2.3e+4 times smaller");
  }

  @Test
  void shouldTakeTheInputIntoAccountWhereItDrivesUnitsIntoAnotherRegime() {
    // ELU halves the square of a large signal, as ReLU does, and hardly changes a small one.
    assertThat(judge(rule, chain(40, "elu", 1), 1)).isEmpty();
    Observations large = chain(40, "elu", 1).inputs(Observations.normal(1000, 0, 1e4));
    assertThat(judge(new PoorInitializationRule(new LossLevel()), large, 1)).isPresent();
  }

  @Test
  void shouldNotJudgeARunThatGoesOn() {
    assertThat(judge(rule, chain(20, "tanh", 2).from(500), 3)).isEmpty();
  }

  @Test
  void shouldFollowSecondMomentsThroughLayersOfDifferentWidths() {
    Nonlinearity tanh = Nonlinearity.of("tanh").orElseThrow();
    List<InitialWeights> layers =
        List.of(
            new InitialWeights(0, 200, 0.3, 10, 20, "tanh"),
            new InitialWeights(1, 100, 0.2, 20, 5, "tanh"),
            new InitialWeights(2, 200, 0.5, 5, 40, "tanh"));
    double first = 10 * 0.09 * 7;
    double second = 20 * 0.04 * tanh.secondMoment(first);
    double expected =
        Math.log(5 * 0.04 * tanh.slopes(first)) + Math.log(40 * 0.25 * tanh.slopes(second));
    assertThat(SignalPropagation.logGrowth(layers, 7).orElseThrow())
        .isCloseTo(expected, within(1e-12));
  }

  private static List<Integer> longestChain(Observations run) {
    Observation first = run.next();
    return SignalPropagation.longestChain(first.structure(), InitialWeights.of(first)).stream()
        .map(InitialWeights::layer)
        .toList();
  }

  private static Observations changed(int which, NetworkStructure.Setup setup) {
    return square(1, 1, 1, 1, 1, 1)
        .layers(
            layer ->
                layer.name().equals("layer" + which)
                    ? new NetworkStructure.Layer(
                        layer.name(), layer.type(), "tanh", 0, false, true, setup)
                    : layer);
  }

  @Test
  void shouldEndAChainAtAMergeAndAtALayerWhoseScaleDoesNotMatter() {
    assertThat(longestChain(square(1, 1, 1, 1, 1, 1))).containsExactly(0, 1, 2, 3, 4);
    assertThat(longestChain(changed(3, Setups.fedBy(1, 2)))).containsExactly(0, 1, 2);
    assertThat(longestChain(changed(2, Setups.normalized()))).containsExactly(0, 1);
  }

  @Test
  void shouldTakeTheActivationOfALayerOfItsOwn() {
    NetworkStructure all = square(1, 1, 1, 1).next().structure();
    NetworkStructure structure =
        new NetworkStructure(
            all.model(),
            all.layers().stream()
                .map(
                    layer ->
                        new NetworkStructure.Layer(
                            layer.name(),
                            layer.type(),
                            layer.name().equals("layer1") ? "relu" : "identity",
                            layer.stepsToOutput(),
                            layer.output(),
                            true,
                            layer.setup()))
                .toList(),
            all.parameters().stream().filter(parameter -> parameter.layer() != 1).toList());
    List<InitialWeights> weights =
        List.of(
            new InitialWeights(0, 2500, 0.1, 50, 50, "identity"),
            new InitialWeights(2, 2500, 0.1, 50, 50, "identity"));
    assertThat(SignalPropagation.longestChain(structure, weights))
        .extracting(InitialWeights::activation)
        .containsExactly("relu", "identity");
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.POOR_INITIALIZATION);
  }
}
