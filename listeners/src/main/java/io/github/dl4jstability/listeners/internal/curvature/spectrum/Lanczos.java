package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import io.github.dl4jstability.listeners.curvature.ExtremeEigenvalues;
import io.github.dl4jstability.listeners.curvature.RitzPair;
import io.github.dl4jstability.listeners.internal.curvature.landscape.FiniteDifferenceHessian;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The extreme eigenvalues of an operator, with eigenvectors, by thick-restart Lanczos.
 *
 * <p>It stops when each wanted pair has a residual below {@link #TOLERANCE} of its own value, or
 * below {@link #NOISE} of the largest magnitude, where differences of gradients end; when the whole
 * space is spanned; or when products or budget are used up.
 */
public final class Lanczos {
  /** Half of what eigenvalues should be good for: the residual bounds their error. */
  private static final double TOLERANCE = 5e-6;

  /** The relative error of a product by finite differences, see {@link FiniteDifferenceHessian}. */
  private static final double NOISE = 1e-8;

  private static final int CHECK_EVERY = 4;

  private final SymmetricOperator operator;
  private final int capacity;
  private final int mostProducts;
  private final SplittableRandom random;
  private int products;

  /**
   * {@code capacity} bounds the vectors that are kept at a time; below the number of steps needed,
   * the iteration restarts.
   */
  public Lanczos(
      SymmetricOperator operator, int capacity, int mostProducts, SplittableRandom random) {
    this.operator = operator;
    this.capacity = capacity;
    this.mostProducts = mostProducts;
    this.random = random;
  }

  public ExtremeEigenvalues extremes(int count) {
    int wanted = (int) Math.min(count, operator.rank());
    INDArray start = Vectors.gaussian(operator.dimension(), random);
    operator.restrict(start);
    int room = Math.max(capacity, 2 * wanted + 4);
    try (KrylovSpace space = new KrylovSpace(operator, start, room, random)) {
      Vectors.free(start);
      boolean converged = iterate(space, wanted);
      return space.size() == 0
          ? new ExtremeEigenvalues(List.of(), List.of(), products, false)
          : result(space, wanted, converged);
    }
  }

  /** Grows the space until the ends are good enough; false if it had to stop before. */
  private boolean iterate(KrylovSpace space, int wanted) {
    while (products < mostProducts && operator.affordable(1 + 2 * wanted)) {
      products++;
      if (!space.extend()) {
        throw new ArithmeticException("the curvature is not finite at this point");
      }
      if (space.isComplete()) {
        return true;
      }
      if (space.isFull() || (space.size() >= 2 * wanted && space.size() % CHECK_EVERY == 0)) {
        RitzValues ritz = space.ritzValues();
        if (isConverged(ritz, wanted)) {
          return true;
        }
        if (space.isFull() && products < mostProducts) {
          space.keep(ritz, ends(ritz.count(), wanted));
        }
      }
    }
    return false;
  }

  private static boolean isConverged(RitzValues ritz, int wanted) {
    int count = ritz.count();
    for (int i = 0; i < wanted; i++) {
      if (count < 2 * wanted || !isGood(ritz, i) || !isGood(ritz, count - 1 - i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isGood(RitzValues ritz, int index) {
    double allowed =
        Math.max(TOLERANCE * Math.abs(ritz.value(index)), NOISE * ritz.largestMagnitude());
    return ritz.residual(index) <= allowed;
  }

  /** A third of the space is kept: more than is wanted, for the next ones speed up convergence. */
  private static int[] ends(int count, int wanted) {
    int each = Math.min((count - 2) / 2, Math.max(wanted + 1, count / 6));
    return IntStream.concat(IntStream.range(0, each), IntStream.range(count - each, count))
        .toArray();
  }

  private ExtremeEigenvalues result(KrylovSpace space, int wanted, boolean converged) {
    RitzValues ritz = space.ritzValues();
    int count = Math.min(wanted, ritz.count());
    List<RitzPair> smallest = new ArrayList<>();
    List<RitzPair> largest = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      smallest.add(pair(space, ritz, i));
      largest.add(pair(space, ritz, ritz.count() - 1 - i));
    }
    return new ExtremeEigenvalues(smallest, largest, products, converged);
  }

  /** The residual is computed, not taken from the recurrence, as long as the budget allows. */
  private RitzPair pair(KrylovSpace space, RitzValues ritz, int index) {
    INDArray vector = space.vector(ritz.coordinates(index));
    vector.divi(Vectors.norm(vector));
    if (!operator.affordable(1)) {
      return new RitzPair(ritz.value(index), vector, ritz.residual(index));
    }
    INDArray product = Vectors.zeros(vector.length());
    operator.multiply(vector, product);
    operator.restrict(product);
    products++;
    double value = Vectors.dot(vector, product);
    Vectors.addTo(product, -value, vector);
    double residual = Vectors.norm(product);
    Vectors.free(product);
    return new RitzPair(value, vector, residual);
  }
}
