package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import io.github.dl4jstability.listeners.curvature.SpectralDensity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Spectral density by stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017,
 * doi:10.1137/16M1104974; Ghorbani, Krishnan, Xiao 2019, arXiv:1901.10159).
 *
 * <p>From a random direction, Lanczos gives the Gauss quadrature of the spectrum as that direction
 * sees it: nodes are the Ritz values, weights the squared first coordinates of their vectors. The
 * mean over directions is unbiased for all moments up to twice the number of steps.
 */
public final class LanczosQuadrature {
  private record Node(double value, double weight) {}

  private final SymmetricOperator operator;
  private final SplittableRandom random;

  public LanczosQuadrature(SymmetricOperator operator, SplittableRandom random) {
    this.operator = operator;
    this.random = random;
  }

  public SpectralDensity density(int directions, int steps) {
    List<Node> nodes = new ArrayList<>();
    int products = 0;
    int used = 0;
    while (used < directions && operator.affordable(steps)) {
      INDArray start = Vectors.gaussian(operator.dimension(), random);
      operator.restrict(start);
      try (KrylovSpace space = new KrylovSpace(operator, start, steps, random)) {
        Vectors.free(start);
        do {
          products++;
          if (!space.extend()) {
            throw new ArithmeticException("the curvature is not finite at this point");
          }
        } while (!space.isFull() && space.coupling() > 0);
        addNodes(nodes, space.ritzValues());
      }
      used++;
    }
    return combine(nodes, used, products);
  }

  private static void addNodes(List<Node> nodes, RitzValues ritz) {
    for (int i = 0; i < ritz.count(); i++) {
      double first = ritz.coordinates(i)[0];
      nodes.add(new Node(ritz.value(i), first * first));
    }
  }

  private static SpectralDensity combine(List<Node> nodes, int directions, int products) {
    nodes.sort(Comparator.comparingDouble(Node::value));
    return new SpectralDensity(
        nodes.stream().mapToDouble(Node::value).toArray(),
        nodes.stream().mapToDouble(node -> node.weight() / directions).toArray(),
        products);
  }
}
