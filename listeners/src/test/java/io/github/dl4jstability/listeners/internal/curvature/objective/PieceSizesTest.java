package io.github.dl4jstability.listeners.internal.curvature.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.ProbedNetworks;
import io.github.dl4jstability.listeners.internal.curvature.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Examples that are evaluated piece by piece. */
class PieceSizesTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private final Model model =
      ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common().l2(0.01));

  private static List<MultiDataSet> minibatches(int... sizes) {
    List<MultiDataSet> all = new ArrayList<>();
    for (int size : sizes) {
      all.add(
          new MultiDataSet(
              ProbedNetworks.normal(all.size(), size, 4), ProbedNetworks.classes(size, 3)));
    }
    return all;
  }

  @Test
  void shouldGiveTheSameLossGradientAndCurvatureInPiecesOfAnySize() {
    List<MultiDataSet> all = minibatches(7, 1, 4, 7, 5);
    MultiDataSet together =
        new MultiDataSet(
            Nd4j.concat(0, all.stream().map(d -> d.getFeatures(0)).toArray(INDArray[]::new)),
            Nd4j.concat(0, all.stream().map(d -> d.getLabels(0)).toArray(INDArray[]::new)));
    Probe whole = Probe.on(model, together);
    INDArray direction = ProbedNetworks.normal(3, 1, whole.dimension());
    for (int size : new int[] {1, 2, 6, 24, 100}) {
      Probe probe = Probe.on(model, all).inPiecesOf(size);
      assertThat(probe.largestPiece()).isLessThanOrEqualTo(size);
      assertThat(probe.examples()).isEqualTo(24);
      assertThat(probe.loss()).isCloseTo(whole.loss(), within(1e-12));
      assertThat(probe.gradient().distance2(whole.gradient())).isLessThan(1e-12);
      assertThat(
              probe
                  .hessianVectorProduct(direction)
                  .distance2(whole.hessianVectorProduct(direction)))
          .isLessThan(1e-8);
    }
  }

  @Test
  void shouldJoinSmallMinibatchesAndLeaveThoseApartThatDiffer() {
    Probe probe = Probe.on(model, minibatches(4, 4, 4, 4));
    assertThat(probe.largestPiece()).isEqualTo(4);
    assertThat(probe.inPiecesOf(16).largestPiece()).isEqualTo(16);
    List<MultiDataSet> masked = minibatches(4, 4);
    MultiDataSet plain = masked.get(0);
    INDArray[] mask = {Nd4j.ones(4, 1)};
    masked.set(0, new MultiDataSet(plain.getFeatures(), plain.getLabels(), null, mask));
    assertThat(Probe.on(model, masked).inPiecesOf(16).largestPiece()).isEqualTo(4);
  }

  @Test
  void shouldCutUntilAPieceKeepsTheBoundOfMemory() {
    int fitting = 64;
    for (long bytes = 1 << 26; fitting == 64; bytes /= 2) {
      Probe probe = Probe.on(model, minibatches(64));
      probe.fitPieces(LONG, bytes);
      fitting = probe.largestPiece();
    }
    assertThat(fitting).isBetween(1, 63);
  }

  @Test
  void shouldSayTheNumbersWhereNotEvenOneExampleKeepsTheBounds() {
    Probe probe = Probe.on(model, minibatches(8));
    assertThatThrownBy(() -> probe.fitPieces(LONG, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a gradient over 1 example")
        .hasMessageContaining("(curvatureMemory)");
    assertThatThrownBy(() -> probe.fitPieces(Duration.ofNanos(1), 1L << 30))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldNotAskForMoreWorkThanOnePieceBeforeThePaceIsAsked() {
    List<Double> asked = new ArrayList<>();
    Probe probe = Probe.on(model, minibatches(10, 10));
    probe.inPiecesOf(5).pacedBy(recording(asked));
    probe.gradient();
    assertThat(asked).containsExactly(5.0, 5.0, 5.0, 5.0);
  }

  private static Pace recording(List<Double> asked) {
    return new Pace() {
      @Override
      public void beforePiece(double work) {
        asked.add(work);
      }

      @Override
      public long workedNanos() {
        return 0;
      }
    };
  }
}
