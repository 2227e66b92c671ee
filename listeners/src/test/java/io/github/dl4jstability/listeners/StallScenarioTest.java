package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Stalls of real networks, from the loss to the verdict. */
class StallScenarioTest {

  /** Three Gaussian clouds; further features are noise. */
  private static DataSet clouds(int examples, int features) {
    Random random = new Random(11);
    double[][] centres = {{0, 4}, {4, -3}, {-4, -3}};
    double[][] x = new double[examples][features];
    double[][] y = new double[examples][3];
    for (int i = 0; i < examples; i++) {
      y[i][i % 3] = 1;
      for (int j = 0; j < features; j++) {
        x[i][j] = (j < 2 ? centres[i % 3][j] : 0) + random.nextGaussian();
      }
    }
    return new DataSet(
        Nd4j.create(x).castTo(Nd4j.defaultFloatingPointType()),
        Nd4j.create(y).castTo(Nd4j.defaultFloatingPointType()));
  }

  private static MultiLayerNetwork network(
      int features, int[] hidden, Activation activation, WeightInit weights, IUpdater updater) {
    var layers =
        new NeuralNetConfiguration.Builder().seed(5).updater(updater).weightInit(weights).list();
    for (int units : hidden) {
      layers.layer(new DenseLayer.Builder().nOut(units).activation(activation).build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network =
        new MultiLayerNetwork(layers.setInputType(InputType.feedForward(features)).build());
    network.init();
    return network;
  }

  /** All that was said of stalls. */
  private static List<Diagnosis> stalls(MultiLayerNetwork network, DataSet data, int iterations) {
    List<Diagnosis> told = new ArrayList<>();
    StabilityListener listener =
        StabilityListener.builder().onDiagnosis(told::add).curvatureBudget(1).build();
    network.setListeners(listener);
    for (int i = 0; i < iterations; i++) {
      network.fit(data);
    }
    listener.close();
    return told.stream()
        .filter(diagnosis -> diagnosis.evidence().containsKey("iterations compared"))
        .toList();
  }

  @Test
  void shouldTellTheSaddleOfALargeNetworkAndAWayDown() {
    MultiLayerNetwork network =
        network(100, new int[] {128}, Activation.TANH, WeightInit.ZERO, new Sgd(0.1));
    assertThat(network.numParams()).isGreaterThan(10_000);
    Diagnosis told = stalls(network, clouds(150, 100), 250).get(0);
    assertThat(told.condition()).isEqualTo(Condition.SADDLE_POINT);
    assertThat(told.severity()).isEqualTo(Severity.WARNING);
    assertThat(told.evidence().get("smallest eigenvalue")).isNegative();
    assertThat(told.evidence().get("loss along the escape"))
        .isLessThan(0.9 * told.evidence().get("loss where probed"));
    assertThat(told.explanation()).contains("saddle point").contains("lowers the loss");
  }

  @Test
  void shouldCallItAPlateauAndNeverAMinimumWhenAllUnitsAreDead() {
    MultiLayerNetwork network =
        network(2, new int[] {16, 16}, Activation.RELU, WeightInit.RELU, new Sgd(0.1));
    network.getLayer(0).getParam("b").assign(-50);
    network.getLayer(1).getParam("b").assign(-50);
    List<Diagnosis> told = stalls(network, clouds(150, 2), 400);
    assertThat(told).isNotEmpty();
    assertThat(told).allMatch(diagnosis -> diagnosis.condition() == Condition.PLATEAU);
  }

  @Test
  void shouldOnlyInformWhenAConvexModelHasConverged() {
    MultiLayerNetwork network =
        network(2, new int[0], Activation.TANH, WeightInit.XAVIER, new Sgd(0.5));
    DataSet data = clouds(150, 2);
    for (int i = 0; i < 150; i += 4) {
      data.getLabels().getRow(i).assign(Nd4j.createFromArray(0.0, 0.0, 1.0));
    }
    List<Diagnosis> told = stalls(network, data, 1500);
    assertThat(told).isNotEmpty();
    assertThat(told).allMatch(diagnosis -> diagnosis.condition() == Condition.LOCAL_MINIMUM);
    assertThat(told).allMatch(diagnosis -> diagnosis.severity() == Severity.INFO);
  }

  @Test
  void shouldBlameTheRateWhenStepsAreTooShortAndSayWhichIsBetter() {
    MultiLayerNetwork network =
        network(2, new int[] {16}, Activation.TANH, WeightInit.XAVIER, new Sgd(1e-6));
    stalls(network, clouds(150, 2), 250);
    // The rule that compares steps with weights may have said so before the loss did.
    StabilityListener listener = (StabilityListener) network.getListeners().iterator().next();
    assertThat(listener.primary().orElseThrow().condition())
        .isEqualTo(Condition.LEARNING_RATE_TOO_LOW);
  }

  @Test
  void shouldStaySilentWhileAHealthyNetworkLearns() {
    MultiLayerNetwork network =
        network(2, new int[] {16}, Activation.RELU, WeightInit.RELU, new Adam(1e-3));
    assertThat(stalls(network, clouds(150, 2), 600)).isEmpty();
  }

  @Test
  void shouldRejectABudgetThatIsNoShareAndDataThatAreNotThere() {
    StabilityListener.Builder builder = StabilityListener.builder();
    assertThatThrownBy(() -> builder.curvatureBudget(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curvatureBudget must be within 0 and 1, was 1.5");
    assertThatThrownBy(() -> builder.curvatureBudget(Double.NaN))
        .hasMessage("curvatureBudget must be within 0 and 1, was NaN");
    assertThatThrownBy(() -> builder.curvatureMemory(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curvatureMemory must be at least 1 byte, was 0");
    assertThatThrownBy(() -> builder.probeData((DataSet) null))
        .hasMessage("probeData must not be null, was null");
  }
}
