package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.SADDLE_POINT;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Healthy multilayer networks that look like sick ones to a careless rule. */
public final class HealthyTwins implements ScenarioProvider {
  private static final int LENGTH = 2_000;
  private static final Expected WELL = Expected.healthy();

  /** Creates the provider. */
  public HealthyTwins() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(
            Variant.each(Activation.RELU).flatMap(HealthyTwins::ofOptions),
            Variant.each(Activation.TANH).flatMap(HealthyTwins::ofSchedules),
            Variant.each(Activation.RELU).flatMap(HealthyTwins::ofData),
            ofDepth(),
            ofCurvature(),
            ofStalls())
        .flatMap(family -> family);
  }

  private static Stream<Scenario> ofOptions(Variant variant) {
    return Stream.of(
        Recipe.classifier(variant.batches(1), Data::teacher)
            .rateTimes(variant.optimizer().isAdaptive() ? 0.3 : 0.1)
            .scenario("batch-size-one", WELL, LENGTH),
        Recipe.classifier(variant.batches(0), Data::blob).scenario("full-batch", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .hidden((index, layer) -> layer.dropOut(0.5))
            .scenario("dropout", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .common(common -> common.l2(1e-3))
            .scenario("l2", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .common(common -> common.weightDecay(1e-3))
            .scenario("weight-decay", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .common(common -> common.l1(2e-3))
            .scenario("l1", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .common(
                common ->
                    common
                        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                        .gradientNormalizationThreshold(0.5))
            .scenario("clipping", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .common(common -> common.miniBatch(false))
            .rateTimes(variant.optimizer().isAdaptive() ? 1 : 1.0 / variant.batch())
            .scenario("sum-over-minibatch", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .rateTimes(0.1)
            .scenario("gentle-rate", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .output(last -> last.lossFunction(LossFunction.SPARSE_MCXENT))
            .disturbed((iteration, network, batch) -> batch.setLabels(indices(batch.getLabels())))
            .scenario("class-indices", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .hidden((index, layer) -> layer.biasInit(-0.6))
            .scenario("three-quarters-zero", WELL, LENGTH));
  }

  private static INDArray indices(INDArray oneHot) {
    return oneHot.argMax(1).castTo(oneHot.dataType()).reshape(oneHot.size(0), 1);
  }

  private static Stream<Scenario> ofSchedules(Variant variant) {
    double rate = variant.optimizer().rate;
    return Stream.of(
        Recipe.classifier(variant, Data::teacher)
            .updater(variant.optimizer().at(new RampSchedule(new FixedSchedule(rate), 300)))
            .scenario("warm-up", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .updater(
                variant
                    .optimizer()
                    .at(new CycleSchedule(ScheduleType.ITERATION, rate / 10, rate, 200, 20, 0.1)))
            .scenario("cyclic-rate", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .updater(
                variant.optimizer().at(new StepSchedule(ScheduleType.ITERATION, rate, 0.3, 500)))
            .scenario("step-schedule", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .updater(
                variant
                    .optimizer()
                    .at(new ExponentialSchedule(ScheduleType.ITERATION, rate, 0.998)))
            .scenario("exponential-schedule", WELL, LENGTH));
  }

  private static Stream<Scenario> ofData(Variant variant) {
    return Stream.of(
        Recipe.classifier(variant, HealthyTwins::withWrongLabels)
            .scenario("noisy-labels", WELL, LENGTH),
        Recipe.classifier(variant, HealthyTwins::imbalanced)
            .scenario("imbalanced-classes", WELL, LENGTH),
        Recipe.classifier(variant, seed -> Data.teacher(seed).timesColumn(2, 0))
            .scenario("constant-column", WELL, LENGTH),
        Recipe.classifier(variant, seed -> Data.teacher(seed).timesFeatures(3))
            .rateTimes(0.3)
            .scenario("moderate-scale", "features-3", WELL, LENGTH),
        Recipe.regression(variant, seed -> Data.regression(seed).timesLabels(0.3))
            .rateTimes(0.3)
            .scenario("moderate-scale", "targets-0.3", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .disturbed(
                (iteration, network, batch) -> {
                  if (iteration == LENGTH / 2) {
                    batch.getFeatures().muli(5);
                  }
                })
            .scenario("one-spike", WELL, LENGTH));
  }

  /** The repaired versions of deep networks that cannot learn with bad initial weights. */
  private static Stream<Scenario> ofDepth() {
    return Variant.each(Activation.TANH)
        .flatMap(
            variant ->
                Stream.of(
                    Recipe.classifier(variant.deep(20, 16), Data::teacher)
                        .init(new Orthogonal(1.05))
                        .rateTimes(0.2)
                        .scenario("deep-tanh", WELL, LENGTH),
                    Recipe.classifier(variant.with(Activation.RELU).deep(10, 32), Data::teacher)
                        .rateTimes(0.2)
                        .scenario("deep-relu", WELL, LENGTH),
                    Recipe.classifier(variant.with(Activation.IDENTITY).deep(8, 16), Data::teacher)
                        .init(new XavierNormal())
                        .rateTimes(0.2)
                        .scenario("deep-linear", WELL, LENGTH)));
  }

  private static Stream<Scenario> ofCurvature() {
    Stream<Scenario> quadratics =
        Stream.of(3, 10, 30)
            .flatMap(
                inputs ->
                    Stream.of(0.5, 8.0)
                        .map(
                            it ->
                                Quadratics.at(
                                    "limit-of-stability", 1.99, inputs, it, WELL, LENGTH)));
    Stream<Scenario> powerLaws =
        Stream.of(1.2, 1.5, 2.0).map(it -> Quadratics.powerLaw("power-law", it, WELL, LENGTH));
    Stream<Scenario> edges =
        Stream.of(0.3, 0.6)
            .flatMap(
                rate ->
                    Stream.of(DataType.FLOAT, DataType.DOUBLE)
                        .map(type -> edgeOfStability(rate, type)));
    return Stream.of(quadratics, powerLaws, edges).flatMap(family -> family);
  }

  /**
   * Full-batch gradient descent raises the curvature until 2/η and then goes on without getting
   * monotone (Cohen et al. 2021, arXiv:2103.00065).
   */
  private static Scenario edgeOfStability(double rate, DataType type) {
    Variant variant = Variant.of(Activation.TANH, Optimizer.SGD, type, 0, 24, 24);
    return Recipe.classifier(variant, seed -> Data.teacher(seed).first(200))
        .updater(new Sgd(rate))
        .scenario("edge-of-stability", "rate-" + rate, WELL, LENGTH);
  }

  private static Stream<Scenario> ofStalls() {
    Variant linear = Variant.of(Activation.IDENTITY, Optimizer.SGD, DataType.DOUBLE, 0);
    return Stream.of(
        Recipe.classifier(linear, Data::blob)
            .output(layer -> layer.weightInit(new Constant(0)))
            .scenario("zero-logistic", WELL, LENGTH),
        Recipe.classifier(linear.batches(16), Data::teacher)
            .output(layer -> layer.weightInit(new Constant(0)))
            .scenario("zero-logistic", WELL, LENGTH),
        StallFaults.noisy(linear.batches(32), 60, 0.02, "little-noise", WELL),
        StallFaults.noisy(linear.batches(32), 100, 0.01, "little-noise", WELL),
        StallFaults.noisy(linear.batches(64), 100, 0.02, "little-noise", WELL),
        Recipe.regression(linear, seed -> Data.linear(seed, 5, 0))
            .scenario("converged-to-zero", WELL, LENGTH),
        Recipe.regression(linear.with(4), seed -> Data.linear(seed, 5, 0))
            .scenario("converged-to-zero", WELL, LENGTH),
        Recipe.regression(linear.with(1), seed -> Data.linear(seed, 1, 0))
            .init(new Constant(0.05))
            .output(layer -> layer.weightInit(new Constant(0.05)))
            .updater(new Sgd(0.05))
            .scenario(
                "saxe-through",
                WELL.beside(Aftermath.ofStandstill()).beside(SADDLE_POINT),
                LENGTH));
  }

  private static Samples withWrongLabels(long seed) {
    Samples samples = Data.teacher(seed);
    Random random = new Random(seed);
    double[][] labels = new double[samples.size()][];
    for (int i = 0; i < labels.length; i++) {
      int source = random.nextDouble() < 0.2 ? random.nextInt(labels.length) : i;
      labels[i] = samples.labels()[source].clone();
    }
    return new Samples(samples.features(), samples.featureShape(), labels, samples.labelShape());
  }

  /** One class in ten examples of the other, apart enough to be learnt. */
  private static Samples imbalanced(long seed) {
    Random random = new Random(seed);
    double[][] features = Data.gaussian(700, 4, 1, random);
    int[] classes = new int[features.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = i % 10 == 0 ? 1 : 0;
      features[i][0] += 2 * classes[i];
    }
    return Samples.of(features, Samples.oneHot(classes, 2)).standardized();
  }
}
