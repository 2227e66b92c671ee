package io.github.dl4jstability.benchmarks.quality;

import static org.nd4j.linalg.activations.Activation.GELU;
import static org.nd4j.linalg.activations.Activation.RELU;
import static org.nd4j.linalg.activations.Activation.SELU;
import static org.nd4j.linalg.activations.Activation.SIGMOID;
import static org.nd4j.linalg.activations.Activation.SOFTSIGN;
import static org.nd4j.linalg.activations.Activation.TANH;

import io.github.dl4jstability.demos.data.FashionMnist;
import java.util.List;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The networks of the table. */
final class Tasks {

  static final int STEPS = 50;
  private static final int SIDE = FashionMnist.SIDE;
  private static final InputType ROW = InputType.feedForward(FashionMnist.PIXELS);
  private static final InputType POINT = InputType.feedForward(8);

  private Tasks() {}

  static List<Task> all() {
    return List.of(
        images("ReLU, 2 layers", 2, 64, RELU, new Sgd(0.05), Scheme.RULES, 250),
        images("sigmoid, 2 layers", 2, 64, SIGMOID, new Nesterovs(0.02, 0.9), Scheme.RULES, 250),
        images("ReLU, 20 layers", 20, 48, RELU, new Adam(5e-4), Scheme.EDGE_OF_CHAOS, 200),
        images("tanh, 50 layers", 50, 32, TANH, new Adam(5e-4), Scheme.EDGE_OF_CHAOS, 150),
        points("GELU, 12 layers", 12, GELU, new Adam(1e-3), 200),
        points("SELU, 20 layers", 20, SELU, new Nesterovs(0.005, 0.9), 250),
        points("softsign, 30 layers", 30, SOFTSIGN, new Sgd(0.05), 250),
        new Task(
            "LeNet, ReLU",
            (seed, weights) -> Networks.leNet(start(seed, weights, new Adam(1e-3))),
            Batches::images,
            Scheme.RULES,
            OptionalInt.empty(),
            120),
        new Task(
            "convolution, tanh, 12 layers",
            (seed, weights) ->
                Networks.deepConvolution(start(seed, weights, new Nesterovs(0.005, 0.9)), 12),
            Batches::images,
            Scheme.EDGE_OF_CHAOS,
            OptionalInt.empty(),
            100),
        new Task(
            "residual, ReLU, 16 layers",
            (seed, weights) -> Networks.residual(start(seed, weights, new Sgd(0.01)), 8),
            Batches::flatImages,
            Scheme.RULES,
            OptionalInt.empty(),
            150),
        new Task(
            "LSTM, adding problem",
            (seed, weights) -> Networks.lstm(start(seed, weights, new Adam(1e-2)), STEPS),
            seed -> Batches.adding(seed, STEPS),
            Scheme.RULES,
            OptionalInt.of(STEPS),
            200),
        new Task(
            "SimpleRnn, ReLU, images by rows",
            (seed, weights) -> Networks.simple(start(seed, weights, new Adam(1e-3)), RELU),
            Batches::rowsOfImages,
            Scheme.RULES,
            OptionalInt.of(SIDE),
            150),
        new Task(
            "self-attention, images by rows",
            (seed, weights) -> Networks.attention(start(seed, weights, new Adam(1e-3))),
            Batches::rowsOfImages,
            Scheme.RULES,
            OptionalInt.empty(),
            150));
  }

  private static Task images(
      String name,
      int depth,
      int width,
      Activation activation,
      IUpdater updater,
      Scheme way,
      int iterations) {
    return new Task(
        name,
        (seed, weights) ->
            Networks.plain(start(seed, weights, updater), depth, width, activation, ROW, 10),
        Batches::flatImages,
        way,
        OptionalInt.empty(),
        iterations);
  }

  private static Task points(
      String name, int depth, Activation activation, IUpdater updater, int iterations) {
    // the slope of Deeplearning4j's GELU is NaN beyond 26 in single precision
    DataType type = activation == GELU ? DataType.DOUBLE : DataType.FLOAT;
    return new Task(
        name,
        (seed, weights) ->
            Networks.plain(
                start(seed, weights, updater).dataType(type), depth, 32, activation, POINT, 4),
        Batches::teacher,
        activation == GELU ? Scheme.RULES : Scheme.EDGE_OF_CHAOS,
        OptionalInt.empty(),
        iterations);
  }

  private static NeuralNetConfiguration.Builder start(
      long seed, WeightInit weights, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .weightInit(weights)
        .updater(updater.clone());
  }
}
