package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GainTest {

  /**
   * Closed forms where they exist; the others by the trapezoidal rule with 200001 points on [−12,
   * 12] in CPython 3. Deeplearning4j's default GELU is x·sigmoid(1.702x), and the constants of its
   * rational tanh are single-precision numbers.
   */
  @ParameterizedTest
  @CsvSource({
    "IDENTITY, 1",
    "RELU, 1.4142135624",
    "LEAKYRELU, 1.4141428570",
    "ELU, 1.2451983007",
    "SELU, 1.0000000000",
    "GELU, 1.5394587623",
    "SWISH, 1.6765324703",
    "MISH, 1.4868475813",
    "TANH, 1.5925374197",
    "SIGMOID, 1.8462285453",
    "SOFTPLUS, 1.0418668355",
    "SOFTSIGN, 2.3375333631",
    "HARDTANH, 1.3920361404",
    "RATIONALTANH, 1.1489009317",
    "CUBE, 0.2581988897",
    "SOFTMAX, 1"
  })
  void shouldMatchTheReferenceWhenHeStyle(Activation activation, double expected) {
    assertThat(Gain.of(activation)).isCloseTo(expected, within(2e-8));
  }

  @ParameterizedTest
  @CsvSource({
    "RELU, 1.7128585504", "ELU, 1.2708434179", "GELU, 1.7093585899", "SWISH, 1.7871872221",
    "MISH, 1.5920253811", "SIGMOID, 4.8013133720", "SOFTPLUS, 1.9191259801", "IDENTITY, 1"
  })
  void shouldMatchTheReferenceWhenVarianceStyle(Activation activation, double expected) {
    assertThat(Gain.varianceStyle(activation)).isCloseTo(expected, within(2e-8));
  }

  /** torch.nn.init.calculate_gain, PyTorch 2. */
  @Test
  void shouldReturnPyTorchsTableWhenAsked() {
    assertThat(Gain.pytorch(Activation.TANH)).isEqualTo(5.0 / 3);
    assertThat(Gain.pytorch(Activation.RELU)).isEqualTo(Math.sqrt(2));
    assertThat(Gain.pytorch(new ActivationLReLU(0.2))).isEqualTo(Math.sqrt(2 / 1.04));
    assertThat(Gain.pytorch(Activation.SIGMOID)).isEqualTo(1);
    assertThat(Gain.pytorch(Activation.IDENTITY)).isEqualTo(1);
    assertThat(Gain.pytorch(Activation.SELU)).isEqualTo(0.75);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gain.pytorch(Activation.GELU))
        .withMessageContaining("activation must be one of identity")
        .withMessageContaining("gelu");
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void shouldBeFiniteWhenTheActivationIsOneOfDeeplearning4js(Activation activation) {
    assertThat(Gain.of(activation)).isBetween(0.1, 10.0);
    assertThat(Gain.varianceStyle(activation)).isBetween(0.1, 10.0);
  }

  @Test
  void shouldUseTheMeanSquareOfTheSlopesWhenPReLU() {
    ActivationPReLU prelu = new ActivationPReLU(Nd4j.createFromArray(0.0, 1.0), new long[0]);

    assertThat(Gain.of(prelu)).isCloseTo(Math.sqrt(2 / 1.5), within(1e-12));
  }

  @Test
  void shouldCloseInOnAJumpWhenItIsNotOnAPanelBorder() {
    // E[f²] = φ-integral above 0.7: θφ(θ) + 1 − Φ(θ) (SciPy 1.11: 0.46052...; here closed form)
    double theta = 0.7;
    org.apache.commons.math3.distribution.NormalDistribution normal =
        new org.apache.commons.math3.distribution.NormalDistribution(null, 0, 1);
    double expected =
        1 / Math.sqrt(theta * normal.density(theta) + normal.cumulativeProbability(-theta));

    assertThat(Gain.of(new ActivationThresholdedReLU(theta))).isCloseTo(expected, within(1e-9));
  }

  /** |x| has second moment 1 and variance 1 − 2/π. */
  static final class Absolute extends BaseActivationFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return org.nd4j.linalg.ops.transforms.Transforms.abs(in, false);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
      return new Pair<>(org.nd4j.linalg.ops.transforms.Transforms.sign(in).mul(epsilon), null);
    }
  }

  @Test
  void shouldComputeTheGainWhenTheActivationIsTheUsersOwn() {
    assertThat(Gain.of(new Absolute())).isCloseTo(1, within(1e-12));
    assertThat(Gain.varianceStyle(new Absolute()))
        .isCloseTo(1 / Math.sqrt(1 - 2 / Math.PI), within(1e-12));
    assertThat(new HeNormal(new Absolute()).gain()).isCloseTo(1, within(1e-12));
  }

  @Test
  void shouldSayWhatIsWrongWhenTheActivationHasNoGain() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gain.of(new ActivationThresholdedReLU(40)))
        .withMessageContaining("second moment")
        .withMessageContaining("must be positive and finite, was 0.0");
  }
}
