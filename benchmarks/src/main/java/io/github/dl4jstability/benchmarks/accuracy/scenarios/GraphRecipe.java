package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.Trial;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** How to build and train a computation graph. Used for one scenario only. */
final class GraphRecipe {
  /** Adds vertices between the inputs and the outputs. */
  interface Vertices {
    void add(GraphBuilder graph, Samples samples);
  }

  /** Arranges features and labels for the graph's inputs and outputs. */
  interface Arrangement {
    MultiDataSet of(DataSet batch);
  }

  private final Variant variant;
  private final LongFunction<Samples> data;
  private final Vertices vertices;
  private Arrangement arrangement = DataSet::toMultiDataSet;
  private Consumer<ComputationGraph> afterInit = graph -> {};
  private double rateFactor = 1;

  GraphRecipe(Variant variant, LongFunction<Samples> data, Vertices vertices) {
    this.variant = variant;
    this.data = data;
    this.vertices = vertices;
  }

  GraphRecipe arranged(Arrangement newArrangement) {
    arrangement = newArrangement;
    return this;
  }

  GraphRecipe afterInit(Consumer<ComputationGraph> change) {
    afterInit = change;
    return this;
  }

  GraphRecipe rateTimes(double factor) {
    rateFactor = factor;
    return this;
  }

  Scenario scenario(String family, Expected expected, int iterations) {
    return new PlainScenario(family + "/" + variant.label(), expected, iterations, this::run);
  }

  private void run(Trial trial) {
    Samples samples = data.apply(trial.seed());
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(trial.seed())
            .dataType(variant.type())
            .activation(variant.activation())
            .weightInit(Recipe.fitting(variant.activation()))
            .updater(variant.optimizer().at(rateFactor * variant.optimizer().rate))
            .graphBuilder();
    vertices.add(builder, samples);
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    afterInit.accept(graph);
    trial.watch(graph);
    Minibatches batches =
        new Minibatches(trial, samples, variant.batch(), variant.type(), (iteration, batch) -> {});
    while (trial.goesOn()) {
      batches.reset();
      while (batches.hasNext()) {
        graph.fit(arrangement.of(batches.next()));
      }
    }
  }

  static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  static DenseLayer dense(int units, Activation activation) {
    return new DenseLayer.Builder().nOut(units).activation(activation).build();
  }

  /** Softmax over classes. */
  static OutputLayer classes(int count) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(count)
        .activation(Activation.SOFTMAX)
        .weightInit(new XavierNormal())
        .build();
  }

  /** One number by mean squared error. */
  static OutputLayer number() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(1)
        .activation(Activation.IDENTITY)
        .weightInit(new XavierNormal())
        .build();
  }

  /** Splits the feature columns in two. */
  static INDArray[] halves(INDArray features) {
    long columns = features.size(1);
    return new INDArray[] {
      columns(features, 0, columns / 2), columns(features, columns / 2, columns)
    };
  }

  private static INDArray columns(INDArray matrix, long from, long to) {
    return matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup('c');
  }
}
