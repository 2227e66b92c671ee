package io.github.dl4jstability.listeners.internal.stall.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LossSeriesTest {

  @Test
  void shouldJoinNeighboursWheneverItIsFull() {
    LossSeries series = new LossSeries();
    int completed = 0;
    for (int i = 0; i < 203; i++) {
      completed += series.add(LossBlock.of(i, i / 50, i, 0.1)) ? 1 : 0;
    }
    // 64 units, then 32 blocks of 2, then of 4; three units are in no block yet.
    assertThat(completed).isEqualTo(64 + 32 + 18);
    List<LossBlock> blocks = series.blocks();
    assertThat(blocks).hasSize(50);
    for (int i = 0; i < 50; i++) {
      assertThat(blocks.get(i))
          .isEqualTo(new LossBlock(4 * i, 4 * i / 50, 4 * i + 3, 4, 4 * i + 1.5, 0.1));
    }
    assertThat(series.lastHalf()).isEqualTo(blocks.subList(25, 50));
  }

  @Test
  void shouldLeaveTheMiddleOneOutOfTheLastHalf() {
    LossSeries series = new LossSeries();
    for (int i = 0; i < 5; i++) {
      series.add(LossBlock.of(i, 0, i, 0.1));
    }
    assertThat(series.lastHalf()).isEqualTo(series.blocks().subList(3, 5));
  }
}
