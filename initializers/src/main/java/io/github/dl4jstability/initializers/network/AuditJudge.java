package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Draws the conclusion of an {@link InitializationAudit} from its measurements. */
final class AuditJudge {

  private static final double LIMIT = 100;

  /** Every scheme in use is within a factor of 4 (the gain for sigmoid) of 1/√fan. */
  private static final double ODD_WIDTH = 6;

  private AuditJudge() {}

  /** Kernels much wider or narrower than both of their fans ask for; zeros may be on purpose. */
  private static List<String> oddWidths(Model model) {
    List<String> findings = new ArrayList<>();
    for (NetworkParameter parameter : NetworkParameters.of(model)) {
      double spread = Moments.of(parameter.array()).rootMeanSquare();
      double in = parameter.fans().in();
      double out = parameter.fans().out();
      if (parameter.role() == ParameterRole.WEIGHT && Math.min(in, out) > 0 && spread > 0) {
        double wide = spread * Math.sqrt(Math.min(in, out));
        double narrow = spread * Math.sqrt(Math.max(in, out));
        if (wide > ODD_WIDTH || narrow < 1 / ODD_WIDTH) {
          findings.add(
              text(
                  "%s: the weights' root mean square %.3g is %.3g times 1/√fan",
                  parameter.path(), spread, wide > ODD_WIDTH ? wide : narrow));
        }
      }
    }
    return findings;
  }

  static AuditReport judge(Model model, List<AuditReport.Layer> rows, double loss) {
    double chanceLoss = chanceLoss(model);
    List<String> findings = new ArrayList<>();
    Verdict verdict = Verdict.FINE;
    double forward = 1;
    double backward = 1;
    if (!rows.isEmpty()) {
      AuditReport.Layer first = rows.get(0);
      AuditReport.Layer last = rows.get(rows.size() - 1);
      forward =
          ratio(
              last.weightedInput().standardDeviation(), first.weightedInput().standardDeviation());
      backward = ratio(first.gradient().standardDeviation(), last.gradient().standardDeviation());
    }
    if (!Double.isFinite(loss)
        || rows.stream().anyMatch(r -> !r.weightedInput().isFinite() || !r.gradient().isFinite())) {
      findings.add("there are NaN or infinite values");
      verdict = Verdict.NOT_FINITE;
    }
    for (AuditReport.Layer row : rows) {
      if (row.identicalShare() > 0) {
        findings.add(
            text("%s: %.0f %% of the units have a twin", row.name(), 100 * row.identicalShare()));
        verdict = first(verdict, Verdict.SYMMETRIC);
      }
    }
    verdict =
        first(
            verdict, depth("weighted inputs from the first to the last layer", forward, findings));
    verdict =
        first(verdict, depth("gradients from the last to the first layer", backward, findings));
    for (AuditReport.Layer row : rows) {
      if (row.saturatedShare() > 0.5) {
        findings.add(
            text(
                "%s: %.0f %% of the values are saturated", row.name(), 100 * row.saturatedShare()));
        verdict = first(verdict, Verdict.SATURATED);
      }
      if (row.deadShare() > deadLimit(row.units())) {
        findings.add(text("%s: %.0f %% of the units are dead", row.name(), 100 * row.deadShare()));
        verdict = first(verdict, Verdict.DEAD);
      }
    }
    findings.addAll(oddWidths(model));
    if (loss > 2 * chanceLoss) {
      findings.add(
          text(
              "the loss is %.3g, but a network that knows nothing has %.3g: the output layer's weights"
                  + " are too large for what they get",
              loss, chanceLoss));
    }
    return new AuditReport(verdict, findings, "", rows, forward, backward, loss, chanceLoss);
  }

  private static Verdict depth(String what, double factor, List<String> findings) {
    if (factor > LIMIT || factor < 1 / LIMIT) {
      findings.add(text("the spread of %s changes by a factor of %.3g", what, factor));
      return factor > LIMIT ? Verdict.EXPLODES : Verdict.VANISHES;
    }
    return Verdict.FINE;
  }

  /** Four standard deviations above what deep random ReLU layers have by chance. */
  private static double deadLimit(int units) {
    return Math.min(0.5 + 2 / Math.sqrt(units), 0.95);
  }

  /** 0/0, as in a network of zeros, is no change. */
  private static double ratio(double spread, double reference) {
    return spread == 0 && reference == 0 ? 1 : spread / reference;
  }

  private static Verdict first(Verdict present, Verdict next) {
    return present == Verdict.FINE ? next : present;
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private static double chanceLoss(Model model) {
    double sum = 0;
    for (org.deeplearning4j.nn.conf.layers.Layer layer : TappedCopy.outputLayers(model)) {
      if (!(layer instanceof BaseOutputLayer output)) {
        return Double.NaN;
      }
      ILossFunction function = output.getLossFn();
      IActivation activation = output.getActivationFn();
      if (function instanceof LossMCXENT && activation instanceof ActivationSoftmax) {
        sum += Math.log((double) output.getNOut());
      } else if (function instanceof LossBinaryXENT && activation instanceof ActivationSigmoid) {
        sum += output.getNOut() * Math.log(2);
      } else {
        return Double.NaN;
      }
    }
    return sum;
  }
}
