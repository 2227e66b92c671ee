package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.Distribution;
import io.github.dl4jstability.initializers.FanMode;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.VarianceScaling;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;

/** Sound initial weights that differ from layer to layer, or from what is usual. */
public final class HealthyInitializations implements ScenarioProvider {
  private static final int LENGTH = 2_000;
  private static final Expected WELL = Expected.healthy();
  private static final int BLOCKS = 3;

  /** Creates the provider. */
  public HealthyInitializations() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(Activation.RELU, Activation.TANH)
        .flatMap(Variant::each)
        .flatMap(HealthyInitializations::of);
  }

  private static Stream<Scenario> of(Variant variant) {
    Variant narrowing = variant.with(64, 16);
    VarianceScaling byOutputs = new VarianceScaling(2, FanMode.FAN_OUT, Distribution.NORMAL);
    return Stream.of(
        outputOf("small", variant, new RandomNormal(0, 0.01)),
        outputOf("zero", variant, new Constant(0)),
        outputOf("he", variant, new HeNormal()),
        Recipe.classifier(narrowing, Data::blob)
            .hidden((index, layer) -> layer.weightInit(scheme(index)))
            .scenario("sound-weights", "mixed", WELL, LENGTH),
        Recipe.classifier(narrowing, Data::teacher)
            .init(byOutputs)
            .output(layer -> layer.weightInit(byOutputs))
            .rateTimes(0.5)
            .scenario("sound-weights", "by-outputs", WELL, LENGTH),
        Recipe.regression(variant.with(32, 8, 32), HealthyInitializations::pictureToItself)
            .rateTimes(0.3)
            .scenario("sound-weights", "autoencoder", WELL, LENGTH),
        new GraphRecipe(variant, Data::teacher, HealthyInitializations::residualBlocks)
            .afterInit(
                graph -> {
                  for (int block = 0; block < BLOCKS; block++) {
                    graph.getLayer("branch" + block + "-last").getParam("W").assign(0);
                  }
                })
            .rateTimes(0.5)
            .scenario("sound-weights-residual", WELL, LENGTH));
  }

  private static Scenario outputOf(String detail, Variant variant, IWeightInit init) {
    return Recipe.classifier(variant, Data::teacher)
        .output(layer -> layer.weightInit(init))
        .scenario("sound-weights", detail + "-output", WELL, LENGTH);
  }

  private static IWeightInit scheme(int layer) {
    return layer == 0 ? new HeNormal() : layer == 1 ? new XavierNormal() : new LeCunNormal();
  }

  private static Samples pictureToItself(long seed) {
    Samples pictures = Data.tinyPictures(seed);
    return Samples.of(pictures.features(), pictures.features());
  }

  /** Each block starts as the identity: the last layer of its branch is 0. */
  private static void residualBlocks(GraphBuilder graph, Samples samples) {
    graph
        .addInputs("in")
        .setInputTypes(InputType.feedForward(samples.featureShape()[0]))
        .addLayer("stem", GraphRecipe.dense(16), "in");
    String last = "stem";
    for (int block = 0; block < BLOCKS; block++) {
      String branch = "branch" + block;
      graph
          .addLayer(branch + "-first", GraphRecipe.dense(16), last)
          .addLayer(branch + "-last", GraphRecipe.dense(16, Activation.IDENTITY), branch + "-first")
          .addVertex(
              "sum" + block,
              new ElementWiseVertex(ElementWiseVertex.Op.Add),
              branch + "-last",
              last);
      last = "sum" + block;
    }
    graph.addLayer("out", GraphRecipe.classes(4), last).setOutputs("out");
  }
}
