package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every scheme inside a network configuration, saved and read again in every way there is. */
class ConfigurationRoundTripTest {

  static Stream<IWeightInit> schemes() {
    return Stream.of(
        new VarianceScaling(1.5, FanMode.FAN_GEO_AVG, Distribution.TRUNCATED_NORMAL),
        new XavierUniform(),
        new XavierNormal(5.0 / 3),
        new HeUniform(Activation.LEAKYRELU),
        new HeNormal(),
        new LeCunUniform(),
        new LeCunNormal(0.1),
        new RandomNormal(0.1, 0.2),
        new RandomUniform(-0.1, 0.2),
        new TruncatedNormal(0, 1, Double.NEGATIVE_INFINITY, 2),
        new Constant(0.25),
        new Orthogonal(1.25),
        new DeltaOrthogonal(),
        new Dirac(2),
        new Identity(0.5),
        new Sparse(0.5, 0.01),
        new ZerO(),
        new ChronoBias(50),
        EdgeOfChaos.of(Activation.TANH));
  }

  private static MultiLayerConfiguration configuration(IWeightInit init) {
    boolean forKernels = init instanceof Dirac || init instanceof DeltaOrthogonal;
    Layer hidden =
        forKernels
            ? new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(4).weightInit(init).build()
            : new DenseLayer.Builder().nIn(6).nOut(4).weightInit(init).build();
    return new NeuralNetConfiguration.Builder().seed(12).list(hidden).build();
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void shouldComeBackEqualWhenWrittenAsJsonOrYaml(IWeightInit init) {
    MultiLayerConfiguration configuration = configuration(init);

    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    assertThat(MultiLayerConfiguration.fromYaml(configuration.toYaml())).isEqualTo(configuration);
    assertThat(configuration.clone()).isEqualTo(configuration);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void shouldComeBackEqualWhenSerialized(IWeightInit init) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(init);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Object read = in.readObject();
      assertThat(read).isEqualTo(init).hasSameHashCodeAs(init);
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void shouldComeBackEqualWhenSavedWithTheModel(IWeightInit init, @TempDir Path folder)
      throws IOException {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(init));
    network.init();
    File file = folder.resolve("model.zip").toFile();

    ModelSerializer.writeModel(network, file, false);
    MultiLayerNetwork read = ModelSerializer.restoreMultiLayerNetwork(file);

    assertThat(read.getLayerWiseConfigurations()).isEqualTo(network.getLayerWiseConfigurations());
    assertThat(read.params()).isEqualTo(network.params());
  }

  @Test
  void shouldDifferWhenTheArgumentsDiffer() {
    List<IWeightInit> all = schemes().toList();

    assertThat(all).doesNotHaveDuplicates();
    assertThat(new HeNormal(2)).isNotEqualTo(new HeNormal()).isNotEqualTo(new HeUniform(2));
    assertThat(configuration(new HeNormal(2))).isNotEqualTo(configuration(new HeNormal()));
  }

  @Test
  void shouldNameTheKnownModesWhenTheModeIsUnknown() {
    String json =
        configuration(new VarianceScaling(1, FanMode.FAN_GEO_AVG, Distribution.NORMAL))
            .toJson()
            .replace("FAN_GEO_AVG", "FAN_SIDEWAYS");

    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(json))
        .rootCause()
        .hasMessageContaining("FAN_SIDEWAYS")
        .hasMessageContaining("FAN_IN")
        .hasMessageContaining("FAN_AVG");
  }

  @Test
  void shouldComeBackEqualWhenInAGraphWithARecurrentLayer() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .weightInit(new HeNormal())
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "lstm",
                new LSTM.Builder().nIn(3).nOut(4).weightInitRecurrent(new Orthogonal()).build(),
                "in")
            .setOutputs("lstm")
            .validateOutputLayerConfig(false)
            .build();

    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
    assertThat(ComputationGraphConfiguration.fromYaml(configuration.toYaml()))
        .isEqualTo(configuration);
  }

  @Test
  void shouldGiveTheSameNetworkWhenTheSeedIsTheSame() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(77)
            .weightInit(new HeNormal())
            .list(
                new DenseLayer.Builder().nIn(5).nOut(5).build(),
                new DenseLayer.Builder().nIn(5).nOut(5).build(),
                new OutputLayer.Builder().nIn(5).nOut(3).activation(Activation.SOFTMAX).build())
            .build();
    MultiLayerNetwork first = new MultiLayerNetwork(configuration);
    MultiLayerNetwork second = new MultiLayerNetwork(configuration.clone());
    first.init();
    second.init();

    assertThat(second.params()).isEqualTo(first.params());
    assertThat(first.getParam("1_W")).isNotEqualTo(first.getParam("0_W"));
  }

  @Test
  void shouldNotDependOnOtherThreadsWhenSharedBetweenThem() throws Exception {
    HeNormal shared = new HeNormal();
    Callable<INDArray> task =
        () -> {
          Nd4j.getRandom().setSeed(5);
          return shared.init(
              100, 100, new long[] {100, 100}, 'f', Nd4j.create(DataType.FLOAT, 1, 10_000));
        };
    INDArray expected = task.call();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<INDArray> result :
          threads.invokeAll(IntStream.range(0, 40).mapToObj(i -> task).toList())) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
