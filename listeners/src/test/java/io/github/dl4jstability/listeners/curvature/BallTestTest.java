package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.BallTest.Change;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BallTestTest {

  @Test
  void shouldCountTheParametersThatMatterAndThoseThatBreakTheLoss() {
    List<Change> changes =
        new ArrayList<>(
            List.of(
                new Change("a", 30, 0.5),
                new Change("b", 10, Double.NaN),
                new Change("c", 60, 0.1)));
    BallTest test = new BallTest(1, changes);
    changes.clear();
    assertThat(test.shareThatMatters(0.1)).isCloseTo(0.4, within(1e-12));
    assertThat(new BallTest(1, List.of()).shareThatMatters(0.1)).isNaN();
  }

  @Test
  void shouldMoveByAQuarterOfTheSizeOrOfOne() {
    // Around the minimum of 16·|x|² the loss changes by 16·r² everywhere at a distance r.
    BallTest test = Surface.quadratic(32, 32, 32).at(0, 0, 0).ballTest();
    assertThat(test.changes().get(0).change()).isCloseTo(1, within(1e-9));
    // At x = 4 in one direction of one variable: 16·((4 + 1)² − 4²).
    BallTest aside = Surface.quadratic(32).at(4).ballTest();
    assertThat(aside.changes().get(0).change()).isCloseTo(16 * 9, within(1e-9));
  }
}
