package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.measurement.Moments;
import java.util.List;
import java.util.Locale;

/**
 * What an {@link InitializationAudit} saw and what it concludes.
 *
 * @param verdict the conclusion
 * @param findings the reasons, in words with their numbers; also lesser ones that do not decide
 * @param remedy what mends it, as the call to use: on a copy of the network the verdict is fine
 *     after it, and ten iterations of training on this batch, with the network's own updater, stay
 *     finite and do not raise the loss to more than twice its start; empty if nothing is wrong or
 *     nothing that was tried helps
 * @param layers the hidden layers with weights that are not frozen, in the order of the forward
 *     pass
 * @param forwardFactor the spread of the last hidden layer's weighted inputs divided by the first's
 * @param backwardFactor the spread of the gradients at the first hidden layer divided by the last's
 * @param loss the loss per sample, without regularization
 * @param chanceLoss the loss of a network that knows nothing: ln C for softmax over C classes, C·ln
 *     2 for C sigmoids, in sequences for each time step that the mask keeps; NaN for other losses
 */
public record AuditReport(
    Verdict verdict,
    List<String> findings,
    String remedy,
    List<Layer> layers,
    double forwardFactor,
    double backwardFactor,
    double loss,
    double chanceLoss) {

  /** What will become of training from these weights. */
  public enum Verdict {
    /** Nothing is wrong. */
    FINE,
    /** Signals or gradients fade with depth: the layers far from the loss hardly learn. */
    VANISHES,
    /** Signals or gradients grow with depth: no learning rate fits all layers. */
    EXPLODES,
    /** Units are copies of each other in both directions and will remain so. */
    SYMMETRIC,
    /** Most units sit where their activation is flat. */
    SATURATED,
    /** Most units of a layer are not active for any sample. */
    DEAD,
    /** There are NaN or infinite values. */
    NOT_FINITE,
    /** What could be measured is fine, but some hidden layers with weights could not be. */
    UNKNOWN
  }

  /**
   * One hidden layer.
   *
   * @param name its name
   * @param isAtOutput whether it is a recurrent, attention or other layer without one weighted
   *     input: then the three moments are of its output, over all samples, units and time steps,
   *     and of the gradient by its output
   * @param units the number of its units or channels
   * @param weightedInput moments of what goes into the activation
   * @param activation moments of what comes out of it
   * @param gradient moments of the gradient of the mean loss by the weighted input
   * @param forwardGrowth the spread of the weighted input relative to the layer before; 1 for the
   *     first
   * @param backwardGrowth the spread of the gradient relative to the layer behind, so the factor of
   *     the gradient through that layer; 1 for the last
   * @param saturatedShare share of values where the slope of a bounded activation is below 5 % of
   *     its largest; 0 for unbounded activations
   * @param deadShare share of units whose slope is 0 for every sample
   * @param identicalShare share of units that are not dead and have a twin: the same weighted input
   *     and the same gradient for every sample, also after a few steps of training
   */
  public record Layer(
      String name,
      boolean isAtOutput,
      int units,
      Moments weightedInput,
      Moments activation,
      Moments gradient,
      double forwardGrowth,
      double backwardGrowth,
      double saturatedShare,
      double deadShare,
      double identicalShare) {

    Layer withIdenticalShare(double share) {
      return new Layer(
          name,
          isAtOutput,
          units,
          weightedInput,
          activation,
          gradient,
          forwardGrowth,
          backwardGrowth,
          saturatedShare,
          deadShare,
          share);
    }
  }

  /** Copies the lists. */
  public AuditReport {
    requireNonNull(verdict, "verdict");
    requireNonNull(remedy, "remedy");
    findings = List.copyOf(findings);
    layers = List.copyOf(layers);
  }

  AuditReport withRemedy(String newRemedy) {
    return new AuditReport(
        verdict, findings, newRemedy, layers, forwardFactor, backwardFactor, loss, chanceLoss);
  }

  /** Returns the verdict, its reasons, the remedy and a table of the layers. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("verdict: ").append(verdict).append('\n');
    findings.forEach(finding -> text.append("  ").append(finding).append('\n'));
    if (!remedy.isEmpty()) {
      text.append("remedy: ").append(remedy).append('\n');
    }
    text.append(
        String.format(
            Locale.ROOT,
            "over the whole depth: forward %.3g, backward %.3g; loss %.4g, at chance %.4g%n",
            forwardFactor,
            backwardFactor,
            loss,
            chanceLoss));
    text.append(
        String.format(
            Locale.ROOT,
            "%-20s %10s %10s %8s %10s %8s %9s %6s %9s%n",
            "layer",
            "z std",
            "act std",
            "growth",
            "grad std",
            "growth",
            "saturated",
            "dead",
            "identical"));
    for (Layer layer : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %10.3g %10.3g %8.3g %10.3g %8.3g %8.0f%% %5.0f%% %8.0f%%%n",
              layer.name,
              layer.weightedInput.standardDeviation(),
              layer.activation.standardDeviation(),
              layer.forwardGrowth,
              layer.gradient.standardDeviation(),
              layer.backwardGrowth,
              100 * layer.saturatedShare,
              100 * layer.deadShare,
              100 * layer.identicalShare));
    }
    return text.toString();
  }
}
