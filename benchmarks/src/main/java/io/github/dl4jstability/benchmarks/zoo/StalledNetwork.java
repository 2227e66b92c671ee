package io.github.dl4jstability.benchmarks.zoo;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Builds the network of a combination so that its loss stalls soon: steps are far too short, and
 * half of the networks start with all parameters at 0.
 */
final class StalledNetwork {
  private static final double RATE = 1e-7;
  private static final double MOMENTUM = 0.9;

  private StalledNetwork() {}

  static Model of(Combination combination) {
    Model model =
        combination.container() == Container.CHAIN ? chain(combination) : graph(combination);
    model.init();
    if (combination.family().noisy() || combination.seed() % 2 == 0) {
      model.params().assign(0);
    }
    return model;
  }

  private static Model chain(Combination combination) {
    Family family = combination.family();
    var network =
        common(combination)
            .list(family.layers().get().toArray(new Layer[0]))
            .setInputType(inputTypes(combination)[0]);
    if (combination.shape() == Shape.TBPTT) {
      network.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(Shape.PIECE);
    }
    MultiLayerConfiguration configuration = network.build();
    if (combination.masks() == Masks.PER_OUTPUT) {
      configuration.getConfs().forEach(layer -> answerEachByItself(layer.getLayer()));
    }
    return new MultiLayerNetwork(configuration);
  }

  private static Model graph(Combination combination) {
    Family family = combination.family();
    GraphBuilder network =
        common(combination)
            .graphBuilder()
            .addInputs(family.inputNames())
            .setInputTypes(inputTypes(combination));
    family.graph().accept(network);
    network.setOutputs(family.outputNames());
    if (combination.shape() == Shape.TBPTT) {
      network.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(Shape.PIECE);
    }
    ComputationGraphConfiguration configuration = network.build();
    if (combination.masks() == Masks.PER_OUTPUT) {
      for (GraphVertex vertex : configuration.getVertices().values()) {
        if (vertex instanceof LayerVertex layer) {
          answerEachByItself(layer.getLayerConf().getLayer());
        }
      }
    }
    return new ComputationGraph(configuration);
  }

  /** A softmax cannot leave out one of its answers. */
  private static void answerEachByItself(Layer layer) {
    if (layer instanceof BaseOutputLayer output && output.getLossFn() instanceof LossMCXENT) {
      output.setLossFn(new LossBinaryXENT());
      output.setActivationFn(new ActivationSigmoid());
    }
  }

  private static NeuralNetConfiguration.Builder common(Combination combination) {
    return new NeuralNetConfiguration.Builder()
        .seed(combination.seed())
        .dataType(combination.type())
        .updater(updater(combination))
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .convolutionMode(ConvolutionMode.Same);
  }

  private static IUpdater updater(Combination combination) {
    return switch (combination.seed() / 2 % 4) {
      case 0 -> new Sgd(RATE);
      case 1 -> new Nesterovs(RATE, MOMENTUM);
      case 2 -> new RmsProp(RATE);
      default -> new Adam(RATE);
    };
  }

  private static InputType[] inputTypes(Combination combination) {
    Shape.Size usual = combination.shape().sizes().get(0).usual();
    List<Signal> inputs = combination.family().inputs();
    return inputs.stream().map(input -> input.inputType(usual)).toArray(InputType[]::new);
  }
}
