package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import io.github.dl4jstability.listeners.curvature.TraceEstimate;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The trace by Hutch++ (Meyer, Musco, Musco, Woodruff 2021, arXiv:2010.09649): exact on a space
 * where the large eigenvalues are, and by random signs on the rest.
 *
 * <p>The space is a Krylov space (Chen, Hallman 2023, arXiv:2205.01736): it holds both ends of the
 * spectrum, and its part of the trace needs no further products. It gets as many products as there
 * are samples. Only the second part is random, so its spread gives the standard error.
 */
public final class HutchPlusPlus {
  private final SymmetricOperator operator;
  private final SplittableRandom random;
  private int products;

  public HutchPlusPlus(SymmetricOperator operator, SplittableRandom random) {
    this.operator = operator;
    this.random = random;
  }

  /** As many random vectors as {@code samples}, and a space of as many or {@code capacity}. */
  public TraceEstimate trace(int samples, int capacity) {
    INDArray start = Vectors.gaussian(operator.dimension(), random);
    operator.restrict(start);
    int steps = Math.min(samples, capacity);
    try (KrylovSpace space = new KrylovSpace(operator, start, steps, random)) {
      Vectors.free(start);
      while (!space.isFull() && operator.affordable(1)) {
        products++;
        if (!space.extend()) {
          return new TraceEstimate(Double.NaN, Double.NaN, products);
        }
      }
      return space.isComplete()
          ? new TraceEstimate(space.trace(), 0, products)
          : withRest(space, samples);
    }
  }

  private TraceEstimate withRest(KrylovSpace space, int samples) {
    INDArray product = Vectors.zeros(operator.dimension());
    double sum = 0;
    double squares = 0;
    int count = 0;
    while (count < samples && operator.affordable(1)) {
      INDArray sign = Vectors.signs(operator.dimension(), random);
      operator.restrict(sign);
      space.removeFrom(sign);
      operator.multiply(sign, product);
      products++;
      double form = Vectors.dot(sign, product);
      Vectors.free(sign);
      sum += form;
      squares += form * form;
      count++;
    }
    Vectors.free(product);
    double mean = sum / count;
    double variance = Math.max(0, (squares - count * mean * mean) / (count - 1));
    double error = count > 1 ? Math.sqrt(variance / count) : Double.NaN;
    return new TraceEstimate(space.trace() + mean, error, products);
  }
}
