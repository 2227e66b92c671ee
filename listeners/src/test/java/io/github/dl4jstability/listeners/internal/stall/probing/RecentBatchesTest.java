package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Networks;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Which minibatches are kept of those that pass through training. */
class RecentBatchesTest {
  private static final DataSet BATCH = Networks.batches("dense", DataType.FLOAT, 1).get(0);

  /** Trains on new arrays each time; stops when there are enough. */
  private static RecentBatches take(int enough, IntFunction<INDArray> features) {
    RecentBatches batches = new RecentBatches(enough, 64L << 20);
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model model) {
            batches.take(model);
          }
        });
    for (int i = 0; i < 10 && !batches.isComplete(); i++) {
      network.fit(new DataSet(features.apply(i), BATCH.getLabels().dup()));
    }
    return batches;
  }

  private static long examples(RecentBatches batches) {
    return batches.data().stream().mapToLong(data -> data.getFeatures(0).size(0)).sum();
  }

  @Test
  void shouldTakeTheDataOnceWhereAllOfThemAreOneMinibatch() {
    RecentBatches batches = take(1000, i -> BATCH.getFeatures().dup());
    assertThat(batches.isComplete()).isTrue();
    assertThat(examples(batches)).isEqualTo(BATCH.numExamples());
    assertThat(batches.data().get(0).getFeatures(0)).isEqualTo(BATCH.getFeatures());
  }

  @Test
  void shouldGoOnWhereMinibatchesDiffer() {
    RecentBatches batches = take(4 * BATCH.numExamples(), i -> BATCH.getFeatures().add(1e-6 * i));
    assertThat(batches.isComplete()).isTrue();
    assertThat(examples(batches)).isEqualTo(4L * BATCH.numExamples());
  }

  @Test
  void shouldNotTakeTwoEqualMinibatchesInARowForAllData() {
    RecentBatches batches =
        take(3 * BATCH.numExamples(), i -> BATCH.getFeatures().add(i < 2 ? 0 : i));
    assertThat(batches.isComplete()).isTrue();
    assertThat(examples(batches)).isEqualTo(3L * BATCH.numExamples());
  }
}
