package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.CurvatureProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is taken of a minibatch gives the loss that training saw: with the same masks. */
class TakenLossTest {
  private static final int STEPS = 4;

  /** A network by its layers and what goes in and out. */
  @SuppressWarnings("ImmutableEnumChecker") // Input types are not changed.
  private enum Kind {
    DENSE(InputType.feedForward(5), false) {
      @Override
      List<Layer> layers() {
        return List.of(dense(), output());
      }
    },
    LSTM_EACH_STEP(InputType.recurrent(5), true) {
      @Override
      List<Layer> layers() {
        return List.of(lstm(), rnnOutput());
      }
    },
    SIMPLE_RNN(InputType.recurrent(5), true) {
      @Override
      List<Layer> layers() {
        return List.of(
            new SimpleRnn.Builder().nOut(4).activation(Activation.TANH).build(), rnnOutput());
      }
    },
    DENSE_AT_EACH_STEP(InputType.recurrent(5), true) {
      @Override
      List<Layer> layers() {
        return List.of(lstm(), dense(), rnnOutput());
      }
    },
    BIDIRECTIONAL(InputType.recurrent(5), true) {
      @Override
      List<Layer> layers() {
        return List.of(new Bidirectional(new SimpleRnn.Builder().nOut(4).build()), rnnOutput());
      }
    },
    RNN_LOSS(InputType.recurrent(5), true) {
      @Override
      List<Layer> layers() {
        return List.of(
            new LSTM.Builder().nOut(3).build(),
            new RnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
      }
    },
    CONVOLUTION_OVER_TIME(InputType.recurrent(5, STEPS), true) {
      @Override
      List<Layer> layers() {
        return List.of(new Convolution1DLayer.Builder(1).nOut(4).build(), rnnOutput());
      }
    },
    POOLED(InputType.recurrent(5), false) {
      @Override
      List<Layer> layers() {
        return List.of(lstm(), new GlobalPoolingLayer(PoolingType.AVG), output());
      }
    },
    LAST_STEP(InputType.recurrent(5), false) {
      @Override
      List<Layer> layers() {
        return List.of(new LastTimeStep(lstm()), output());
      }
    },
    IMAGES(InputType.convolutional(4, 4, 2), false) {
      @Override
      List<Layer> layers() {
        return List.of(new ConvolutionLayer.Builder(2, 2).nOut(3).build(), output());
      }
    },
    PIXELS(InputType.convolutional(4, 4, 2), false) {
      @Override
      List<Layer> layers() {
        return List.of(
            new ConvolutionLayer.Builder(1, 1).nOut(3).build(),
            new CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
      }
    };

    private final InputType input;
    private final boolean stepwise;

    Kind(InputType input, boolean stepwise) {
      this.input = input;
      this.stepwise = stepwise;
    }

    abstract List<Layer> layers();

    boolean isRecurrent() {
      return input.getType() == InputType.Type.RNN;
    }

    INDArray features(int n) {
      return isRecurrent()
          ? random(n, 5, STEPS)
          : input.getType() == InputType.Type.CNN ? random(n, 2, 4, 4) : random(n, 5);
    }

    long[] labels(int n) {
      return this == PIXELS
          ? new long[] {n, 3, 4, 4}
          : stepwise ? new long[] {n, 3, STEPS} : new long[] {n, 3};
    }
  }

  private static INDArray random(long... shape) {
    return Nd4j.rand(DataType.FLOAT, shape);
  }

  private static INDArray mask(long... shape) {
    INDArray mask = Nd4j.rand(DataType.FLOAT, shape).gt(0.4).castTo(DataType.FLOAT);
    mask.putScalar(0, 1); // not everything masked
    return mask;
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(4).activation(Activation.TANH).build();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(4).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.XENT)
        .nOut(3)
        .activation(Activation.SIGMOID)
        .build();
  }

  private static RnnOutputLayer rnnOutput() {
    return new RnnOutputLayer.Builder(LossFunction.XENT)
        .nOut(3)
        .activation(Activation.SIGMOID)
        .build();
  }

  static Stream<Arguments> minibatches() {
    List<Arguments> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (String masks : List.of("none", "features", "labels", "both", "per output")) {
        boolean ofFeatures = masks.equals("features") || masks.equals("both");
        boolean possible = kind.isRecurrent() || !ofFeatures;
        for (int n : possible ? new int[] {1, 6} : new int[0]) {
          all.add(Arguments.of(kind, masks, n, false));
          if (kind != Kind.CONVOLUTION_OVER_TIME || !ofFeatures) {
            all.add(Arguments.of(kind, masks, n, true));
          }
        }
      }
    }
    return all.stream();
  }

