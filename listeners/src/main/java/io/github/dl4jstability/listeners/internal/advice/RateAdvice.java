package io.github.dl4jstability.listeners.internal.advice;

import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Locale;

/**
 * Says which rate to set, as the Deeplearning4j call: the one place that words it.
 *
 * @param updater simple name of the updater's configuration; empty if unknown
 * @param present the present rate; NaN if the updater has none
 */
public record RateAdvice(String updater, double present) {
  /** The one that {@code new Nesterovs(rate, momentum)} has to be given anew: the usual one. */
  private static final String MOMENTUM = "0.9";

  /** Of the updater of the last layer that is trained. */
  public static RateAdvice of(Observation now) {
    String updater = "";
    for (NetworkStructure.Layer layer : now.structure().layers()) {
      updater = layer.trainable() ? layer.setup().updater() : updater;
    }
    return new RateAdvice(updater, now.learningRate());
  }

  /**
   * Returns what to change.
   *
   * @param rate the rate to set; rounded to one digit
   * @return for example {@code ".updater(new Adam(3e-4)) instead of the present 0.3"}
   */
  public String set(double rate) {
    return call(oneDigit(rate))
        + (present > 0 ? " instead of the present " + Numbers.text(present) : "");
  }

  /** The constructor with one argument takes the rate, but that of Nesterovs the momentum. */
  private String call(String rate) {
    return switch (updater) {
      case "Sgd", "Adam", "AdaMax", "AMSGrad", "Nadam", "AdaBelief", "AdaGrad", "RmsProp" ->
          ".updater(new " + updater + "(" + rate + "))";
      case "Nesterovs" -> ".updater(new Nesterovs(" + rate + ", " + MOMENTUM + "))";
      default -> "a learning rate of " + rate;
    };
  }

  /**
   * Returns advice to take a tenth of the present rate.
   *
   * @param before what to say before it, where a rate is known
   * @return for example {@code "; lower it: .updater(new Sgd(0.1)) instead of the present 1"}, or
   *     nothing for an updater without a rate
   */
  public String tenth(String before) {
    return present > 0 ? before + set(present / 10) : "";
  }

  /** Returns a sentence that asks for a rate or, where the present one is unknown, for less. */
  public String lowered(double rate) {
    return present > 0 ? set(rate) + "." : "Lower the learning rate to a tenth.";
  }

  /** A rate, like any such coefficient, is not known better than that. */
  public static String oneDigit(double rate) {
    String text = String.format(Locale.ROOT, "%.0e", rate);
    return rate < 0.05
        ? text.replace("e-0", "e-")
        : String.format(Locale.ROOT, rate < 1 ? "%.1f" : "%.0f", Double.parseDouble(text));
  }
}
