package io.github.dl4jstability.listeners;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Short runs of all kinds: what a recording has to be able to hold. */
public final class RecordedRuns {
  private static final int STALLED = 260;

  private RecordedRuns() {}

  /**
   * A run.
   *
   * @param name what is special about it
   * @param network builds the model
   * @param batches its minibatches, over and over
   * @param iterations calls of {@code fit}
   * @param configuration of the listener
   * @param faulty whether something is said of it for certain
   */
  public record Kind(
      String name,
      Supplier<Model> network,
      Supplier<List<DataSet>> batches,
      int iterations,
      UnaryOperator<StabilityListener.Builder> configuration,
      boolean faulty) {

    public StabilityListener.Builder configured(StabilityListener.Builder builder) {
      return configuration.apply(builder);
    }

    Kind with(String how, UnaryOperator<StabilityListener.Builder> other) {
      return new Kind(name + ", " + how, network, batches, iterations, other, faulty);
    }

    public void train(StabilityListener listener) {
      Model model = network.get();
      List<DataSet> data = batches.get();
      model.setListeners(listener);
      for (int i = 0; i < iterations; i++) {
        DataSet batch = data.get(i % data.size());
        if (model instanceof MultiLayerNetwork plain) {
          plain.fit(batch);
        } else if (model instanceof ComputationGraph graph) {
          graph.fit(batch);
        }
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public static Kind named(String name) {
    return all().stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
  }

  public static List<Kind> all() {
    List<Kind> all = new ArrayList<>();
    for (String network :
        List.of(
            "dense",
            "convolution",
            "lstm",
            "recurrent",
            "graph",
            "graph lstm",
            "graph convolution")) {
      all.add(ordinary(network, "an ordinary rate", new Adam(1e-3), 125));
      all.add(ordinary(network, "far too high a rate", new Sgd(50), 40));
      all.add(notANumber(network));
    }
    for (UnusualNetworks.Kind kind : UnusualNetworks.all()) {
      all.add(run(kind.name(), kind.network(), () -> List.of(kind.batch().get()), 25, false));
    }
    all.add(frozen());
    all.addAll(stalls());
    Kind hot = all.get(1);
    all.add(hot.with("preset FULL", builder -> builder.preset(Preset.FULL)));
    all.add(hot.with("each third", builder -> builder.every(3)));
    all.add(
        hot.with("without the rate", builder -> builder.without(Condition.LEARNING_RATE_TOO_HIGH)));
    return all;
  }

  private static Kind run(
      String name,
      Supplier<Model> network,
      Supplier<List<DataSet>> batches,
      int iterations,
      boolean faulty) {
    return new Kind(name, network, batches, iterations, UnaryOperator.identity(), faulty);
  }

  private static Kind ordinary(String network, String rate, IUpdater updater, int iterations) {
    return run(
        network + ", " + rate,
        () -> Networks.build(network, updater, DataType.FLOAT),
        () -> Networks.batches(network, DataType.FLOAT, 6),
        iterations,
        updater instanceof Sgd);
  }

  private static Kind notANumber(String network) {
    return run(
        network + ", a feature that is NaN",
        () -> Networks.build(network, new Adam(1e-3), DataType.FLOAT),
        () -> {
          List<DataSet> batches = Networks.batches(network, DataType.FLOAT, 12);
          INDArray features = batches.get(9).getFeatures();
          features.putScalar(new long[features.rank()], Double.NaN);
          return batches;
        },
        30,
        true);
  }

  private static Kind frozen() {
    return run(
        "a frozen layer and a rate that is too high",
        () ->
            new TransferLearning.Builder(
                    (MultiLayerNetwork) Networks.build("dense", new Sgd(50), DataType.FLOAT))
                .setFeatureExtractor(0)
                .build(),
        () -> Networks.batches("dense", DataType.FLOAT, 6),
        60,
        true);
  }

  private static List<Kind> stalls() {
    Kind saddle = stall("saddle", Activation.TANH, WeightInit.ZERO, new Sgd(0.1), 0, 1);
    return List.of(
        saddle,
        stall("dead units", Activation.RELU, WeightInit.RELU, new Sgd(0.1), -50, 1),
        stall("tiny rate", Activation.TANH, WeightInit.XAVIER, new Sgd(1e-6), 0, 1),
        stall("no look", Activation.TANH, WeightInit.ZERO, new Sgd(0.1), 0, 0),
        saddle.with("given data", b -> b.curvatureBudget(1).probeData(clouds())));
  }

  private static Kind stall(
      String name,
      Activation activation,
      WeightInit weights,
      IUpdater updater,
      double bias,
      double budget) {
    return new Kind(
        "stall: " + name,
        () -> {
          MultiLayerNetwork network = cloudNetwork(activation, weights, updater);
          network.getLayer(0).getParam("b").assign(bias);
          return network;
        },
        () -> List.of(clouds()),
        STALLED,
        builder -> builder.curvatureBudget(budget),
        true);
  }

  private static MultiLayerNetwork cloudNetwork(
      Activation activation, WeightInit weights, IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(updater)
                .weightInit(weights)
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(activation).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    return network;
  }

  /** Three Gaussian clouds that overlap. */
  private static DataSet clouds() {
    Random random = new Random(11);
    double[][] centres = {{0, 2}, {2, -1}, {-2, -1}};
    double[][] x = new double[96][2];
    double[][] y = new double[96][3];
    for (int i = 0; i < x.length; i++) {
      y[i][i % 3] = 1;
      for (int j = 0; j < 2; j++) {
        x[i][j] = centres[i % 3][j] + random.nextGaussian();
      }
    }
    return new DataSet(
        Nd4j.create(x).castTo(DataType.FLOAT), Nd4j.create(y).castTo(DataType.FLOAT));
  }
}
