package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.Trial;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * How to build and train a multilayer network: a well-behaved one, of which each scenario changes
 * what it is about. Used for one scenario only.
 */
final class Recipe {
  /** Acts on the network and the minibatch before an iteration. */
  interface Disturbance {
    void before(int iteration, MultiLayerNetwork network, DataSet batch);
  }

  private final Variant variant;
  private final LongFunction<Samples> data;
  private IWeightInit init;
  private IUpdater updater;
  private boolean regression;
  private UnaryOperator<NeuralNetConfiguration.Builder> common = UnaryOperator.identity();
  private BiConsumer<Integer, DenseLayer.Builder> hidden = (index, layer) -> {};
  private Consumer<BaseOutputLayer.Builder<?>> output = layer -> {};
  private Consumer<ListBuilder> layers = this::denseLayers;
  private Consumer<MultiLayerNetwork> afterInit = network -> {};
  private LongFunction<UnaryOperator<MultiLayerNetwork>> earlier = seed -> UnaryOperator.identity();
  private Disturbance disturbance = (iteration, network, batch) -> {};

  private Recipe(Variant variant, LongFunction<Samples> data) {
    this.variant = variant;
    this.data = data;
    init = fitting(variant.activation());
    updater = variant.optimizer().at(variant.optimizer().rate);
  }

  /** A classifier: softmax and cross-entropy. */
  static Recipe classifier(Variant variant, LongFunction<Samples> data) {
    return new Recipe(variant, data);
  }

  /** A regression: identity and mean squared error. */
  static Recipe regression(Variant variant, LongFunction<Samples> data) {
    Recipe recipe = new Recipe(variant, data);
    recipe.regression = true;
    return recipe;
  }

  /** The scheme that keeps the signal's size through the activation. */
  static IWeightInit fitting(Activation activation) {
    return switch (activation) {
      case RELU, LEAKYRELU, ELU, SELU, GELU, SWISH, SOFTPLUS -> new HeNormal(activation);
      default -> new XavierNormal();
    };
  }

  Recipe init(IWeightInit newInit) {
    init = newInit;
    return this;
  }

  Recipe updater(IUpdater newUpdater) {
    updater = newUpdater;
    return this;
  }

  /** The variant's updater at a multiple of its usual rate. */
  Recipe rateTimes(double factor) {
    return updater(variant.optimizer().at(factor * variant.optimizer().rate));
  }

  /** Changes what all layers inherit. */
  Recipe common(UnaryOperator<NeuralNetConfiguration.Builder> change) {
    common = change;
    return this;
  }

  /** Changes hidden layers; gets their index. */
  Recipe hidden(BiConsumer<Integer, DenseLayer.Builder> change) {
    hidden = change;
    return this;
  }

  /** Changes the output layer. */
  Recipe output(Consumer<BaseOutputLayer.Builder<?>> change) {
    output = change;
    return this;
  }

  /** Other layers than dense ones of the variant's widths, below the output layer. */
  Recipe layers(Consumer<ListBuilder> newLayers) {
    layers = newLayers;
    return this;
  }

  /** Changes the network once it has its initial weights. */
  Recipe afterInit(Consumer<MultiLayerNetwork> change) {
    afterInit = change;
    return this;
  }

  /** Puts in place of the network what it became earlier, unwatched; made for each seed. */
  Recipe after(LongFunction<UnaryOperator<MultiLayerNetwork>> earlierTraining) {
    earlier = earlierTraining;
    return this;
  }

  Recipe disturbed(Disturbance newDisturbance) {
    disturbance = newDisturbance;
    return this;
  }

  /** A scenario named after the family and the variant. */
  Scenario scenario(String family, Expected expected, int iterations) {
    return scenario(family, "", expected, iterations);
  }

  /** A scenario named after the family, a detail and the variant. */
  Scenario scenario(String family, String detail, Expected expected, int iterations) {
    String separator = detail.isEmpty() ? "" : "-";
    String name = family + "/" + detail + separator + variant.label();
    return new PlainScenario(name, expected, iterations, this::run);
  }

  private void run(Trial trial) {
    Samples samples = data.apply(trial.seed());
    MultiLayerNetwork network = earlier.apply(trial.seed()).apply(network(samples, trial.seed()));
    trial.watch(network);
    Minibatches batches =
        new Minibatches(
            trial,
            samples,
            variant.batch(),
            variant.type(),
            (iteration, batch) -> disturbance.before(iteration, network, batch));
    while (trial.goesOn()) {
      network.fit(batches);
    }
  }

  private MultiLayerNetwork network(Samples samples, long seed) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(variant.type())
            .activation(variant.activation())
            .weightInit(init)
            .updater(updater);
    ListBuilder list = common.apply(builder).list();
    layers.accept(list);
    boolean sequences = samples.labelShape().length == 2;
    if (sequences) {
      RnnOutputLayer.Builder last = new RnnOutputLayer.Builder(loss());
      finish(last, samples);
      list.layer(last.build());
    } else {
      OutputLayer.Builder last = new OutputLayer.Builder(loss());
      finish(last, samples);
      list.layer(last.build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.setInputType(inputType(samples)).build());
    network.init();
    afterInit.accept(network);
    return network;
  }

  private LossFunction loss() {
    return regression ? LossFunction.MSE : LossFunction.MCXENT;
  }

  private void finish(BaseOutputLayer.Builder<?> last, Samples samples) {
    last.nOut((int) samples.labelShape()[0]);
    last.activation(regression ? Activation.IDENTITY : Activation.SOFTMAX);
    last.weightInit(new XavierNormal());
    output.accept(last);
  }

  private static InputType inputType(Samples samples) {
    long[] shape = samples.featureShape();
    return switch (shape.length) {
      case 2 -> InputType.recurrent(shape[0], shape[1]);
      case 3 -> InputType.convolutional(shape[1], shape[2], shape[0]);
      default -> InputType.feedForward(shape[0]);
    };
  }

  private void denseLayers(ListBuilder list) {
    for (int i = 0; i < variant.widths().size(); i++) {
      DenseLayer.Builder layer = new DenseLayer.Builder().nOut(variant.widths().get(i));
      hidden.accept(i, layer);
      list.layer(layer.build());
    }
  }
}
