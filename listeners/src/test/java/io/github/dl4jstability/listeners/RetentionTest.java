package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** A listener that lives on, for its diagnoses, keeps no network and no memory of one. */
class RetentionTest {
  private final List<WeakReference<Object>> of = new ArrayList<>();

  /** Trains networks of a kind and refers to what must go with them. */
  private void train(StabilityListener listener, String kind, int models) {
    for (int i = 0; i < models; i++) {
      Model model = Networks.build(kind, new Adam(0.01), DataType.FLOAT);
      model.setListeners(listener);
      for (DataSet batch : Networks.batches(kind, DataType.FLOAT, 45)) {
        if (model instanceof MultiLayerNetwork network) {
          network.fit(batch);
        } else {
          ((ComputationGraph) model).fit(batch);
        }
      }
      of.add(new WeakReference<>(model));
      of.add(new WeakReference<>(model.params()));
      of.add(new WeakReference<>(model.params().data()));
      of.add(new WeakReference<>(model.getGradientsViewArray().data()));
      model.paramTable().values().forEach(array -> of.add(new WeakReference<>(array)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "convolution", "lstm", "graph"})
  void shouldKeepNoNetworkWhileItLives(String kind) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener = StabilityListener.reportingTo(storage);
    train(listener, kind, 6);
    assertThat(Garbage.left(of)).isZero();
    assertThat(listener.diagnoses()).isNotNull();
  }

  @Test
  void shouldKeepNoNetworkWhenClosed() {
    StabilityListener listener =
        StabilityListener.builder().preset(Preset.FULL).onDiagnosis(diagnosis -> {}).build();
    train(listener, "dense", 3);
    listener.close();
    assertThat(Garbage.left(of)).isZero();
    assertThat(listener.diagnoses()).isNotNull();
  }

  @Test
  void shouldKeepNoNetworkWhoseIterationsWaitForAStorage() {
    SlowStorage blocked = SlowStorage.blocked();
    StabilityListener listener = StabilityListener.reportingTo(blocked);
    train(listener, "dense", 3);
    assertThat(Garbage.left(of)).isZero();
    assertThat(listener.diagnoses()).isNotNull();
    blocked.release();
  }
}
