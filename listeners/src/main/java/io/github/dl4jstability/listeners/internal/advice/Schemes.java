package io.github.dl4jstability.listeners.internal.advice;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import java.util.Locale;

/**
 * Names the initializer that fits a layer, as Java to write: the one table of such advice. It says
 * for each layer what {@code ActivationAware.rules()} of the initializers does with it, so that
 * whoever follows a diagnosis and whoever initializes the whole network get the same weights; a
 * test compares the two.
 */
public final class Schemes {
  private Schemes() {}

  /** Returns for example {@code "new HeNormal()"}. */
  public static String fitting(Layer layer) {
    String activation = plain(layer.activation());
    boolean first = layer.setup().readsFeatures();
    return layer.output()
        ? "new LeCunNormal()"
        : switch (activation) {
          case "selu" -> "new LeCunNormal()";
          case "identity", "softmax" -> "new XavierNormal()";
          case "sigmoid" -> first ? "new XavierNormal()" : "new XavierNormal(4)";
          case "gelu", "swish", "mish" ->
              first ? "new XavierNormal()" : "new XavierNormal(Math.sqrt(2))";
          case "tanh", "hardtanh", "rationaltanh", "softsign" ->
              "new XavierNormal(" + constant(activation) + ")";
          case "elu",
              "softplus",
              "hardsigmoid",
              "rectifiedtanh",
              "rrelu",
              "thresholdedrelu",
              "cube" ->
              "new HeNormal(" + constant(activation) + ")";
          default -> "new HeNormal()";
        };
  }

  /** Without parameters: {@code "leakyrelu(a=0.01)"} is a leaky ReLU. */
  private static String plain(String activation) {
    return activation.replaceAll("\\(.*", "").replace("_", "");
  }

  private static String constant(String activation) {
    return "Activation." + activation.toUpperCase(Locale.ROOT);
  }
}
