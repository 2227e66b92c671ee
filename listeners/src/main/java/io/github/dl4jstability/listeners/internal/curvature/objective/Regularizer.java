package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The penalties that training adds to the mean loss: l1·‖w‖₁, ½·l2·‖w‖², and ½·c·‖w‖² for weight
 * decay, each for the parameters and at the value of the schedule that the configuration says.
 *
 * <p>At a rate of 1 Deeplearning4j's own step of a penalty is its gradient. (Weight decay is no
 * gradient for updaters other than SGD; its score, which this follows, is the same.)
 */
final class Regularizer {

  private record Term(INDArray params, INDArray gradients, Regularization penalty) {
    boolean curved() {
      return !(penalty instanceof L1Regularization);
    }
  }

  private final List<Term> terms = new ArrayList<>();
  private int iteration;
  private int epoch;

  /** Works on the arrays given here: parameters of the probe and gradients of the probe. */
  Regularizer(ParameterLayout layout, INDArray params, INDArray gradients) {
    for (ParameterLayout.Slot slot : layout.slots()) {
      if (slot.trained()) {
        long end = slot.offset() + slot.length();
        for (Regularization penalty : slot.regularization()) {
          terms.add(
              new Term(
                  Vectors.slice(params, slot.offset(), end),
                  Vectors.slice(gradients, slot.offset(), end),
                  penalty));
        }
      }
    }
  }

  /** Sets the time at which schedules are read. */
  void at(int iteration, int epoch) {
    this.iteration = iteration;
    this.epoch = epoch;
  }

  double penalty() {
    double sum = 0;
    for (Term term : terms) {
      sum += term.penalty().score(term.params(), iteration, epoch);
    }
    return sum;
  }

  /** Adds the gradient of the penalties, all or only those with curvature. */
  void addGradient(boolean onlyCurved) {
    for (Term term : terms) {
      if (!onlyCurved || term.curved()) {
        term.penalty().apply(term.params(), term.gradients(), 1, iteration, epoch);
      }
    }
  }
}
