package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.BuiltNetwork;
import io.github.dl4jstability.listeners.internal.observation.ArrayHistogram;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import io.github.dl4jstability.measurement.ArrayMeter;
import io.github.dl4jstability.measurement.Moments;
import io.github.dl4jstability.measurement.Segment;
import io.github.dl4jstability.measurement.SegmentedPass;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures one model, iteration by iteration: activations in the forward hook, gradients before the
 * step, updates and parameters after it. It reads only; nothing of the model or of the thread's
 * random generator changes.
 *
 * <p>Not thread-safe: one collector belongs to one model, which it does not keep, and to the thread
 * that trains it.
 */
public final class Collector {
  private final CollectionPlan plan;
  private final BuiltNetwork network;
  private final List<Segment> segments;
  private final ArrayMeter meter = new ArrayMeter();
  private final SegmentedPass gradientPass;
  private final SegmentedPass stepPass;
  private final SegmentedPass parameterPass;
  private final List<UnitMeter> unitMeters;
  private final Inspector inspector;
  private final Contained forwardLook = new Contained("the activations of the layers");
  private final AgreementMeter gradientDirections;
  private final PlainSteps plainSteps;
  private final ForwardMeter nothingSeen;

  private long iterations;
  private ForwardMeter forward;
  private NonFiniteSearch nonFinite;
  private List<Moments> gradients = List.of();
  private List<ArrayHistogram> gradientDistributions = List.of();
  private double gradientAgreement = Double.NaN;
  private List<Moments> initialParameters = List.of();

  private Collector(BuiltNetwork network, CollectionPlan plan) {
    this.network = network;
    this.plan = plan;
    this.segments = network.segments();
    this.gradientPass = new SegmentedPass(segments);
    this.stepPass = new SegmentedPass(segments);
    this.parameterPass = new SegmentedPass(segments);
    this.unitMeters = new Meters(network).units();
    this.inspector = new Inspector(network);
    int[] trained = IntStream.range(0, segments.size()).filter(this::isTrained).toArray();
    this.gradientDirections =
        new AgreementMeter(IntStream.of(trained).mapToObj(segments::get).toList());
    this.plainSteps = new PlainSteps(network, trained);
    this.nothingSeen = ForwardMeter.nothing(network.parts().size());
    this.forward = nothingSeen;
    this.nonFinite = new NonFiniteSearch(network.structure());
  }

  /**
   * Creates a collector for a model.
   *
   * @param model a network, a graph, or the single layer that is being pretrained
   * @param plan what to measure, and how often
   * @return a collector for that model only
   */
  public static Collector of(Model model, CollectionPlan plan) {
    return new Collector(BuiltNetwork.of(model), plan);
  }

  /**
   * Returns the network's structure.
   *
   * @return the same object as in every observation
   */
  public NetworkStructure structure() {
    return network.structure();
  }

  /**
   * Takes the activations of a {@code MultiLayerNetwork}.
   *
   * @param model the network
   * @param activations the features, then the output of every layer but the last
   */
  public void onForwardPass(Model model, List<INDArray> activations) {
    measureForward(
        model,
        activations.subList(0, Math.min(1, activations.size())),
        layer -> layer + 1 < activations.size() ? activations.get(layer + 1) : null,
        model instanceof MultiLayerNetwork chain
            ? PartInputs.of(chain, activations)
            : PartInputs.none());
  }

