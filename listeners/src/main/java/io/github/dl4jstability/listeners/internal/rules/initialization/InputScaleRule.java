package io.github.dl4jstability.listeners.internal.rules.initialization;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#INPUT_SCALE}: features, or targets of a regression, whose scale does not fit the
 * network.
 *
 * <p><b>Features.</b> Let s be the largest of the root mean square of all values and the standard
 * deviations of the columns. The curvature of the loss in the first layer's weights is proportional
 * to E[x²], so the largest rate that does not diverge falls as 1/s². Rates in use span three
 * decades (1e-4 to 1e-1) and presuppose s = 1: beyond s = √1000 ≈ 32 none of them is left, which is
 * a warning; beyond s = 10, where two of the three are gone, an information. Pixels from 0 to 255
 * have s near 100, pixels from 0 to 1, one-hot, binary and standardized features s ≤ 1. Where every
 * layer that reads the features is followed by a normalization, their outputs do not depend on s,
 * and it is an information only; indices for an embedding have no scale, and inputs that hold them
 * are not measured. Each input of a graph is judged with the layers that read it.
 *
 * <p><b>Targets</b> (loss functions that measure distances): the output starts near 0 and has to
 * travel s. An adaptive updater (Adam and its kin) takes steps of the learning rate whatever the
 * gradient; at 1e-3 and s = 32 that is 32,000 of them, a warning. The steps of other updaters grow
 * with s: at the rate in the middle of the usual ones, 10^−2.5, the first step is as large as the
 * weights where s is above 10^2.5 = 316, a warning. Beyond 10 it is an information.
 *
 * <p><b>Statistics.</b> A standard deviation over n values has a relative error of about 1/√(2n);
 * the rule takes s / (1 + 3/√(2n)), so that chance exceeds it in less than 1 of 700 looks. It is
 * withdrawn below nine tenths of the limit.
 *
 * <p>Source: LeCun, Bottou, Orr and Müller 1998, doi:10.1007/3-540-49430-8_2, section 4.3.
 */
public final class InputScaleRule implements Rule {
  private static final double LARGE = Math.sqrt(1000);
  private static final double NOTABLE = 10;
  private static final double LARGE_TARGET = Math.sqrt(1e5);
  private static final double DEVIATIONS = 3;
  private static final double HYSTERESIS = 0.9;

  /** Updaters whose steps do not grow with the gradient. */
  private static final Set<String> ADAPTIVE =
      Set.of("Adam", "AdaMax", "AMSGrad", "Nadam", "AdaBelief", "RmsProp", "AdaGrad", "AdaDelta");

  /** Losses that measure how far the output is from the target. */
  private static final Set<String> DISTANCES =
      Set.of("MSE", "L1", "L2", "MEAN_ABSOLUTE_ERROR", "SQUARED_LOSS");

  private List<Subject> subjects = List.of();
  private @Nullable Diagnosis raised;

  /**
   * What is judged: a network input, or the labels of an output.
   *
   * @param layers those that read it, or are to come near it
   * @param number which input, or which output
   * @param large from where on it is a warning
   */
  private record Subject(
      String what, List<Integer> layers, boolean targets, int number, double large) {
    ColumnScales in(Inspection look) {
      return (targets ? look.labels() : look.inputs()).get(number);
    }
  }

