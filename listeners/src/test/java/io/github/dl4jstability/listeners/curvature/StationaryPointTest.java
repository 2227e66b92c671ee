package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.StationaryPoint.Kind;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

/** What kind of point networks are at, in float as they are trained. */
class StationaryPointTest {
  private static final int EXAMPLES = 120;
  private final DataSet data = blobs();

  @Test
  void shouldFindASaddleAndAWayDownWhenAllWeightsAreZero() {
    // given
    MultiLayerNetwork network = network(Activation.TANH, WeightInit.ZERO, 1, 16);
    // when
    StationaryPoint point = CurvatureProbe.on(network, data).stationaryPoint();
    // then
    assertThat(point.kind()).isEqualTo(Kind.SADDLE_POINT);
    assertThat(point.smallestEigenvalue()).isNegative();
    Escape escape = point.escape().orElseThrow();
    // The way down lowers the loss of the network itself by as much.
    network
        .params()
        .addi(
            escape
                .direction()
                .mul(escape.step())
                .reshape(network.params().shape())
                .castTo(DataType.FLOAT));
    assertThat(network.score(data, true)).isCloseTo(escape.lossReached(), within(1e-4));
    assertThat(escape.lossReached()).isLessThan(0.8 * point.loss());
  }

  /** A loss of a class that is not known to be smooth. */
  @SuppressWarnings("serial")
  private static final class OwnLoss extends LossL2 {}

  /** The loss ½(1 − w₁w₂w₃)² has no second derivative at 0, but a third. */
  @Test
  void shouldNotTakeTheThirdDerivativeForCurvatureWhereALossIsNotKnownToBeSmooth() {
    var list =
        new NeuralNetConfiguration.Builder()
            .weightInit(WeightInit.ZERO)
            .activation(Activation.IDENTITY)
            .list();
    for (int layer = 0; layer < 2; layer++) {
      list.layer(new DenseLayer.Builder().nIn(1).nOut(1).hasBias(false).build());
    }
    list.layer(
        new OutputLayer.Builder(new OwnLoss())
            .nIn(1)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    DataSet one = new DataSet(Nd4j.ones(1, 1), Nd4j.ones(1, 1));
    assertThat(CurvatureProbe.on(network, one).stationaryPoint().kind()).isEqualTo(Kind.PLATEAU);
  }

  @Test
  void shouldFindAPlateauWhenEveryUnitIsDead() {
    MultiLayerNetwork network = network(Activation.RELU, WeightInit.XAVIER, 1, 8, 8);
    network.getLayer(0).getParam("b").assign(-100);
    train(network, 30);
    assertThat(CurvatureProbe.on(network, data).stationaryPoint().kind()).isEqualTo(Kind.PLATEAU);
  }

  @Test
  void shouldFindAMinimumWhenAConvexProblemHasConverged() {
    MultiLayerNetwork network = network(Activation.IDENTITY, WeightInit.XAVIER, 1);
    train(network, 1500);
    StationaryPoint point = CurvatureProbe.on(network, data).stationaryPoint();
    assertThat(point.kind()).isEqualTo(Kind.LOCAL_MINIMUM);
    assertThat(point.smallestEigenvalue()).isCloseTo(0, within(1e-6));
    assertThat(point.evidence().largest().mean())
        .isCloseTo(point.largestEigenvalue(), within(1e-6));
    assertThat(point.evidence().largest().standardError()).isPositive();
    assertThat(point.evidence().converged()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 40})
  void shouldNotCallAnythingStationaryWhileTheLossFalls(int iterations) {
    for (Activation activation : new Activation[] {Activation.TANH, Activation.RELU}) {
      MultiLayerNetwork network = network(activation, WeightInit.XAVIER, 1, 12, 12);
      train(network, iterations);
      StationaryPoint point = CurvatureProbe.on(network, data).stationaryPoint();
      assertThat(point.kind()).isEqualTo(Kind.NOT_STATIONARY);
      assertThat(point.evidence().decrease()).isGreaterThan(0.1 * point.evidence().tolerance());
    }
  }

  @Test
  void shouldSayThatItDidNotFinishWhenTheBudgetIsSmall() {
    MultiLayerNetwork network = network(Activation.TANH, WeightInit.XAVIER, 1, 12, 12);
    CurvatureProbe probe = CurvatureProbe.on(network, data).limit(Budget.ofGradients(40));
    StationaryPoint point = probe.stationaryPoint();
    assertThat(point.evidence().converged()).isFalse();
    // Beyond the budget only what is bounded anyway: the spread over parts, the symmetry check.
    assertThat(probe.gradientsUsed()).isLessThan(40 + 10);
  }

  private void train(MultiLayerNetwork network, int iterations) {
    for (int i = 0; i < iterations; i++) {
      network.fit(data);
    }
  }

  private static MultiLayerNetwork network(
      Activation activation, WeightInit scheme, long seed, int... widths) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new Sgd(0.1))
            .weightInit(scheme)
            .list();
    for (int width : widths) {
      list.layer(new DenseLayer.Builder().nOut(width).activation(activation).build());
    }
    return ProbedNetworks.initialized(
        new MultiLayerNetwork(
            list.layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build()));
  }

  /** Three overlapping Gaussian classes in the plane. */
  private static DataSet blobs() {
    double[][] centres = {{0, 3}, {3, -2}, {-3, -2}};
    Random random = new Random(1);
    INDArray features = Nd4j.create(DataType.FLOAT, EXAMPLES, 2);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 3);
    for (int i = 0; i < EXAMPLES; i++) {
      features.putScalar(i, 0, centres[i % 3][0] + 1.5 * random.nextGaussian());
      features.putScalar(i, 1, centres[i % 3][1] + 1.5 * random.nextGaussian());
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(features, labels);
  }
}
