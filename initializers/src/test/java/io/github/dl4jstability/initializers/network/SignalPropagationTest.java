package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.dl4jstability.initializers.EdgeOfChaos;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.RandomNormal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The table in docs/signal-propagation.md, and the promise behind it.
 *
 * <p>Run with {@code -Dsignal.table=true} to print the table that belongs into the page.
 */
class SignalPropagationTest {

  private static final int DEPTH = 50;
  private static final int WIDTH = 400;
  private static final int SAMPLES = 200;
  private static final int[] SHOWN = {1, 5, 10, 20, 30, 40, 50};

  private static List<AuditReport.Layer> edge = List.of();
  private static List<AuditReport.Layer> he = List.of();
  private static List<AuditReport.Layer> smallTanh = List.of();
  private static List<AuditReport.Layer> smallRelu = List.of();

  @BeforeAll
  static void measure() {
    EdgeOfChaos critical = EdgeOfChaos.of(Activation.TANH);
    edge =
        layers(Activation.TANH, RuleSet.of(Rule.weights(critical), Rule.biases(critical.biases())));
    he = layers(Activation.RELU, RuleSet.of(Rule.weights(new HeNormal())));
    RuleSet small = RuleSet.of(Rule.weights(new RandomNormal(0, 0.01)));
    smallTanh = layers(Activation.TANH, small);
    smallRelu = layers(Activation.RELU, small);
  }

  private static List<AuditReport.Layer> layers(Activation activation, RuleSet rules) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < DEPTH; i++) {
      layers.add(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).activation(activation).build());
    }
    layers.add(
        new OutputLayer.Builder().nIn(WIDTH).nOut(10).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list(layers.toArray(Layer[]::new))
                .build());
    network.init();
    NetworkInitializer.with(rules).seed(2024).initialize(network);
    Nd4j.getRandom().setSeed(1);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, SAMPLES, 10);
    for (int i = 0; i < SAMPLES; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    INDArray features = Nd4j.randn(DataType.DOUBLE, SAMPLES, WIDTH);
    return InitializationAudit.observe(network, new DataSet(features, labels).toMultiDataSet())
        .layers();
  }

  private static double[] forward(List<AuditReport.Layer> layers) {
    return layers.stream().mapToDouble(l -> l.activation().standardDeviation()).toArray();
  }

  private static double[] backward(List<AuditReport.Layer> layers) {
    return layers.stream().mapToDouble(l -> l.gradient().standardDeviation()).toArray();
  }

  /** The largest factor between any two layers. */
  private static double range(double[] spreads) {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = 0;
    for (double spread : spreads) {
      lowest = Math.min(lowest, spread);
      highest = Math.max(highest, spread);
    }
    return highest / lowest;
  }

  @Test
  void shouldStayWithinAFactorOfTwoOverFiftyLayersWhenTanhAtTheEdgeOfChaos() {
    assertThat(edge).hasSize(DEPTH);
    assertThat(range(forward(edge))).isLessThan(2);
    assertThat(range(backward(edge))).isLessThan(2);
  }

  @Test
  void shouldStayWithinAFactorOfTwoOverFiftyLayersWhenReluWithHe() {
    assertThat(he).hasSize(DEPTH);
    assertThat(range(forward(he))).isLessThan(2);
    assertThat(range(backward(he))).isLessThan(2);
  }

  @Test
  void shouldLoseTwentyDecadesWhenWeightsAreASmallConstantGaussian() {
    assertThat(range(forward(smallTanh))).isGreaterThan(1e20);
    assertThat(range(forward(smallRelu))).isGreaterThan(1e20);
    assertThat(range(backward(smallTanh))).isGreaterThan(1e20);
    assertThat(range(backward(smallRelu))).isGreaterThan(1e20);
  }

  @Test
  void shouldAgreeWithThePageWhenMeasuredAgain() throws IOException {
    String table = table();
    if (Boolean.getBoolean("signal.table")) {
      System.out.println(table);
    }
    Path page = Path.of("..", "docs", "signal-propagation.md");

    List<String> measured = rows(table);
    List<String> written = rows(Files.readString(page));

    assertThat(written).hasSameSizeAs(measured);
    for (int row = 0; row < measured.size(); row++) {
      String[] now = measured.get(row).split("\\|");
      String[] then = written.get(row).split("\\|");
      assertThat(then).hasSameSizeAs(now);
      for (int column = 1; column < now.length; column++) {
        assertThat(Double.parseDouble(then[column].trim()))
            .isCloseTo(Double.parseDouble(now[column].trim()), withinPercentage(10));
      }
    }
  }

  private static List<String> rows(String text) {
    return text.lines().filter(line -> line.matches("\\| *\\d+ *\\|.*")).toList();
  }

  private static String table() {
    StringBuilder text =
        new StringBuilder(
            """
            | layer | tanh, edge: activation | gradient | ReLU, He: activation | gradient \
            | tanh, N(0, 0.01²): activation | gradient | ReLU, N(0, 0.01²): activation | gradient |
            |---|---|---|---|---|---|---|---|---|
            """);
    for (int layer : SHOWN) {
      text.append("| ").append(layer).append(" |");
      for (List<AuditReport.Layer> network : List.of(edge, he, smallTanh, smallRelu)) {
        double activation = network.get(layer - 1).activation().standardDeviation();
        double gradient = network.get(layer - 1).gradient().standardDeviation();
        text.append(String.format(Locale.ROOT, " %.2e | %.2e |", activation, gradient));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
