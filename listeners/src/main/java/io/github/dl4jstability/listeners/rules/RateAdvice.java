package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Locale;

/** Says which rate to set, as the Deeplearning4j call. */
final class RateAdvice {
  private RateAdvice() {}

  /**
   * Returns what to change.
   *
   * @param observation the present iteration
   * @param rate the rate to set; rounded to one digit
   * @return for example {@code ".updater(new Adam(3e-4)) instead of the present 0.3"}
   */
  static String set(Observation observation, double rate) {
    String updater = updater(observation);
    double present = observation.learningRate();
    return (updater.isEmpty()
            ? "a learning rate of " + oneDigit(rate)
            : ".updater(new " + updater + "(" + oneDigit(rate) + "))")
        + (present > 0 ? " instead of the present " + Numbers.text(present) : "");
  }

  /**
   * Returns advice to take a tenth of the present rate.
   *
   * @param before what to say before it, where a rate is known
   * @return for example {@code "; lower it: .updater(new Sgd(0.1)) instead of the present 1"}, or
   *     nothing for an updater without a rate
   */
  static String tenth(String before, Observation observation) {
    double present = observation.learningRate();
    return present > 0 ? before + set(observation, present / 10) : "";
  }

  /** The updater of the last layer that is trained. */
  private static String updater(Observation observation) {
    String updater = "";
    for (NetworkStructure.Layer layer : observation.structure().layers()) {
      updater = layer.trainable() ? layer.setup().updater() : updater;
    }
    return updater;
  }

  /** A rate, like any such coefficient, is not known better than that. */
  static String oneDigit(double rate) {
    String text = String.format(Locale.ROOT, "%.0e", rate);
    return rate < 0.05
        ? text.replace("e-0", "e-")
        : String.format(Locale.ROOT, rate < 1 ? "%.1f" : "%.0f", Double.parseDouble(text));
  }
}
