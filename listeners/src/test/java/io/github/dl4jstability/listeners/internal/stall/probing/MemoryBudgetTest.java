package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Networks;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class MemoryBudgetTest {
  private final Model model = Networks.build("dense", new Sgd(0.1), DataType.FLOAT);

  @Test
  void shouldBeATenthOfTheResidentMemoryAndAtLeast64Megabytes() {
    assertThat(MemoryBudget.now(0).bytes()).isGreaterThanOrEqualTo(64L << 20);
    assertThat(MemoryBudget.now(1000).bytes()).isEqualTo(1000);
  }

  @Test
  void shouldGiveLanczosWhatIsLeftOfHalf() {
    long vector = Double.BYTES * model.numParams();
    assertThat(new MemoryBudget(2 * 50 * vector).vectors(model)).isEqualTo(36);
    assertThat(new MemoryBudget(2 * 20 * vector).obstacle(model)).isEmpty();
    assertThat(new MemoryBudget(2 * 19 * vector).obstacle(model))
        .get()
        .asString()
        .contains("a look at " + model.numParams() + " parameters takes")
        .contains("(curvatureMemory)");
  }

  @Test
  void shouldRefuseDataThatTakeMoreThanAQuarter() {
    List<MultiDataSet> data =
        List.of(new MultiDataSet(Nd4j.ones(DataType.FLOAT, 10, 8), Nd4j.ones(10, 2)));
    assertThat(new MemoryBudget(4 * 800).obstacle(data)).isEmpty();
    assertThat(new MemoryBudget(4 * 799).obstacle(data))
        .get()
        .asString()
        .contains("(curvatureMemory)");
  }
}
