package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.initializers.EdgeOfChaos;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j's derivatives of these are NaN for large arguments: spreads must not grow. */
class NanSafeGainTest {

  private static MultiLayerNetwork network(Activation activation, long seed, int... widths) {
    List<Layer> layers = new ArrayList<>();
    int last = widths.length - 1;
    for (int i = 1; i < last; i++) {
      layers.add(new DenseLayer.Builder().nIn(widths[i - 1]).nOut(widths[i]).build());
    }
    layers.add(
        new OutputLayer.Builder()
            .nIn(widths[last - 1])
            .nOut(widths[last])
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .activation(activation)
                .weightInit(WeightInit.XAVIER)
                .list(layers.toArray(Layer[]::new))
                .build());
    network.init();
    return network;
  }

  private static boolean hasFiniteGradient(MultiLayerNetwork network, INDArray features) {
    long classes = network.layerSize(network.getnLayers() - 1);
    INDArray labels = Nd4j.zeros(features.size(0), classes);
    for (long i = 0; i < features.size(0); i++) {
      labels.putScalar(i, i % classes, 1);
    }
    network.setInput(features);
    network.setLabels(labels);
    network.computeGradientAndScore();
    return Double.isFinite(network.gradient().gradient().norm2Number().doubleValue());
  }

  private static INDArray features(long seed, int inputs) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.randn(DataType.FLOAT, 32, inputs);
  }

  @ParameterizedTest
  @EnumSource(names = {"GELU", "SWISH", "MISH"})
  void shouldHaveFiniteGradientsWhenFiftyLayersDeep(Activation activation) {
    int[] widths = new int[52];
    Arrays.fill(widths, 64);
    widths[51] = 4;
    for (long seed = 0; seed < 15; seed++) {
      MultiLayerNetwork network = network(activation, seed, widths);
      NetworkInitializer.with(ActivationAware.rules()).seed(seed).initialize(network);

      assertThat(hasFiniteGradient(network, features(seed, 64))).as("seed %d", seed).isTrue();
    }
  }

  /** Features that nobody standardized, N(3, 3²), and widths at random. */
  @ParameterizedTest
  @EnumSource(names = {"GELU", "SWISH", "MISH"})
  void shouldHaveFiniteGradientsWhenXavierHasThemInFiveLayers(Activation activation) {
    for (long seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      int[] widths = random.ints(7, 8, 128).toArray();
      widths[6] = 3;
      MultiLayerNetwork network = network(activation, seed, widths);
      INDArray features = features(seed, widths[0]).muli(3).addi(3);
      boolean isFiniteWithXavier = hasFiniteGradient(network, features);

      NetworkInitializer.with(ActivationAware.rules()).seed(seed).initialize(network);

      assertThat(hasFiniteGradient(network, features) || !isFiniteWithXavier)
          .as("seed %d, widths %s", seed, Arrays.toString(widths))
          .isTrue();
    }
  }

  /** The argument behind the gain: at √2 no spread grows. */
  @ParameterizedTest
  @EnumSource(names = {"GELU", "SWISH", "MISH"})
  void shouldNotGrowWhenTheGainIsTheRootOfTwo(Activation activation) {
    for (double variance = 1e-3; variance < 100; variance *= 2) {
      double next =
          EdgeOfChaos.nextVariance(activation.getActivationFunction(), Math.sqrt(2), 0, variance);

      assertThat(next).as("after variance %s", variance).isLessThan(variance);
    }
  }
}
