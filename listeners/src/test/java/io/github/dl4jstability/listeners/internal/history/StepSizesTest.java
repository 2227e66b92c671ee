package io.github.dl4jstability.listeners.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Four layers, the third of which is not trained; the first has a bias. */
class StepSizesTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final double[] GRADIENTS = {3, 4, 1, 9, 0.5};
  private static final double[] UPDATES = {0.3, 0.4, 0.2, 7, 0.01};
  private static final double[] PARAMETERS = {6, 8, 2, 5, 1};

  private final StepSizes steps = new StepSizes();

  private static NetworkStructure structure(boolean trained) {
    return new NetworkStructure(
        "MultiLayerNetwork",
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    new Layer(
                        "layer" + i,
                        "DenseLayer",
                        "tanh",
                        3 - i,
                        i == 3,
                        trained && i != 2,
                        NetworkStructure.Setup.UNKNOWN))
            .toList(),
        List.of(
            new Parameter(0, "W", 100, trained, Role.WEIGHT, 10, 10),
            new Parameter(0, "b", 10, trained, Role.BIAS, Double.NaN, Double.NaN),
            new Parameter(1, "W", 100, trained, Role.WEIGHT, 1, 100),
            new Parameter(2, "W", 100, false, Role.WEIGHT, 10, 10),
            new Parameter(3, "W", 100, trained, Role.WEIGHT, 10, 10)));
  }

  private static Observation observation(
      NetworkStructure structure, double loss, double[] parameters, double[] initial) {
    return new Observation(
        structure,
        new Observation.Step(0, 0, 0, loss, 32, 0.1, List.of()),
        new Observation.Arrays(
            moments(GRADIENTS),
            moments(UPDATES),
            moments(parameters),
            List.of(),
            List.of(),
            moments(initial),
            Double.NaN),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static List<Moments> moments(double[] norms) {
    return Arrays.stream(norms)
        .mapToObj(norm -> new Moments(100, 0, norm / 10, norm, norm / 5, 0, 0))
        .toList();
  }

  private static double[] times(double factor) {
    return Arrays.stream(PARAMETERS).map(x -> factor * x).toArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, -2})
  void shouldMeasureStepsAgainstLossAndLayers(double loss) {
    steps.add(observation(structure(true), loss, PARAMETERS, new double[0]));
    // Norms by layer: gradients 5, 1, ½; updates ½, 0.2, 0.01; parameters 10, 2, 1.
    assertThat(steps.promise()).isCloseTo((5 * 0.5 + 0.2 + 0.005) / 2, EXACT);
    assertThat(steps.sensitivity()).isCloseTo(5 * 10 / 2.0, EXACT);
    assertThat(steps.largestUpdateRatio()).isCloseTo(0.1, EXACT);
    // Against √10, 10 and √10 where that is more: 0.05, 0.02 and 0.003.
    assertThat(steps.replacedShare()).isCloseTo(0.02, EXACT);
    assertThat(steps.gradientNorm()).isCloseTo(Math.sqrt(25 + 1 + 0.25), EXACT);
    assertThat(steps.updateNorm()).isCloseTo(Math.sqrt(0.25 + 0.04 + 1e-4), EXACT);
    assertThat(steps.update(0)).isCloseTo(0.5, EXACT);
    assertThat(steps.update(2)).isNaN();
  }

  @Test
  void shouldMeasureAgainstTheParametersBeforeTheStep() {
    NetworkStructure structure = structure(true);
    steps.add(observation(structure, 2, PARAMETERS, times(4)));
    assertThat(steps.sensitivity()).isCloseTo(4 * 25, EXACT);
    Observation second = observation(structure, 2, times(3), new double[0]);
    steps.add(second);
    assertThat(steps.sensitivity()).isCloseTo(25, EXACT);
    assertThat(steps.parameters(0)).isCloseTo(30, EXACT);
  }

  @Test
  void shouldKnowNothingWhenNothingIsTrained() {
    steps.add(observation(structure(false), 2, PARAMETERS, new double[0]));
    assertThat(steps.promise()).isNaN();
    assertThat(steps.sensitivity()).isNaN();
    assertThat(steps.largestUpdateRatio()).isNaN();
    assertThat(steps.replacedShare()).isNaN();
  }
}