  /** A subject whose scale does not fit. */
  private record Finding(Subject subject, ColumnScales scales, double scale, Severity severity) {
    boolean isWorseThan(@Nullable Finding other) {
      if (other == null || severity != other.severity) {
        return other == null || severity.compareTo(other.severity) > 0;
      }
      // Features first: they bring about more.
      return subject.targets() == other.subject.targets()
          ? scale > other.scale
          : other.subject.targets();
    }
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.INPUT_SCALE);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    observation
        .inspection()
        .filter(look -> !look.inputs().isEmpty() || !look.labels().isEmpty())
        .ifPresent(look -> judge(look, observation));
    return Optional.ofNullable(raised);
  }

  /**
   * Tells whether a scale makes steps too long for the loss. The curvature of the loss grows with
   * the features, and so shrinks the largest stable rate; it does not depend on the targets, which
   * only lengthen the way. Steps along errors of their size are too long where {@link
   * #LARGE_TARGET} says.
   *
   * @param scale a diagnosis of this rule
   * @return whether the features are meant, or targets of that size
   */
  public static boolean lengthensSteps(Diagnosis scale) {
    double size =
        Math.max(
            orZero(Evidence.ROOT_MEAN_SQUARE_OF_TARGETS.in(scale)),
            orZero(Evidence.LARGEST_DEVIATION.in(scale)));
    return !Evidence.ROOT_MEAN_SQUARE_OF_TARGETS.isIn(scale) || size > LARGE_TARGET;
  }

  private void judge(Inspection look, Observation observation) {
    if (subjects.isEmpty()) {
      subjects = subjects(observation.structure(), look);
    }
    Finding worst = null;
    for (Subject subject : subjects) {
      Finding finding = finding(subject, look);
      worst = finding != null && finding.isWorseThan(worst) ? finding : worst;
    }
    raised = worst == null ? null : diagnosis(observation, worst);
  }

  private static List<Subject> subjects(NetworkStructure structure, Inspection look) {
    List<Subject> subjects = new ArrayList<>();
    int inputs = look.inputs().size();
    for (int input = 0; input < inputs; input++) {
      int number = input;
      List<NetworkStructure.Layer> all = structure.layers();
      List<Integer> any = layers(structure, layer -> layer.setup().features().contains(number));
      List<Integer> readers = any.stream().filter(i -> !readsIndices(all.get(i))).toList();
      boolean onlyIndices = readers.isEmpty() && !any.isEmpty();
      boolean scaleMatters =
          readers.isEmpty() || readers.stream().map(all::get).anyMatch(it -> !ignoresScale(it));
      if (!onlyIndices) {
        subjects.add(
            new Subject(
                inputs == 1 ? "The features" : "The features of input " + input,
                readers,
                false,
                input,
                scaleMatters ? LARGE : Double.POSITIVE_INFINITY));
      }
    }
    List<Integer> outputs = layers(structure, NetworkStructure.Layer::output);
    for (int output = 0; output < Math.min(look.labels().size(), outputs.size()); output++) {
      NetworkStructure.Layer layer = structure.layers().get(outputs.get(output));
      if (DISTANCES.contains(layer.setup().loss())) {
        subjects.add(
            new Subject(
                "The targets of " + layer.title(),
                List.of(outputs.get(output)),
                true,
                output,
                ADAPTIVE.contains(layer.setup().updater()) ? LARGE : LARGE_TARGET));
      }
    }
    return subjects;
  }

  private static List<Integer> layers(
      NetworkStructure structure, Predicate<NetworkStructure.Layer> wanted) {
    return IntStream.range(0, structure.layers().size())
        .filter(layer -> wanted.test(structure.layers().get(layer)))
        .boxed()
        .toList();
  }

  private static boolean ignoresScale(NetworkStructure.Layer reader) {
    return reader.setup().normalized() || reader.type().equals("BatchNormalization");
  }

  private static boolean readsIndices(NetworkStructure.Layer reader) {
    return reader.type().startsWith("Embedding");
  }

  private @Nullable Finding finding(Subject subject, Inspection look) {
    ColumnScales scales = subject.in(look);
    if (!scales.isPresent()) {
      return null;
    }
    double largest = Math.max(scales.rootMeanSquare(), orZero(scales.largestDeviation()));
    double certain = largest / (1 + DEVIATIONS / Math.sqrt(2.0 * scales.examples()));
    Severity standing = raised == null ? null : raised.severity();
    double forWarning = subject.large() * (standing == Severity.WARNING ? HYSTERESIS : 1);
    double forInformation = NOTABLE * (standing != null ? HYSTERESIS : 1);
    if (!(certain > forInformation)) {
      return null;
    }
    Severity severity = certain > forWarning ? Severity.WARNING : Severity.INFO;
    return new Finding(subject, scales, largest, severity);
  }

  private static double orZero(double x) {
    return Double.isNaN(x) ? 0 : x;
  }

  private Diagnosis diagnosis(Observation observation, Finding finding) {
    ColumnScales scales = finding.scales();
    Subject subject = finding.subject();
    Evidence size =
        subject.targets() ? Evidence.ROOT_MEAN_SQUARE_OF_TARGETS : Evidence.ROOT_MEAN_SQUARE;
    return DiagnosisBuilder.of(Condition.INPUT_SCALE)
        .severity(finding.severity())
        .since(raised == null ? Onset.at(observation) : Onset.of(raised))
        .in(observation.structure(), subject.layers())
        .show(size, scales.rootMeanSquare())
        .show(Evidence.LARGEST_DEVIATION, scales.largestDeviation())
        .show(Evidence.MEDIAN_DEVIATION, scales.medianDeviation())
        .show(Evidence.SMALLEST_DEVIATION, scales.smallestDeviation())
        .show(Evidence.LARGEST_OFFSET, scales.largestOffset())
        .show(Evidence.VALUES_PER_COLUMN, (double) scales.examples())
        .because(explanation(finding))
        .remedy(
            "Standardize: NormalizerStandardize normalizer = new NormalizerStandardize();"
                + (subject.targets() ? " normalizer.fitLabel(true);" : "")
                + " normalizer.fit(iterator); iterator.setPreProcessor(normalizer);"
                + (subject.targets() ? "" : " for pixels: new ImagePreProcessingScaler(0, 1)."))
        .build();
  }

  private static String explanation(Finding finding) {
    Subject subject = finding.subject();
    ColumnScales scales = finding.scales();
    return subject.what()
        + " have a root mean square of "
        + Numbers.text(scales.rootMeanSquare())
        + " (largest deviation of a column: "
        + Numbers.text(scales.largestDeviation())
        + ") where the network expects about 1. "
        + (subject.targets()
            ? "The output has to grow that large first, and its errors and gradients are as"
                + " large."
            : "That makes the loss "
                + Numbers.text(finding.scale() * finding.scale())
                + " times more curved in the weights that read them, and the largest stable"
                + " learning rate that many times smaller.");
  }
}
