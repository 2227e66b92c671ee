package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.StabilityListener;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Examples that do not belong together are refused, those of another network are not used. */
class GivenExamplesTest {

  private final List<String> notices = new ArrayList<>();

  private static INDArray values(long... shape) {
    return Nd4j.zeros(DataType.FLOAT, shape);
  }

  private static MultiDataSet data(INDArray[] features, INDArray[] labels) {
    MultiDataSet data = new MultiDataSet();
    data.setFeatures(features);
    data.setLabels(labels);
    return data;
  }

  private static INDArray[] all(INDArray... arrays) {
    return arrays;
  }

  private static MultiDataSet masked(INDArray mask) {
    MultiDataSet data = data(all(values(4, 8, 5)), all(values(4, 3, 5)));
    data.setLabelsMaskArray(all(mask));
    return data;
  }

  static Stream<Arguments> flaws() {
    INDArray good = values(4, 8);
    INDArray labels = values(4, 3);
    return Stream.of(
        Arguments.of(data(null, all(labels)), "have features, had none"),
        Arguments.of(data(all(), all(labels)), "have features, had none"),
        Arguments.of(data(all(good), null), "have labels, had none"),
        Arguments.of(data(all(good), all(labels, null)), "have labels 1, they were null"),
        Arguments.of(
            data(all(Nd4j.create(DataType.FLOAT, 0, 8)), all(labels)),
            "have rows of values in features 0, they were [0, 8]"),
        Arguments.of(
            data(all(values(8)), all(labels)), "have rows of values in features 0, they were [8]"),
        Arguments.of(
            data(all(good), all(values(3, 3))),
            "have the same number of rows everywhere, features 0 had 4, labels 0 were [3, 3]"),
        Arguments.of(
            data(all(good, values(5, 2)), all(labels)),
            "have the same number of rows everywhere, features 0 had 4, features 1 were [5, 2]"),
        Arguments.of(
            masked(values(3, 5)),
            "have masks that fit their labels, labels 0 were [4, 3, 5], their mask [3, 5]"),
        Arguments.of(
            masked(values(20, 1)),
            "have masks that fit their labels, labels 0 were [4, 3, 5], their mask [20, 1]"),
        Arguments.of(
            masked(values(4, 6)),
            "have masks that fit their labels, labels 0 were [4, 3, 5], their mask [4, 6]"));
  }

  @ParameterizedTest
  @MethodSource("flaws")
  void shouldNameRuleAndValueWhenExamplesDoNotBelongTogether(MultiDataSet data, String rule) {
    StabilityListener.Builder builder = StabilityListener.builder();
    assertThatThrownBy(() -> builder.probeData(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("probeData must " + rule);
  }

  @Test
  void shouldRefuseADataSetWithoutLabels() {
    StabilityListener.Builder builder = StabilityListener.builder();
    DataSet data = new DataSet(values(4, 8), null);
    assertThatThrownBy(() -> builder.probeData(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("probeData must have labels");
  }

  @Test
  void shouldTakeMasksOfEachKind() {
    for (INDArray mask : all(values(4, 5), values(4, 1), values(4, 3, 5))) {
      assertThat(GivenExamples.of(masked(mask), notices::add)).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dense, 9, 3, 'its features 0 are [4, 9], those of a minibatch [10, 8]'",
    "dense, 8, 4, 'its labels 0 are [4, 4], those of a minibatch [10, 3]'",
    "graph, 8, 2, 'its labels 0 are [4, 2], those of a minibatch [10, 3]'"
  })
  void shouldSayOnceAndTrainOnWhenTheNetworkIsOfOtherShapes(
      String kind, int features, int labels, String misfit) {
    GivenExamples given =
        GivenExamples.of(data(all(values(4, features)), all(values(4, labels))), notices::add);
    assertThat(fits(kind, given)).containsOnly(false).hasSizeGreaterThan(1);
    assertThat(notices)
        .containsExactly(
            "probeData does not fit the network: "
                + misfit
                + ". Curvature is measured on copies of minibatches instead.");
  }

  @Test
  void shouldSaySoWhenThereAreMoreInputsThanTheNetworkHas() {
    GivenExamples given =
        GivenExamples.of(data(all(values(4, 8), values(4, 8)), all(values(4, 3))), notices::add);
    assertThat(fits("dense", given)).containsOnly(false);
    assertThat(notices.get(0)).contains("it has 2 arrays of features, a minibatch 1");
  }

  @ParameterizedTest
  @CsvSource({"dense", "graph", "convolution", "recurrent"})
  void shouldFitWhenOnlyRowsAreMore(String kind) {
    DataSet merged = DataSet.merge(Networks.batches(kind, DataType.FLOAT, 3));
    GivenExamples given = GivenExamples.of(merged.toMultiDataSet(), notices::add);
    assertThat(fits(kind, given)).containsOnly(true);
    assertThat(notices).isEmpty();
  }

  /** What was found out at each minibatch of a short training. */
  private static List<Boolean> fits(String kind, GivenExamples given) {
    List<Boolean> fits = new ArrayList<>();
    Model model = Networks.build(kind, new Sgd(0.01), DataType.FLOAT);
    model.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model trained) {
            fits.add(given.fit(trained));
          }
        });
    for (DataSet batch : Networks.batches(kind, DataType.FLOAT, 3)) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
    return fits;
  }
}