  private static DataSet data(Kind kind, String masks, int n) {
    Nd4j.getRandom().setSeed(3);
    long[] shape = kind.labels(n);
    INDArray labels = random(shape);
    boolean both = masks.equals("both");
    INDArray features = both || masks.equals("features") ? mask(n, STEPS) : null;
    long[] perExample =
        kind == Kind.PIXELS
            ? new long[] {n, 1, 4, 4}
            : kind.stepwise ? new long[] {n, STEPS} : new long[] {n, 1};
    INDArray ofLabels =
        both || masks.equals("labels")
            ? mask(perExample)
            : masks.equals("per output") ? mask(shape) : null;
    return new DataSet(kind.features(n), labels, features, ofLabels);
  }

  private static Model model(Kind kind, boolean graph) {
    NeuralNetConfiguration.Builder common = new NeuralNetConfiguration.Builder().seed(4).l2(0.01);
    if (!graph) {
      var list = common.list();
      kind.layers().forEach(list::layer);
      MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(kind.input).build());
      network.init();
      return network;
    }
    var builder = common.graphBuilder().addInputs("in");
    String last = "in";
    for (Layer layer : kind.layers()) {
      String name = "after " + last;
      builder.addLayer(name, layer, last);
      last = name;
    }
    ComputationGraph built =
        new ComputationGraph(builder.setOutputs(last).setInputTypes(kind.input).build());
    built.init();
    return built;
  }

  /** Compares in the hook, where the parameters are still those of the score. */
  private static final class Comparing extends BaseTrainingListener {
    private double expected = Double.NaN;
    private double found = Double.NaN;
    private String obstacle = "";

    @Override
    public void onBackwardPass(Model model) {
      if (!Double.isNaN(expected)) {
        return;
      }
      RecentBatches batches = new RecentBatches(1, 1 << 20);
      for (int i = 0; i < 8; i++) {
        batches.take(model);
      }
      expected = model.score();
      obstacle = batches.obstacle().orElse("");
      found = obstacle.isEmpty() ? CurvatureProbe.on(model, batches.data()).loss() : Double.NaN;
    }
  }

  private static Comparing trained(Model model, DataSet data) {
    Comparing comparing = new Comparing();
    model.setListeners(comparing);
    if (model instanceof MultiLayerNetwork network) {
      network.fit(data);
    } else {
      ((ComputationGraph) model).fit(data);
    }
    return comparing;
  }

  @ParameterizedTest(name = "{0}, masks: {1}, {2} examples, graph: {3}")
  @MethodSource("minibatches")
  void shouldGiveTheLossOfTheTraining(Kind kind, String masks, int n, boolean graph) {
    Comparing comparing = trained(model(kind, graph), data(kind, masks, n));
    assertThat(comparing.obstacle).isEmpty();
    assertThat(comparing.found)
        .isCloseTo(comparing.expected, within(1e-5 * Math.max(1, comparing.expected)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"labels", "per output"})
  void shouldGiveAnotherLossWithoutTheMasks(String masks) {
    DataSet data = data(Kind.LSTM_EACH_STEP, masks, 6);
    DataSet bare = new DataSet(data.getFeatures(), data.getLabels());
    assertThat(trained(model(Kind.LSTM_EACH_STEP, false), data).expected)
        .as("so that the other test can fail")
        .isNotEqualTo(trained(model(Kind.LSTM_EACH_STEP, false), bare).expected);
  }

  @Test
  void shouldSayWhereDeeplearning4jCannotMaskInDouble() {
    DataSet data = data(Kind.CONVOLUTION_OVER_TIME, "features", 6);
    assertThatThrownBy(() -> trained(model(Kind.CONVOLUTION_OVER_TIME, true), data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data must fit the network: ");
  }

  @Test
  void shouldGiveTheLossOfASegmentWhereTrainingTruncates() {
    MultiLayerNetwork model = (MultiLayerNetwork) model(Kind.LSTM_EACH_STEP, false);
    model.getLayerWiseConfigurations().setBackpropType(BackpropType.TruncatedBPTT);
    model.getLayerWiseConfigurations().setTbpttFwdLength(3);
    model.getLayerWiseConfigurations().setTbpttBackLength(3);
    Comparing comparing = trained(model, data(Kind.LSTM_EACH_STEP, "both", 6));
    assertThat(comparing.found).isCloseTo(comparing.expected, within(1e-5));
  }

  @Test
  void shouldTakeNothingWhereTheMasksCannotBeTold() {
    // A convolution that halves the steps leaves no trace of the mask that it was given.
    Nd4j.getRandom().setSeed(3);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Convolution1DLayer.Builder(2).stride(2).nOut(4).build())
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(output())
                .setInputType(InputType.recurrent(5, STEPS))
                .build());
    network.init();
    INDArray mask = Nd4j.ones(DataType.FLOAT, 6, STEPS);
    mask.putScalar(2, 2, 0).putScalar(2, 3, 0);
    Comparing comparing =
        trained(network, new DataSet(random(6, 5, STEPS), random(6, 3), mask, null));
    assertThat(comparing.obstacle)
        .isEqualTo("the masks of the minibatches cannot be read from the model");
  }
}
