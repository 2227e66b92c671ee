package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The probe against the whole Hessian, built column by column. */
class ExactnessTest {

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(ProbedNetworks.TANH, 0.01, 0.0),
        Arguments.of(ProbedNetworks.RELU, 0.0, 0.0),
        // Deeplearning4j adds a weight decay that is set for the whole network twice.
        Arguments.of(ProbedNetworks.CONVOLUTION, 2 * 0.02, 0.0),
        Arguments.of(ProbedNetworks.LSTM_WITH_MASKS, 0.01, 0.03),
        Arguments.of(ProbedNetworks.TWO_INPUTS_TWO_OUTPUTS, 2 * 0.05, 0.0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void shouldAgreeWithTheWholeHessian(
      ProbedNetworks network, double weightPenalty, double biasPenalty) {
    // given
    Model model = network.build();
    model.params().addi(ProbedNetworks.normal(9, model.params().shape()).mul(0.1));
    double[][] exact = new DenseHessian(model, network.data()).matrix(weightPenalty, biasPenalty);
    double[] spectrum = DenseHessian.eigenvalues(exact);
    CurvatureProbe probe = CurvatureProbe.on(model, network.data());
    // then: products
    INDArray direction = ProbedNetworks.normal(11, 1, exact.length);
    double[] expected = DenseHessian.times(exact, restricted(exact, direction.toDoubleVector()));
    INDArray product = probe.hessianVectorProduct(direction);
    assertThat(product.distance2(Surface.row(expected))).isLessThan(1e-6 * norm(expected));
    assertThat(probe.asymmetry()).isLessThan(1e-6);
    // eigenvalues
    ExtremeEigenvalues ends = probe.extremeEigenvalues(2);
    int last = spectrum.length - 1;
    for (int i = 0; i < 2; i++) {
      double top = spectrum[i];
      double bottom = spectrum[last - i];
      assertThat(ends.largest().get(i).value()).isCloseTo(top, within(1e-5 * top));
      assertThat(ends.smallest().get(i).value())
          .isCloseTo(bottom, within(1e-3 * Math.abs(bottom) + 1e-9 * top));
      assertThat(ends.largest().get(i).residual()).isLessThan(1e-4 * top);
    }
    assertThat(ends.converged()).isTrue();
    // trace
    double trace = Arrays.stream(spectrum).sum();
    // 5 %, or 1 % of the magnitudes where eigenvalues of both signs cancel to less than a fifth.
    double magnitude = Arrays.stream(spectrum).map(Math::abs).sum();
    TraceEstimate estimate = probe.trace(30);
    assertThat(estimate.value())
        .isCloseTo(trace, within(0.05 * Math.max(Math.abs(trace), 0.2 * magnitude)))
        .isCloseTo(trace, within(4 * estimate.standardError()));
    // density
    SpectralDensity density = probe.density(8, 20);
    double width = 0.05 * (spectrum[0] - spectrum[last]);
    double integral = 0;
    double difference = 0;
    double step = width / 5;
    for (double at = spectrum[last] - 5 * width; at < spectrum[0] + 5 * width; at += step) {
      integral += step * density.density(at, width);
      difference +=
          step * Math.abs(density.density(at, width) - exactDensity(spectrum, exact, at, width));
    }
    assertThat(integral).isCloseTo(1, within(0.05));
    assertThat(difference).isLessThan(0.1);
  }

  /** Where training goes, eigenvalues of one sign prevail. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void shouldEstimateTheTraceWhereTrainingWasWithinFivePercent(
      ProbedNetworks network, double weightPenalty, double biasPenalty) {
    // given
    Model model = network.build();
    for (int i = 0; i < 40; i++) {
      fit(model, network.data());
    }
    double[][] exact = new DenseHessian(model, network.data()).matrix(weightPenalty, biasPenalty);
    double trace = Arrays.stream(DenseHessian.eigenvalues(exact)).sum();
    // when
    TraceEstimate estimate = CurvatureProbe.on(model, network.data()).trace(30);
    // then
    assertThat(estimate.value()).isCloseTo(trace, within(0.05 * Math.abs(trace)));
  }

  private static void fit(Model model, MultiDataSet data) {
    if (model instanceof ComputationGraph graph) {
      graph.fit(data);
    } else {
      DataSet only = new DataSet(data.getFeatures(0), data.getLabels(0));
      only.setFeaturesMaskArray(data.getFeaturesMaskArray(0));
      only.setLabelsMaskArray(data.getLabelsMaskArray(0));
      ((MultiLayerNetwork) model).fit(only);
    }
  }

  /** Coordinates with an empty column do not count. */
  private static double exactDensity(double[] spectrum, double[][] exact, double at, double width) {
    int empty = (int) Arrays.stream(exact).filter(row -> norm(row) == 0).count();
    double[] weights = new double[spectrum.length];
    Arrays.fill(weights, 1.0 / (spectrum.length - empty));
    double zeros = new SpectralDensity(new double[] {0}, new double[] {1}, 0).density(at, width);
    return new SpectralDensity(spectrum, weights, 0).density(at, width)
        - zeros * empty / (spectrum.length - empty);
  }

  private static double[] restricted(double[][] exact, double[] vector) {
    double[] restricted = vector.clone();
    for (int i = 0; i < vector.length; i++) {
      restricted[i] = norm(exact[i]) == 0 ? 0 : vector[i];
    }
    return restricted;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
  }
}
