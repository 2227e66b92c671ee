package io.github.dl4jstability.listeners.internal.rules.initialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoorInitializationRuleTest {
  private final Asked rule = new Asked(new PoorInitializationRule());

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static Asked fresh() {
    return new Asked(new PoorInitializationRule());
  }

  private static InitialWeights weights(
      int layer, long count, double spread, double fanIn, double fanOut, String activation) {
    double fan = Math.min(fanIn, (fanIn + fanOut) / 2);
    return new InitialWeights(layer, count, spread, fanIn, fanOut, fan, "", activation);
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
            judge(new Asked(new PoorInitializationRule()), run.again().initialSpreads(spreads), 1))
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
    assertThat(judge(new Asked(new PoorInitializationRule()), pyramid, 1)).isEmpty();
  }

  @Test
  void shouldStaySilentWhereNormalizationOrAShortcutMakesScaleHarmless() {
    Observations normalized = chain(20, "tanh", 6).setup(setup -> Setups.normalized());
    assertThat(judge(rule, normalized, 3)).isEmpty();
    Observations residual = chain(20, "tanh", 6).setup(setup -> Setups.bypassed());
    assertThat(judge(new Asked(new PoorInitializationRule()), residual, 3)).isEmpty();
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
  void shouldNotBeMisledByALuckyFirstMinibatch() {
    Observations run = startingWith(0.1, network("tanh", new int[] {50, 50, 3}, 5, 5));
    assertThat(judge(rule, run, 1)).isEmpty();
    assertThat(judge(rule, run.loss(4), 5)).isPresent();
    Observations trained = startingWith(0.1, network("tanh", new int[] {50, 50, 3}, 5, 5));
    assertThat(judge(fresh(), trained, 20)).isEmpty();
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
    InitialWeights layer = weights(0, 2500, 1 / Math.sqrt(50), 50, 50, "relu");
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
    assertThat(judge(new Asked(new PoorInitializationRule()), square(1.6, 1.6, 1.6, 2.4), 1))
        .isEmpty();
    assertThat(judge(new Asked(new PoorInitializationRule()), square(0.6, 0.7, 1, 2.5), 1))
        .isEmpty();
    // The others follow no scheme.
    assertThat(judge(new Asked(new PoorInitializationRule()), square(0.4, 1.2, 0.8, 4.2), 1))
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
          judge(new Asked(new PoorInitializationRule()), run.again().initialSpreads(spreads), 1)
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
            .initialSpreads(4 * 1.8 / Math.sqrt(2), 1);
    assertThat(judge(rule, run, 1)).isEmpty();
  }

  @Test
  void shouldTellByWhatFactorAGradientChanges() {
    // Seven steps from layer to layer: 3.2⁷; and twenty-nine that halve the square.
    assertThat(judge(rule, chain(8, "identity", 3.2), 1).orElseThrow().explanation())
        .contains("3436 times larger");
    assertThat(
            judge(new Asked(new PoorInitializationRule()), chain(30, "relu", 1), 1)
                .orElseThrow()
                .explanation())
        .contains("2.3e+4 times smaller");
  }

  @Test
  void shouldTakeTheInputIntoAccountWhereItDrivesUnitsIntoAnotherRegime() {
    // ELU halves the square of a large signal, as ReLU does, and hardly changes a small one.
    assertThat(judge(rule, chain(40, "elu", 1), 1)).isEmpty();
    Observations large = chain(40, "elu", 1).inputs(Observations.normal(1000, 0, 1e4));
    assertThat(judge(new Asked(new PoorInitializationRule()), large, 1)).isPresent();
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
            weights(0, 200, 0.3, 10, 20, "tanh"),
            weights(1, 100, 0.2, 20, 5, "tanh"),
            weights(2, 200, 0.5, 5, 40, "tanh"));
    double first = 10 * 0.09 * 7;
    double second = 20 * 0.04 * tanh.secondMoment(first);
    double expected =
        Math.log(5 * 0.04 * tanh.slopes(first)) + Math.log(40 * 0.25 * tanh.slopes(second));
    assertThat(SignalPropagation.logGrowth(layers, 7).orElseThrow())
        .isCloseTo(expected, within(1e-12));
  }

  private static List<Integer> longestChain(Observations run) {
    Observation first = run.next();
    return SignalPropagation.longestChain(first.structure(), InitialWeights.of(Asked.after(first)))
        .stream()
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
            weights(0, 2500, 0.1, 50, 50, "identity"), weights(2, 2500, 0.1, 50, 50, "identity"));
    assertThat(SignalPropagation.longestChain(structure, weights))
        .extracting(InitialWeights::activation)
        .containsExactly("relu", "identity");
  }

  /** What a scheme's spread is divided by the root of. */
  private enum Fan {
    INPUTS,
    OUTPUTS,
    MEAN,
    GEOMETRIC_MEAN;

    double of(int inputs, int outputs) {
      return switch (this) {
        case INPUTS -> inputs;
        case OUTPUTS -> outputs;
        case MEAN -> (inputs + outputs) / 2.0;
        case GEOMETRIC_MEAN -> Math.sqrt((double) inputs * outputs);
      };
    }
  }

  private static double[] spreads(Fan fan, double gain, int... widths) {
    double[] spreads = new double[widths.length - 1];
    for (int i = 0; i < spreads.length; i++) {
      spreads[i] = gain / Math.sqrt(fan.of(widths[i], widths[i + 1]));
    }
    return spreads;
  }

  private static Observations network(String activation, int[] widths, double... spreads) {
    return new Observations(spreads.length)
        .activation(activation)
        .widths(widths)
        .initialSpreads(spreads);
  }

  private static int[] widths(String text) {
    return Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "2-128-3, INPUTS, 1.4142",
    "2-128-64-3, INPUTS, 1.4142",
    "2-128-2, INPUTS, 1.4142",
    "2-64-1, INPUTS, 1",
    "1-50-30-1, INPUTS, 1.4142",
    "784-128-10, INPUTS, 1.4142",
    "64-64-3, INPUTS, 1.4142",
    "128-128-3, INPUTS, 1.4142",
    "2-64-3, MEAN, 1",
    "2-24-3, MEAN, 1",
    "2-128-3, MEAN, 1",
    "8-128-2, MEAN, 1",
    "2-128-128-2, MEAN, 1",
    "1-50-30-1, MEAN, 1",
    "784-256-64-10, MEAN, 1"
  })
  void shouldNameAnOutputThatIsTenTimesTooWideForItsFans(String shape, Fan fan, double gain) {
    int[] widths = widths(shape);
    double[] spreads = spreads(fan, gain, widths);
    int output = spreads.length - 1;
    assertThat(judge(rule, network("relu", widths, spreads), 1)).isEmpty();
    spreads[output] *= 10;
    assertThat(judge(fresh(), network("relu", widths, spreads), 1).orElseThrow().layers())
        .containsExactly("layer" + output);
  }

  @ParameterizedTest
  @CsvSource({
    "2-64-3, INPUTS, 1.4142",
    "1-50-1, INPUTS, 1.4142",
    "2-128-64-2, INPUTS, 1",
    "8-64-4, MEAN, 1",
    "2-64-32-3, MEAN, 1",
    "784-128-10, MEAN, 1"
  })
  void shouldNameAFirstLayerThatIsTenTimesTooWide(String shape, Fan fan, double gain) {
    int[] widths = widths(shape);
    double[] spreads = spreads(fan, gain, widths);
    spreads[0] *= 10;
    assertThat(judge(rule, network("tanh", widths, spreads), 1).orElseThrow().layers())
        .containsExactly("layer0");
  }

  @Test
  void shouldStaySilentWhereTenTimesTheSchemeOfTheOthersIsStillWhatTheInputsAskFor() {
    int[] widths = {2, 128, 64, 3};
    double[] spreads = spreads(Fan.MEAN, 1, widths);
    spreads[0] *= 10;
    // 1.75/√2: hardly more than He's √2/√2.
    assertThat(judge(rule, network("relu", widths, spreads), 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "784-256-64-10",
    "784-128-10",
    "64-64-3",
    "128-128-2",
    "8-24-24-4",
    "2-128-3",
    "784-16-10",
    "100-3",
    "64-16-4-16-64"
  })
  void shouldStaySilentWhereAllLayersGoByTheNumberOfOutputs(String shape) {
    int[] widths = widths(shape);
    for (Fan fan : List.of(Fan.OUTPUTS, Fan.GEOMETRIC_MEAN)) {
      for (double gain : List.of(0.88, 1.0, Math.sqrt(2), 1.79)) {
        assertThat(judge(fresh(), network("relu", widths, spreads(fan, gain, widths)), 1))
            .as("%s, gain %s", fan, gain)
            .isEmpty();
      }
    }
  }

  @Test
  void shouldNotTakeAnOutputForOneThatGoesByItsOutputsWhereTheHiddenLayersDoNot() {
    int[] widths = {784, 128, 10};
    double[] spreads = spreads(Fan.INPUTS, Math.sqrt(2), widths);
    spreads[1] = 1.79 / Math.sqrt(10);
    assertThat(judge(rule, network("relu", widths, spreads), 1).orElseThrow().layers())
        .containsExactly("layer1");
  }

  @Test
  void shouldStaySilentOnAnyMixOfSchemesByInputsAndByTheMeanOfFans() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      int layers = 1 + random.nextInt(4);
      int[] widths = random.ints(layers + 1, 0, 10).map(power -> 1 << power).toArray();
      double[] spreads = new double[layers];
      for (int layer = 0; layer < layers; layer++) {
        Fan fan = random.nextBoolean() ? Fan.INPUTS : Fan.MEAN;
        double gain =
            layer == layers - 1 ? 1.8 * random.nextDouble() : 1 + 0.8 * random.nextDouble();
        spreads[layer] = gain / Math.sqrt(fan.of(widths[layer], widths[layer + 1]));
      }
      assertThat(judge(fresh(), network("tanh", widths, spreads), 1))
          .as("%s with %s", Arrays.toString(widths), Arrays.toString(spreads))
          .isEmpty();
    }
  }

  @Test
  void shouldLetLayersBehindSigmoidsBeAsWideAsTheirInputsAreNarrow() {
    // Four times Xavier, as Glorot and Bengio advise for sigmoids, in a softmax output too.
    int[] widths = {8, 24, 4};
    double[] spreads = spreads(Fan.MEAN, 4, widths);
    assertThat(judge(rule, startingWith(20, network("sigmoid", widths, spreads)), 1)).isEmpty();
    assertThat(judge(fresh(), startingWith(20, network("tanh", widths, spreads)), 1)).isPresent();
  }

  /** A classifier of three classes, on standardized features, with a first loss. */
  private static Observations startingWith(double loss, Observations run) {
    return run.setup(setup -> Setups.loss("MCXENT"))
        .loss(loss)
        .chance(1, 3, Math.log(3), Math.log(3));
  }

  @Test
  void shouldNameWideLayersWithWhichTheLossStartsFarAboveChance() {
    // Each 2.2 times the widest scheme, as in-line as extreme layers are not.
    int[] widths = {50, 50, 50};
    double[] spreads = spreads(Fan.INPUTS, 2.2 * 1.8, widths);
    assertThat(judge(rule, startingWith(4.3, network("tanh", widths, spreads)), 1)).isEmpty();
    Diagnosis diagnosis =
        judge(fresh(), startingWith(4.4, network("tanh", widths, spreads)), 1).orElseThrow();
    assertThat(diagnosis.layers()).containsExactly("layer0", "layer1");
    assertThat(diagnosis.evidence())
        .containsEntry("initial loss", 4.4)
        .containsEntry("loss of a guess", Math.log(3));
    assertThat(diagnosis.explanation()).contains("a loss of 4.4 where chance has 1.1");
  }

  @Test
  void shouldNotBlameWeightsOfOrdinarySizeForALossFarAboveChance() {
    int[] widths = {50, 50, 50};
    double[] spreads = spreads(Fan.INPUTS, 1.79, widths);
    assertThat(judge(rule, startingWith(1e6, network("tanh", widths, spreads)), 1)).isEmpty();
  }

  @Test
  void shouldExpectALargerLossWhereFeaturesAreLarge() {
    int[] widths = {50, 50, 50};
    Observations run = network("relu", widths, spreads(Fan.INPUTS, 2.2 * 1.8, widths));
    Observations large = startingWith(20, run).chance(10, 3, Math.log(3), Math.log(3));
    assertThat(judge(rule, large, 1)).isEmpty();
    assertThat(judge(fresh(), startingWith(20, run.again()), 1)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"MCXENT, 2", "MCXENT, 3", "MCXENT, 10", "XENT, 1", "XENT, 5", "MSE, 1", "MSE, 4"})
  void shouldExpectNoMoreThanTheWidestSchemeGivesAndFarLessThanTenTimesThat(
      String loss, int outputs) {
    double zero =
        loss.equals("MCXENT") ? Math.log(outputs) : loss.equals("XENT") ? outputs * Math.log(2) : 1;
    Observations run =
        new Observations(1).setup(setup -> Setups.loss(loss)).chance(1, outputs, zero, zero);
    double limit = InitialLoss.of(Asked.after(run.next())).orElseThrow().limit();
    assertThat(meanLoss(loss, outputs, 1.8 * Math.sqrt(2))).isLessThan(limit);
    assertThat(meanLoss(loss, outputs, 10)).isGreaterThan(limit);
  }

  /** Mean loss of random weighted inputs, with labels that know nothing of them. */
  private static double meanLoss(String loss, int outputs, double spread) {
    Random random = new Random(3);
    int draws = 20_000;
    double sum = 0;
    for (int i = 0; i < draws; i++) {
      double[] z = random.doubles(outputs).map(u -> spread * random.nextGaussian()).toArray();
      sum +=
          switch (loss) {
            case "MCXENT" -> Math.log(Arrays.stream(z).map(Math::exp).sum()) - z[0];
            case "XENT" -> Arrays.stream(z).map(x -> Math.log1p(Math.exp(x))).sum();
            default -> Arrays.stream(z).map(x -> Math.pow(x - 1, 2)).average().orElseThrow();
          };
    }
    return sum / draws;
  }

  @Test
  void shouldLeavePenaltiesOutOfTheInitialLoss() {
    Observations run =
        startingWith(7, network("tanh", new int[] {50, 50}, 0.2))
            .setup(
                setup ->
                    new NetworkStructure.Setup(
                        0,
                        new NetworkStructure.Setup.Wiring(List.of(), List.of(), false),
                        new NetworkStructure.Setup.Training(
                            "", "MCXENT", "", false, new NetworkStructure.Penalty(0, 0.1, 0)),
                        false,
                        false));
    // λ/2·Σw² of 2500 weights of spread 0.2.
    assertThat(InitialLoss.of(Asked.after(run.next())).orElseThrow().loss())
        .isCloseTo(7 - 5, within(1e-9));
  }

  @Test
  void shouldNotKnowTheInitialLossOfSeveralOutputsOrOfUnknownLosses() {
    Observations run = startingWith(7, network("tanh", new int[] {50, 50}, 0.2));
    assertThat(InitialLoss.of(Asked.after(run.setup(setup -> Setups.loss("HINGE")).next())))
        .isEmpty();
    assertThat(
            InitialLoss.of(
                Asked.after(
                    run.setup(setup -> Setups.loss("MCXENT"))
                        .chance(1, 3, Double.NaN, Double.NaN)
                        .next())))
        .isEmpty();
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.POOR_INITIALIZATION);
  }
}