  /**
   * Takes the activations of a {@code ComputationGraph}.
   *
   * @param model the graph
   * @param activations outputs by vertex name
   */
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    measureForward(
        model,
        features(model),
        layer -> activations.get(network.parts().get(layer).name()),
        model instanceof ComputationGraph graph
            ? PartInputs.of(graph, network.parts(), activations)
            : PartInputs.none());
  }

  private void measureForward(
      Model model,
      List<INDArray> inputs,
      IntFunction<@Nullable INDArray> activationOf,
      PartInputs partInputs) {
    if (!isDue()) {
      return;
    }
    forward =
        forwardLook.get(
            () ->
                ForwardMeter.measure(
                    unitMeters,
                    examples(model),
                    inputs,
                    activationOf,
                    meter,
                    isThoroughDue(),
                    areDetailsDue()),
            nothingSeen);
    if (isInspectionDue()) {
      inspector.onForward(partInputs, inputs, examples(model));
    }
    if (iterations == 0 && !segments.isEmpty()) {
      initialParameters = measureParameters(model);
    }
    nonFinite = new NonFiniteSearch(network.structure());
    nonFinite.afterForward(forward, suspects(model));
  }

  private NonFiniteSearch.Suspects suspects(Model model) {
    return new NonFiniteSearch.Suspects() {
      @Override
      public List<Moments> inputs() {
        return ForwardMeter.inputs(features(model), meter);
      }

      @Override
      public List<Moments> labels() {
        return Collector.labels(model).stream().map(Moments::of).toList();
      }

      @Override
      public List<Moments> parameters() {
        return measureParameters(model);
      }
    };
  }

  private static List<INDArray> features(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return Stream.ofNullable(network.getInput()).toList();
    }
    return model instanceof ComputationGraph graph
        ? Stream.ofNullable(graph.getInputs()).flatMap(Stream::of).toList()
        : List.of();
  }

  /**
   * Looks at the loss, and at the labels if it is not finite.
   *
   * @param model the model, in its backward hook
   */
  public void onBackwardPass(Model model) {
    if (isDue()) {
      nonFinite.afterLoss(model.score(), suspects(model));
      if (isInspectionDue()) {
        inspector.onBackward(model);
      }
    }
  }

  private static List<INDArray> labels(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return Stream.ofNullable(network.getLabels()).toList();
    }
    if (model instanceof ComputationGraph graph) {
      return IntStream.range(0, graph.getNumOutputArrays())
          .mapToObj(graph::getOutputLayer)
          .flatMap(
              layer ->
                  layer instanceof IOutputLayer output
                      ? Stream.ofNullable(output.getLabels())
                      : Stream.empty())
          .toList();
    }
    return List.of();
  }

  /**
   * Takes the gradients.
   *
   * @param model the model, in its gradient hook
   */
  public void onGradientCalculation(Model model) {
    INDArray view = model.getGradientsViewArray();
    if (!isDue() || view == null || segments.isEmpty()) {
      return;
    }
    double factor = network.gradientFactor(examples(model));
    gradients = ofTrained(gradientPass.measure(view, areExtremesDue()), factor);
    gradientAgreement = gradientDirections.look(view);
    plainSteps.keep(view);
    gradientDistributions = areDetailsDue() ? HistogramMeter.measure(view, segments) : List.of();
    nonFinite.afterBackward(gradients, suspects(model));
  }

  /**
   * Takes updates and parameters and completes the observation.
   *
   * @param model the model, in its hook after the step
   * @param iteration number of the iteration that was done
   * @param epoch number of its epoch
   * @return all that was measured in it; empty if the iteration was not due
   */
  public Optional<Observation> iterationDone(Model model, int iteration, int epoch) {
    boolean due = isDue();
    Optional<Observation> observation =
        due ? Optional.of(observe(model, iteration, epoch)) : Optional.empty();
    iterations++;
    forget();
    return observation;
  }

  /**
   * Forgets what was measured in an iteration that cannot be completed; the next is in its turn.
   */
  public void leaveOut() {
    forget();
  }

  private void forget() {
    forward = nothingSeen;
    nonFinite = new NonFiniteSearch(network.structure());
    gradients = List.of();
    gradientDistributions = List.of();
    gradientAgreement = Double.NaN;
    initialParameters = List.of();
  }

  private Observation observe(Model model, int iteration, int epoch) {
    List<Moments> absent = Collections.nCopies(segments.size(), Moments.ABSENT);
    INDArray updateView = segments.isEmpty() ? null : model.getGradientsViewArray();
    List<Moments> updates = absent;
    List<Moments> parameters = absent;
    if (updateView != null && updatesFollowFromGradients(model, updateView)) {
      updates = plainSteps.updates(gradients);
      parameters = measureParameters(model);
    } else if (updateView != null) {
      List<List<Moments>> both =
          stepPass.measure(List.of(updateView, model.params()), areExtremesDue());
      updates = ofTrained(both.get(0), 1);
      parameters = both.get(1);
      plainSteps.compare(updates, gradients);
    } else if (!segments.isEmpty()) {
      parameters = measureParameters(model);
    }
    nonFinite.afterStep(updates, parameters);
    Optional<Observation.Details> details = details(model, updateView);
    return new Observation(
        network.structure(),
        new Observation.Step(
            iteration,
            epoch,
            System.currentTimeMillis(),
            model.score(),
            examples(model),
            learningRate(),
            network.learningRates()),
        new Observation.Arrays(
            gradients.isEmpty() ? absent : gradients,
            updates,
            parameters,
            forward.inputs(),
            forward.activations(),
            initialParameters,
            gradientAgreement),
        forward.unitHealth(),
        nonFinite.found(),
        inspection(model, updateView),
        details);
  }

  private boolean updatesFollowFromGradients(Model model, INDArray updateView) {
    double factor = network.gradientFactor(examples(model));
    return !areExtremesDue() && plainSteps.explain(model, gradients, updateView, factor);
  }

  private Optional<Inspection> inspection(Model model, @Nullable INDArray updateView) {
    return isInspectionDue()
        ? Optional.of(
            inspector.complete(
                model, updateView, unitMeters.stream().map(UnitMeter::silence).toList()))
        : Optional.empty();
  }

  private Optional<Observation.Details> details(Model model, @Nullable INDArray updateView) {
    if (!areDetailsDue() || updateView == null || gradientDistributions.isEmpty()) {
      return Optional.empty();
    }
    double factor = network.gradientFactor(examples(model));
    return Optional.of(
        new Observation.Details(
            gradientDistributions.stream().map(sum -> sum.times(factor)).toList(),
            HistogramMeter.measure(updateView, segments),
            HistogramMeter.measure(model.params(), segments),
            forward.distributions(),
            IntStream.range(0, segments.size()).mapToObj(network::learningRate).toList(),
            1 / factor));
  }

  /** Leaves out what no gradient changes, and scales the rest. */
  private List<Moments> ofTrained(List<Moments> all, double factor) {
    Moments[] trained = new Moments[all.size()];
    for (int i = 0; i < trained.length; i++) {
      trained[i] = isTrained(i) ? all.get(i).times(factor) : Moments.ABSENT;
    }
    return List.of(trained);
  }

  /** The rate of the last trained parameter that has one. */
  private double learningRate() {
    for (int i = segments.size() - 1; i >= 0; i--) {
      double rate = isTrained(i) ? network.learningRate(i) : Double.NaN;
      if (!Double.isNaN(rate)) {
        return rate;
      }
    }
    return Double.NaN;
  }

  private static int examples(Model model) {
    return Math.max(1, model.batchSize());
  }

  private boolean isTrained(int parameter) {
    return network.structure().parameters().get(parameter).trained();
  }

  private boolean isDue() {
    return iterations % plan.every() == 0;
  }

  private boolean isInspectionDue() {
    return isEarlyOrDue(plan.inspections());
  }

  private boolean isThoroughDue() {
    return isEarlyOrDue(plan.thorough());
  }

  private boolean areExtremesDue() {
    return isEarlyOrDue(plan.extremes());
  }

  private boolean isEarlyOrDue(ThinningSchedule cadence) {
    long look = iterations / plan.every();
    return cadence.isDue(look) || look <= 2 || look == 5 || look == 10;
  }

  private List<Moments> measureParameters(Model model) {
    return parameterPass.measure(model.params(), areExtremesDue());
  }

  private boolean areDetailsDue() {
    return plan.details().filter(cadence -> cadence.isDue(iterations / plan.every())).isPresent();
  }
}
