package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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

/**
 * Where a real network first overflows the range of a {@code float}, 3.4e38. It is linear, and all
 * weights of a layer are equal, so that every number on the way is known.
 */
class NonFiniteStagesTest {
  private static final int HIDDEN_LAYERS = 4;
  private static final int UNITS = 8;

  /** Eight of them make 1: activations of a layer are those of the layer before. */
  private static final double KEEPS = 1.0 / UNITS;

  private final StabilityListener listener = StabilityListener.create();
  private final MultiLayerNetwork network = network();

  private static MultiLayerNetwork network() {
    var layers = new NeuralNetConfiguration.Builder().updater(new Sgd(1e-3)).list();
    for (int i = 0; i < HIDDEN_LAYERS; i++) {
      layers.layer(new DenseLayer.Builder().nOut(UNITS).activation(Activation.IDENTITY).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(UNITS))
                .build());
    network.init();
    for (int layer = 0; layer <= HIDDEN_LAYERS; layer++) {
      network.getLayer(layer).getParam("W").assign(KEEPS);
    }
    return network;
  }

  private void weights(int layer, double value) {
    network.getLayer(layer).getParam("W").assign(value);
  }

  /** Trains one step on examples whose features are all alike; labels are 1. */
  private Diagnosis diagnosisWithFeatures(double feature) {
    network.setListeners(listener);
    INDArray features = Nd4j.valueArrayOf(new long[] {4, UNITS}, feature, DataType.FLOAT);
    network.fit(new DataSet(features, Nd4j.ones(DataType.FLOAT, 4, 2)));
    assertThat(listener.diagnoses()).isNotEmpty();
    return listener.diagnoses().stream()
        .filter(diagnosis -> diagnosis.condition() == Condition.NON_FINITE)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void shouldNameTheFirstLayerWhoseActivationsOverflow(int layer) {
    weights(layer, 1e38); // eight times 1e38: too large for its sum, though not for the weight
    Diagnosis told = diagnosisWithFeatures(1);
    assertThat(told.explanation())
        .startsWith("NaN or infinity appeared first in the activations of layer" + layer)
        .contains("its inputs and parameters were finite");
    assertThat(told.layers()).containsExactly("layer" + layer);
    assertThat(told.evidence()).containsEntry("non-finite values", 4.0 * UNITS);
    assertThat(told.iteration()).isZero();
  }

  @Test
  void shouldNameTheLossWhereOnlyItOverflows() {
    weights(HIDDEN_LAYERS, 1e29); // answers of 8e29, squares of 6.4e59
    Diagnosis told = diagnosisWithFeatures(1);
    assertThat(told.explanation())
        .startsWith("NaN or infinity appeared first in the loss, before the step")
        .contains("all that was seen before it were finite");
    assertThat(told.layers()).isEmpty();
    assertThat(told.evidence().get("loss")).isPositive().isInfinite();
    assertThat(told.remedy()).contains("scale the targets");
  }

  @Test
  void shouldNameTheFirstLayerOnTheWayBackWhereOnlyGradientsOverflow() {
    weights(HIDDEN_LAYERS, 1e30);
    weights(3, 1e30); // without features answers are 0, and the error before layer 3 is 1e60
    Diagnosis told = diagnosisWithFeatures(0);
    assertThat(told.explanation())
        .startsWith("NaN or infinity appeared first in the gradients of layer2")
        .contains("on the way back, although activations and loss were finite");
    assertThat(told.layers()).isEqualTo(List.of("layer2", "layer1", "layer0"));
    assertThat(told.evidence().get("loss")).isFinite();
  }

  @Test
  void shouldNameTheParametersWhereTheyWereBrokenBefore() {
    network.getLayer(1).getParam("b").putScalar(0, Double.NaN);
    Diagnosis told = diagnosisWithFeatures(1);
    assertThat(told.explanation())
        .startsWith("NaN or infinity appeared first in the parameters of layer1");
    assertThat(told.evidence()).containsEntry("non-finite values", 1.0);
  }

  @Test
  void shouldNotCallLargeNumbersInfinite() {
    weights(0, 1e37); // activations of 8e37: no float can hold the square of any of these
    weights(1, 1e-37); // back to 64
    weights(2, 1e-3); // small answers, so that gradients stay small
    network.setListeners(listener);
    network.fit(new DataSet(Nd4j.ones(DataType.FLOAT, 4, UNITS), Nd4j.zeros(DataType.FLOAT, 4, 2)));
    assertThat(listener.diagnoses())
        .extracting(Diagnosis::condition)
        .doesNotContain(Condition.NON_FINITE);
  }
}
