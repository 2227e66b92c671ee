package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Training with a probe at every fourth iteration ends as without it, bit for bit. */
class UndisturbedTrainingTest {

  static Stream<Arguments> runs() {
    return Stream.of("dense", "convolution", "lstm", "graph", "graph convolution")
        .flatMap(
            kind ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE).map(type -> Arguments.of(kind, type)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("runs")
  void shouldEndInTheSameStateWhenTheProbeFires(String kind, DataType type) {
    assertThat(finalState(kind, type, true)).isEqualTo(finalState(kind, type, false));
  }

  /** Counts the calls that a training causes: the probe must cause none. */
  private static final class Probing extends BaseTrainingListener {
    private final List<DataSet> batches;
    private final boolean probes;
    private int calls;

    Probing(List<DataSet> batches, boolean probes) {
      this.batches = batches;
      this.probes = probes;
    }

    @Override
    public void onGradientCalculation(Model model) {
      calls++;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (probes && iteration % 4 == 1) {
        CurvatureProbe probe = CurvatureProbe.on(model, batches.get(0));
        probe.limit(Budget.ofGradients(60)).stationaryPoint();
        probe.use(batches.get(1));
        probe.refill(model);
        probe.limit(Budget.unlimited()).gradientNoise(2);
        probe.hessianVectorProduct(probe.gradient());
      }
    }
  }

  /** Parameters, updater state, data, the next random numbers and the number of hook calls. */
  private static List<Object> finalState(String kind, DataType type, boolean probes) {
    DataType before = Nd4j.dataType();
    Nd4j.setDefaultDataTypes(type, type);
    try {
      Nd4j.getRandom().setSeed(7);
      Model model = Networks.build(kind, new Adam(0.01), type);
      List<DataSet> batches = Networks.batches(kind, type, 4);
      Probing listener = new Probing(batches, probes);
      model.setListeners(listener);
      Nd4j.getRandom().setSeed(99);
      for (int i = 0; i < 8; i++) {
        fit(model, batches.get(i % batches.size()));
      }
      List<Object> state = new ArrayList<>();
      state.add(bits(model.params()));
      state.add(bits(updaterState(model)));
      for (DataSet batch : batches) {
        state.add(bits(batch.getFeatures()));
        state.add(bits(batch.getLabels()));
      }
      state.add(bits(Nd4j.rand(type, 1, 16)));
      state.add(listener.calls);
      return state;
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
  }

  private static void fit(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(batch);
    } else {
      ((ComputationGraph) model).fit(batch);
    }
  }

  private static INDArray updaterState(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getUpdater().getStateViewArray()
        : ((ComputationGraph) model).getUpdater().getStateViewArray();
  }

  private static List<Long> bits(INDArray array) {
    double[] values = array.reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).boxed().toList();
  }
}
