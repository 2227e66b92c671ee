package io.github.dl4jstability.demos;

import io.github.dl4jstability.demos.data.FashionMnist;
import io.github.dl4jstability.initializers.HeNormal;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** A deep dense network in two conditions: one that cannot learn, and its repaired twin. */
final class DeepNetworks {
  static final int HIDDEN_LAYERS = 10;
  static final int HIDDEN_UNITS = 100;

  /** The repaired twin's initial weights, as a user writes them. */
  static final String REPAIRED_WEIGHTS = "new HeNormal()";

  private DeepNetworks() {}

  /**
   * Sigmoid with weights from N(0, 0.01²): going back, each layer multiplies the gradient by about
   * 0.25 · 0.01 · √100 = 0.025.
   */
  static MultiLayerNetwork sickSigmoid(long seed) {
    return network(
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(Activation.SIGMOID)
            .weightInit(new NormalDistribution(0, 0.01))
            .updater(new Sgd(0.1)));
  }

  /**
   * ReLU with He's weights, which keep the size of signals and gradients from layer to layer. Eight
   * epochs at an ordinary rate, then a tenth of it to settle.
   */
  static MultiLayerNetwork repairedRelu(long seed) {
    return network(
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(Activation.RELU)
            .weightInit(new HeNormal())
            .updater(new Adam(new StepSchedule(ScheduleType.EPOCH, 1e-3, 0.1, 8))));
  }

  private static MultiLayerNetwork network(NeuralNetConfiguration.Builder common) {
    NeuralNetConfiguration.ListBuilder layers = common.list();
    int inputs = FashionMnist.PIXELS;
    for (int i = 1; i <= HIDDEN_LAYERS; i++) {
      layers.layer(
          new DenseLayer.Builder().name("hidden-" + i).nIn(inputs).nOut(HIDDEN_UNITS).build());
      inputs = HIDDEN_UNITS;
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .name("output")
            .nIn(inputs)
            .nOut(FashionMnist.CLASS_NAMES.size())
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }
}
