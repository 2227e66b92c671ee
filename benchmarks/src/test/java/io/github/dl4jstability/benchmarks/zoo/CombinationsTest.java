package io.github.dl4jstability.benchmarks.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of what is trained. */
class CombinationsTest {
  private final List<Combination> all =
      Families.all().stream().flatMap(Family::combinations).toList();

  @Test
  void shouldHaveThousandsUnderNamesOfTheirOwn() {
    assertThat(all).hasSizeGreaterThan(2000);
    assertThat(all.stream().map(Combination::id).distinct()).hasSize(all.size());
  }

  @Test
  void shouldCutOnlySequencesIntoPieces() {
    assertThat(all)
        .filteredOn(combination -> combination.shape() == Shape.TBPTT)
        .isNotEmpty()
        .allMatch(combination -> combination.family().inputs().get(0).hasSteps());
  }

  @Test
  void shouldGiveTheSameMinibatchesEachTime() {
    for (Combination combination : all.subList(0, 40)) {
      assertThat(Minibatches.of(combination)).isEqualTo(Minibatches.of(combination));
    }
  }
}
