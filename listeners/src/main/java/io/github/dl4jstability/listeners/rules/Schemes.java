package io.github.dl4jstability.listeners.rules;

/** Names the initializer that fits an activation function, as Java to write. */
final class Schemes {
  private Schemes() {}

  static String fitting(String activation) {
    return switch (activation) {
      case "tanh",
          "hardtanh",
          "rationaltanh",
          "rectifiedtanh",
          "softsign",
          "sigmoid",
          "hardsigmoid",
          "identity",
          "softmax" ->
          "new XavierNormal()";
      case "selu" -> "new LeCunNormal()";
      default -> "new HeNormal()";
    };
  }
}
