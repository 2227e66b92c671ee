package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.INPUT_SCALE;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Computation graphs, healthy and faulty. */
public final class GraphScenarios implements ScenarioProvider {
  private static final int HEALTHY_LENGTH = 2_000;
  private static final int FAULTY_LENGTH = 300;
  private static final Expected WELL = Expected.healthy();

  /** Creates the provider. */
  public GraphScenarios() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Variant.each(Activation.RELU)
        .flatMap(
            variant ->
                Stream.of(
                    residual(variant),
                    twoOutputs(variant),
                    twoInputs(variant),
                    deadBranch(variant),
                    unscaledBranch(variant),
                    deepSigmoidChain(variant)));
  }

  /** Four residual blocks with batch normalization. */
  private static Scenario residual(Variant variant) {
    return new GraphRecipe(variant, Data::teacher, GraphScenarios::residualBlocks)
        .rateTimes(0.5)
        .scenario("residual-graph", WELL, HEALTHY_LENGTH);
  }

  private static void residualBlocks(GraphBuilder graph, Samples samples) {
    input(graph, samples).addLayer("stem", GraphRecipe.dense(16), "in");
    String last = "stem";
    for (int block = 1; block <= 4; block++) {
      String name = "block" + block;
      graph
          .addLayer(name + "-dense", GraphRecipe.dense(16, Activation.IDENTITY), last)
          .addLayer(name + "-norm", new BatchNormalization.Builder().build(), name + "-dense")
          .addLayer(
              name + "-relu",
              new ActivationLayer.Builder().activation(Activation.RELU).build(),
              name + "-norm")
          .addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), name + "-relu", last);
      last = name;
    }
    graph.addLayer("out", GraphRecipe.classes(4), last).setOutputs("out");
  }

  /** A class and a number from one trunk. */
  private static Scenario twoOutputs(Variant variant) {
    return new GraphRecipe(
            variant,
            Data::teacher,
            (graph, samples) ->
                input(graph, samples)
                    .addLayer("trunk", GraphRecipe.dense(24), "in")
                    .addLayer("class-branch", GraphRecipe.dense(16), "trunk")
                    .addLayer("class", GraphRecipe.classes(4), "class-branch")
                    .addLayer("number", GraphRecipe.number(), "trunk")
                    .setOutputs("class", "number"))
        .arranged(GraphScenarios::withSumOfFeatures)
        .rateTimes(0.5)
        .scenario("two-outputs", WELL, HEALTHY_LENGTH);
  }

  private static MultiDataSet withSumOfFeatures(DataSet batch) {
    INDArray features = batch.getFeatures();
    INDArray number =
        features.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2)).sum(true, 1).muli(0.7);
    return new MultiDataSet(new INDArray[] {features}, new INDArray[] {batch.getLabels(), number});
  }

  /** The features come in two halves, each with its own branch. */
  private static Scenario twoInputs(Variant variant) {
    return branches(variant).scenario("two-inputs", WELL, HEALTHY_LENGTH);
  }

  private static GraphRecipe branches(Variant variant) {
    return new GraphRecipe(
            variant,
            Data::teacher,
            (graph, samples) ->
                graph
                    .addInputs("left-in", "right-in")
                    .setInputTypes(InputType.feedForward(4), InputType.feedForward(4))
                    .addLayer("left", GraphRecipe.dense(16), "left-in")
                    .addLayer("right", GraphRecipe.dense(16), "right-in")
                    .addVertex("both", new MergeVertex(), "left", "right")
                    .addLayer("top", GraphRecipe.dense(16), "both")
                    .addLayer("out", GraphRecipe.classes(4), "top")
                    .setOutputs("out"))
        .arranged(batch -> inHalves(batch, 1));
  }

  private static MultiDataSet inHalves(DataSet batch, double scaleOfRight) {
    INDArray[] halves = GraphRecipe.halves(batch.getFeatures());
    halves[1].muli(scaleOfRight);
    return new MultiDataSet(halves, new INDArray[] {batch.getLabels()});
  }

  /** One of two inputs is as it came, like pixels beside standardized numbers. */
  private static Scenario unscaledBranch(Variant variant) {
    return branches(variant)
        .arranged(batch -> inHalves(batch, 100))
        .scenario(
            "unscaled-branch",
            Expected.fault(INPUT_SCALE)
                .beside(Aftermath.ofExplosion())
                .beside(LEARNING_RATE_TOO_LOW)
                .at("right"),
            FAULTY_LENGTH);
  }

  private static Scenario deadBranch(Variant variant) {
    return branches(variant)
        .afterInit(graph -> graph.getLayer("right").getParam("b").assign(-10))
        .scenario(
            "dead-branch",
            Expected.fault(DEAD_UNITS).beside(Aftermath.ofStandstill()).at("right"),
            FAULTY_LENGTH);
  }

  private static Scenario deepSigmoidChain(Variant variant) {
    int depth = 10;
    String[] names = new String[depth];
    for (int i = 0; i < depth; i++) {
      names[i] = "sigmoid" + i;
    }
    return new GraphRecipe(
            variant.with(Activation.SIGMOID),
            Data::teacher,
            (graph, samples) -> {
              input(graph, samples);
              String last = "in";
              for (String name : names) {
                graph.addLayer(name, GraphRecipe.dense(16), last);
                last = name;
              }
              graph.addLayer("out", GraphRecipe.classes(4), last).setOutputs("out");
            })
        .scenario(
            "deep-sigmoid-graph",
            Expected.fault(VANISHING_GRADIENT)
                .beside(Aftermath.ofStandstill())
                .at(names[0])
                .among(names),
            FAULTY_LENGTH);
  }

  private static GraphBuilder input(GraphBuilder graph, Samples samples) {
    return graph.addInputs("in").setInputTypes(InputType.feedForward(samples.featureShape()[0]));
  }
}
