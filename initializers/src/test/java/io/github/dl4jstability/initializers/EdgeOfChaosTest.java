package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;

class EdgeOfChaosTest {

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {
        "TANH",
        "HARDTANH",
        "SIGMOID",
        "HARDSIGMOID",
        "SOFTSIGN",
        "CUBE",
        "RATIONALTANH",
        "SWISH",
        "GELU",
        "MISH",
        "ELU",
        "SELU"
      })
  void shouldHaveChiOneAtAFixedPointWhenComputed(Activation activation) {
    IActivation f = activation.getActivationFunction();

    EdgeOfChaos edge = EdgeOfChaos.of(activation);

    assertThat(EdgeOfChaos.chi(f, edge.weightSigma(), edge.variance())).isCloseTo(1, within(1e-9));
    assertThat(EdgeOfChaos.nextVariance(f, edge.weightSigma(), edge.biasSigma(), edge.variance()))
        .isCloseTo(edge.variance(), within(2e-7 * edge.variance()));
  }

  @Test
  void shouldBeHesPairWhenTheActivationIsPiecewiseLinear() {
    EdgeOfChaos relu = EdgeOfChaos.of(Activation.RELU);
    EdgeOfChaos leaky = EdgeOfChaos.at(new ActivationLReLU(0.3), 7);

    assertThat(relu.weightSigma()).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(relu.biasSigma()).isZero();
    assertThat(relu.biases()).isEqualTo(new Constant(0));
    assertThat(leaky.weightSigma()).isCloseTo(Math.sqrt(2 / 1.09), within(1e-8));
    assertThat(leaky.biasSigma()).isZero();
    assertThat(EdgeOfChaos.of(Activation.IDENTITY).weightSigma()).isCloseTo(1, within(1e-12));
  }

  /** Hard tanh at q = 1 in closed form: E[f′²] = P(|z| &lt; 1), E[f²] = E[min(z², 1)]. */
  @Test
  void shouldMatchTheClosedFormWhenHardTanh() {
    double inside = 0.6826894921370859; // erf(1/√2)
    double density = Math.exp(-0.5) / Math.sqrt(2 * Math.PI);
    double second = inside - 2 * density + (1 - inside);

    EdgeOfChaos edge = EdgeOfChaos.of(Activation.HARDTANH);

    assertThat(edge.weightSigma()).isCloseTo(1 / Math.sqrt(inside), within(1e-10));
    assertThat(edge.biasSigma()).isCloseTo(Math.sqrt(1 - second / inside), within(1e-10));
  }

  /** NumPy, trapezoidal rule with 40001 points on [−12, 12], f′ by central differences. */
  @Test
  void shouldMatchTheReferenceWhenTanh() {
    EdgeOfChaos edge = EdgeOfChaos.of(Activation.TANH);

    assertThat(edge.weightSigma()).isCloseTo(1.46741359, within(1e-7));
    assertThat(edge.biasSigma()).isCloseTo(0.38854167, within(1e-6));
    assertThat(edge.variance()).isEqualTo(1);
  }

  /** As q falls to 0, tanh becomes linear and its critical line ends at (1, 0) (Poole 2016). */
  @Test
  void shouldApproachTheOrthogonalPointWhenTanhIsNearlyLinear() {
    EdgeOfChaos edge = EdgeOfChaos.at(Activation.TANH.getActivationFunction(), 1e-4);

    assertThat(edge.weightSigma()).isCloseTo(1, within(2e-4));
    assertThat(edge.biasSigma()).isLessThan(2e-3);
  }

  /** Compared with a central difference of the variance map. */
  @ParameterizedTest
  @EnumSource(names = {"TANH", "SELU", "GELU", "RELU"})
  void shouldTellHowDeviationsGrowWhenTheVarianceIsOff(Activation activation) {
    IActivation f = activation.getActivationFunction();
    EdgeOfChaos edge = EdgeOfChaos.at(f, 0.05);
    double sigma = edge.weightSigma();
    double more = EdgeOfChaos.nextVariance(f, sigma, edge.biasSigma(), 0.0501);
    double less = EdgeOfChaos.nextVariance(f, sigma, edge.biasSigma(), 0.0499);

    double slope = EdgeOfChaos.varianceSlope(f, sigma, 0.05);

    assertThat(slope).isCloseTo((more - less) / 0.0002, within(1e-5));
    assertThat(slope).isBetween(0.8, 1.06);
    assertThat(slope > 1.001).isEqualTo(activation == Activation.GELU);
  }

  @Test
  void shouldSayThatThereIsNoneWhenThereIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EdgeOfChaos.of(Activation.SOFTPLUS))
        .withMessageStartingWith(
            "activation must have an edge of chaos at a variance from 1 to 1000, was ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EdgeOfChaos.at(Activation.SIGMOID.getActivationFunction(), 1))
        .withMessageContaining("variance must allow a bias variance of at least 0")
        .withMessageContaining("was variance 1.0 with bias variance -");
  }
}
