package io.github.dl4jstability.listeners.internal.rules.initialization;

import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An activation function f of weighted inputs that are normal with mean 0 and variance q: E[f²],
 * the second moment it passes on, and E[f′²], the factor by which it multiplies the second moment
 * of gradients (Poole et al. 2016, arXiv:1606.05340).
 *
 * <p>The integrals are sums over the middles of 1600 intervals from −8 to 8 standard deviations
 * (error below 1e-4 of the result, kinks included); f′ is a central difference, over a step that is
 * short against √q, so that it does not reach across a kink at 0.
 *
 * @param function the function
 */
record Nonlinearity(DoubleUnaryOperator function) {
  private static final double REACH = 8;
  private static final int INTERVALS = 1600;
  private static final double STEP = 1e-5;

  /** Shorter steps lose the difference in rounding. */
  private static final double SHORTEST_STEP = 1e-9;

  /** Returns the function that Deeplearning4j writes with a name; empty if we do not know it. */
  static Optional<Nonlinearity> of(String name) {
    String plain = name.replaceAll("\\(.*", "").replace("_", "");
    return Optional.ofNullable(named(plain)).map(Nonlinearity::new);
  }

  private static @Nullable DoubleUnaryOperator named(String plain) {
    return switch (plain) {
      case "identity" -> x -> x;
      case "relu", "relu6" -> x -> Math.max(0, x);
      case "leakyrelu", "lrelu" -> x -> x > 0 ? x : 0.01 * x;
      case "elu" -> x -> x > 0 ? x : Math.expm1(x);
      case "selu" -> x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
      case "sigmoid" -> Nonlinearity::sigmoid;
      case "hardsigmoid" -> x -> Math.max(0, Math.min(1, 0.2 * x + 0.5));
      case "tanh" -> Math::tanh;
      case "hardtanh" -> x -> Math.max(-1, Math.min(1, x));
      case "rationaltanh" -> x -> 1.7159 * Math.tanh(2 * x / 3);
      case "rectifiedtanh" -> x -> Math.max(0, Math.tanh(x));
      case "softsign" -> x -> x / (1 + Math.abs(x));
      case "softplus" -> x -> x > 30 ? x : Math.log1p(Math.exp(x));
      case "swish" -> x -> x * sigmoid(x);
      case "mish" -> x -> x * Math.tanh(x > 30 ? x : Math.log1p(Math.exp(x)));
      case "gelu" -> x -> 0.5 * x * (1 + Math.tanh(0.7978845608 * (x + 0.044715 * x * x * x)));
      default -> null;
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** E[f(√q·z)²]. */
  double secondMoment(double q) {
    return expectation(Math.sqrt(q), function);
  }

  /** E[f′(√q·z)²]. */
  double slopes(double q) {
    double spread = Math.sqrt(q);
    double step = Math.max(SHORTEST_STEP, STEP * Math.min(1, spread));
    return expectation(
        spread,
        x -> (function.applyAsDouble(x + step) - function.applyAsDouble(x - step)) / (2 * step));
  }

  private static double expectation(double spread, DoubleUnaryOperator g) {
    double sum = 0;
    double mass = 0;
    for (int i = 0; i < INTERVALS; i++) {
      double z = REACH * ((2.0 * i + 1) / INTERVALS - 1);
      double weight = Math.exp(-0.5 * z * z);
      double value = g.applyAsDouble(spread * z);
      sum += weight * value * value;
      mass += weight;
    }
    return sum / mass;
  }
}
