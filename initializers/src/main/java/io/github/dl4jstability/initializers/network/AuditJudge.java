package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Draws the conclusion of an {@link InitializationAudit} from its measurements. */
final class AuditJudge {

  private static final double LIMIT = 100;

  /** Every scheme in use is within a factor of 4 (the gain for sigmoid) of 1/√fan. */
  static final double ODD_WIDTH = 6;

  private final List<String> findings = new ArrayList<>();
  private Verdict verdict = Verdict.FINE;

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

  static AuditReport judge(
      Model model, MultiDataSet batch, List<AuditReport.Layer> rows, double loss) {
    AuditJudge judge = new AuditJudge();
    double chanceLoss = ChanceLoss.of(model, batch);
    Set<String> atRest = RestingBranches.of(model);
    judge.notFinite(rows, loss);
    judge.symmetric(rows);
    List<AuditReport.Layer> moving =
        rows.stream().filter(row -> !atRest.contains(row.name())).toList();
    judge.withoutSpread(moving);
    double forward = judge.forward(moving);
    double backward = judge.backward(moving);
    judge.units(rows);
    judge.findings.addAll(oddWidths(model));
    judge.features(FeatureScale.of(model, batch));
    judge.loss(loss, chanceLoss);
    judge.unseen(model, rows);
    return new AuditReport(
        judge.verdict, judge.findings, "", rows, forward, backward, loss, chanceLoss);
  }

  private void say(Verdict newVerdict, String format, Object... arguments) {
    findings.add(String.format(Locale.ROOT, format, arguments));
    verdict = verdict == Verdict.FINE ? newVerdict : verdict;
  }

  private void notFinite(List<AuditReport.Layer> rows, double loss) {
    boolean isFinite =
        Double.isFinite(loss)
            && rows.stream().allMatch(r -> r.weightedInput().isFinite() && r.gradient().isFinite());
    if (!isFinite) {
      String where = source(rows).map(name -> ", first in " + name).orElse("");
      say(Verdict.NOT_FINITE, "there are NaN or infinite values%s", where);
    }
  }

  /** Where they arise: on the way forward in the first such layer, on the way back in the last. */
  private static Optional<String> source(List<AuditReport.Layer> rows) {
    Optional<String> forward =
        rows.stream()
            .filter(row -> !row.weightedInput().isFinite())
            .map(AuditReport.Layer::name)
            .findFirst();
    return forward.or(
        () ->
            rows.stream()
                .filter(row -> !row.gradient().isFinite())
                .map(AuditReport.Layer::name)
                .reduce((earlier, later) -> later));
  }

  private void symmetric(List<AuditReport.Layer> rows) {
    for (AuditReport.Layer row : rows) {
      if (row.identicalShare() > 0) {
        say(
            Verdict.SYMMETRIC,
            "%s: %.0f %% of the units have a twin",
            row.name(),
            100 * row.identicalShare());
      }
    }
  }

  private void withoutSpread(List<AuditReport.Layer> rows) {
    for (AuditReport.Layer row : rows) {
      if (row.weightedInput().standardDeviation() == 0) {
        say(
            Verdict.VANISHES,
            "%s: its %s is the same for every sample and unit",
            row.name(),
            row.isAtOutput() ? "output" : "weighted input");
      }
    }
  }

  private double forward(List<AuditReport.Layer> rows) {
    if (rows.isEmpty()) {
      return 1;
    }
    double first = rows.get(0).weightedInput().standardDeviation();
    double last = rows.get(rows.size() - 1).weightedInput().standardDeviation();
    double factor = ratio(last, first);
    depth("weighted inputs from the first to the last layer", factor);
    return factor;
  }

  private double backward(List<AuditReport.Layer> rows) {
    if (rows.isEmpty()) {
      return 1;
    }
    double first = rows.get(0).gradient().standardDeviation();
    double last = rows.get(rows.size() - 1).gradient().standardDeviation();
    double factor = ratio(first, last);
    depth("gradients from the last to the first layer", factor);
    return factor;
  }

  private void units(List<AuditReport.Layer> rows) {
    for (AuditReport.Layer row : rows) {
      if (row.saturatedShare() > 0.5) {
        say(
            Verdict.SATURATED,
            "%s: %.0f %% of the values are saturated",
            row.name(),
            100 * row.saturatedShare());
      }
      if (row.deadShare() > deadLimit(row.units())) {
        say(Verdict.DEAD, "%s: %.0f %% of the units are dead", row.name(), 100 * row.deadShare());
      }
    }
  }

  private void features(double scale) {
    if (FeatureScale.isOff(scale)) {
      say(
          verdict,
          "the features' root mean square is %.3g, but initial weights assume about 1: standardize"
              + " the features",
          scale);
    }
  }

  private void loss(double loss, double chanceLoss) {
    if (loss > 2 * chanceLoss) {
      say(
          verdict,
          "the loss is %.3g, but a network that knows nothing has %.3g: the output layer's weights"
              + " are too large for what they get",
          loss,
          chanceLoss);
    }
  }

  private void unseen(Model model, List<AuditReport.Layer> rows) {
    Set<String> seen = rows.stream().map(AuditReport.Layer::name).collect(Collectors.toSet());
    NetworkParameters.of(model).stream()
        .filter(AuditJudge::isHidden)
        .map(NetworkParameter::layerName)
        .filter(name -> !seen.contains(name))
        .distinct()
        .forEach(name -> say(Verdict.UNKNOWN, "%s: it cannot be measured", name));
  }

  /** Layers whose parameters nobody knows count too; normalization and slopes do not. */
  private static boolean isHidden(NetworkParameter parameter) {
    boolean isOutput =
        parameter
            .layer()
            .filter(l -> l instanceof BaseOutputLayer || l instanceof SameDiffOutputLayer)
            .isPresent();
    boolean isUnknown =
        parameter.role() == ParameterRole.OTHER
            && parameter.layer().filter(AbstractSameDiffLayer.class::isInstance).isPresent();
    return !isOutput
        && (isUnknown
            || parameter.role() == ParameterRole.WEIGHT
            || parameter.role() == ParameterRole.RECURRENT_WEIGHT);
  }

  private void depth(String what, double factor) {
    if (factor > LIMIT || factor < 1 / LIMIT) {
      say(
          factor > LIMIT ? Verdict.EXPLODES : Verdict.VANISHES,
          "the spread of %s changes by a factor of %.3g",
          what,
          factor);
    }
  }

  /** Four standard deviations above what deep random ReLU layers have by chance. */
  private static double deadLimit(int units) {
    return Math.min(0.5 + 2 / Math.sqrt(units), 0.95);
  }

  /** 0/0, as in a network of zeros, is no change. */
  private static double ratio(double spread, double reference) {
    return spread == 0 && reference == 0 ? 1 : spread / reference;
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
