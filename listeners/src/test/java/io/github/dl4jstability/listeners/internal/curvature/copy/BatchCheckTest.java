package io.github.dl4jstability.listeners.internal.curvature.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.curvature.CurvatureProbe;
import io.github.dl4jstability.listeners.curvature.ProbedNetworks;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Arrays that cannot be what they are taken for, and those that can. */
class BatchCheckTest {
  private static MultiDataSet sequences(INDArray ofFeatures, INDArray ofLabels) {
    return new MultiDataSet(
        new INDArray[] {Nd4j.rand(DataType.FLOAT, 6, 5, 4)},
        new INDArray[] {Nd4j.rand(DataType.FLOAT, 6, 3, 4)},
        new INDArray[] {ofFeatures},
        new INDArray[] {ofLabels});
  }

  private static INDArray ones(long... shape) {
    return Nd4j.ones(DataType.FLOAT, shape);
  }

  @Test
  void shouldTakeMasksPerStepPerExampleAndPerOutput() {
    for (INDArray mask : List.of(ones(6, 4), ones(6, 1), ones(6, 3, 4), ones(6, 1, 4))) {
      assertThat(BatchCheck.problem(sequences(null, mask))).isEmpty();
    }
  }

  @Test
  void shouldRefuseAMaskThatWasReshapedToAColumn() {
    assertThat(BatchCheck.problem(sequences(null, ones(24, 1))))
        .contains("mask of labels must fit shape [6,3,4], had shape [24,1]");
    assertThat(BatchCheck.problem(sequences(ones(6, 9), null)))
        .contains("mask of features must fit shape [6,5,4], had shape [6,9]");
  }

  @Test
  void shouldRefuseAnArrayWhoseShapeWasChangedInPlace() {
    INDArray array = ones(5, 8);
    array.shape()[1] = 1; // as happens to inputs of graphs that stack examples with masks
    assertThat(BatchCheck.problem("features", array))
        .contains("features must have as many values as its shape, had shape [5,1] and 40 values");
  }

  @Test
  void shouldTakeViewsOfLargerArrays() {
    INDArray large = Nd4j.rand(DataType.FLOAT, 9, 5, 8);
    INDArray view =
        large.get(NDArrayIndex.interval(3, 9), NDArrayIndex.all(), NDArrayIndex.interval(4, 8));
    assertThat(BatchCheck.problem("view", view)).isEmpty();
    assertThat(BatchCheck.problem("turned", view.permute(2, 0, 1))).isEmpty();
    assertThat(BatchCheck.problem("broadcast", ones(1, 4).broadcast(3, 4))).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithSingleArrays() {
    INDArray closed = ones(3, 2);
    closed.close();
    assertThat(BatchCheck.problem("x", closed)).contains("x must be open, was closed");
    assertThat(BatchCheck.problem("x", null)).contains("x must not be null, was null");
    assertThat(BatchCheck.problem("x", Nd4j.create("a", "b"))).get().asString().contains("UTF8");
    assertThat(BatchCheck.problem("x", Nd4j.empty(DataType.FLOAT)))
        .get()
        .asString()
        .startsWith("x must have rows");
  }

  @Test
  void shouldRefuseDataThatDoNotFitTheNetwork() {
    Model model = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common());
    assertRefused(model, new DataSet(ones(6, 9), ones(6, 3)), "features must have 4 columns");
    assertRefused(model, new DataSet(ones(6, 4), ones(6, 2)), "labels must have 3 columns");
    assertRefused(model, new DataSet(ones(6, 4), ones(5, 3)), "same number of examples");
    assertRefused(model, new DataSet(ones(6, 4), null), "data must have labels, had none");
    assertRefused(model, new DataSet(), "data must have features, had none");
    assertRefused(model, new DataSet(ones(6, 4, 7), ones(6, 3)), "data must fit the network: ");
    assertRefused(
        model, new DataSet(ones(6, 4), ones(6, 3), null, ones(7, 1)), "mask of labels must fit");
    assertThatThrownBy(() -> CurvatureProbe.on(model, (MultiDataSet) null))
        .hasMessage("data must not be null, was null");
    assertThatThrownBy(() -> CurvatureProbe.on(model, List.of()))
        .hasMessage("data must have examples, had none");
  }

  @Test
  void shouldRefuseANetworkThatIsNotInitialized() {
    MultiLayerNetwork fresh =
        new MultiLayerNetwork(
            ((MultiLayerNetwork) ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common()))
                .getLayerWiseConfigurations());
    assertRefused(
        fresh, new DataSet(ones(6, 4), ones(6, 3)), "model must be initialized: call init() first");
  }

  private static void assertRefused(Model model, DataSet data, String message) {
    assertThatThrownBy(() -> CurvatureProbe.on(model, data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
