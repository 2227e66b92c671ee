package io.github.dl4jstability.listeners.internal.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.XavierNormal;
import io.github.dl4jstability.initializers.network.ActivationAware;
import io.github.dl4jstability.initializers.network.InitializationTable.Row;
import io.github.dl4jstability.initializers.network.NetworkInitializer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SchemesTest {
  private static final Pattern CALL = Pattern.compile("new (\\w+)Normal\\((.*)\\)");

  private static String advice(Activation activation, boolean first, boolean output) {
    Setup setup =
        new Setup(
            4,
            new Setup.Wiring(List.of(), first ? List.of(0) : List.of(), false),
            new Setup.Training("Sgd", "", "", false, Penalty.NONE),
            false,
            false);
    String name = activation.getActivationFunction().toString();
    return Schemes.fitting(new Layer("0", "DenseLayer", name, 0, output, true, setup));
  }

  /** Does what the advice says. */
  private static Record follow(String advice) {
    Matcher call = CALL.matcher(advice);
    assertThat(call.matches()).as(advice).isTrue();
    String argument = call.group(2);
    return switch (call.group(1)) {
      case "He" -> argument.isEmpty() ? new HeNormal() : new HeNormal(activation(argument));
      case "LeCun" -> new LeCunNormal();
      case "Xavier" ->
          argument.isEmpty()
              ? new XavierNormal()
              : argument.startsWith("Activation.")
                  ? new XavierNormal(activation(argument))
                  : new XavierNormal(
                      argument.equals("Math.sqrt(2)")
                          ? Math.sqrt(2)
                          : Double.parseDouble(argument));
      default -> throw new IllegalArgumentException(advice);
    };
  }

  private static Activation activation(String constant) {
    return Activation.valueOf(constant.replace("Activation.", ""));
  }

  /** From a text like {@code "HeNormal[gain=1.25]"}. */
  private static double gain(String scheme) {
    return Double.parseDouble(scheme.replaceAll(".*gain=([0-9.]+).*", "$1"));
  }

  private static MultiLayerNetwork network(Activation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(5).activation(activation).build())
                .layer(new DenseLayer.Builder().nOut(4).activation(activation).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static String scheme(List<Row> rows, String layer) {
    return rows.stream()
        .filter(row -> row.layer().equals(layer) && row.parameter().equals("W"))
        .map(Row::scheme)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void shouldAdviseWhatTheInitializersDo(Activation activation) {
    List<Row> rows =
        NetworkInitializer.with(ActivationAware.rules()).dryRun(network(activation)).rows();
    for (boolean first : new boolean[] {true, false}) {
      Record advised = follow(advice(activation, first, false));
      String done = scheme(rows, first ? "layer0" : "layer1");
      assertThat(done).startsWith(advised.getClass().getSimpleName());
      assertThat(gain(advised.toString())).isCloseTo(gain(done), within(1e-4));
    }
  }

  @Test
  void shouldAdviseForOutputsWhatTheInitializersDo() {
    List<Row> rows =
        NetworkInitializer.with(ActivationAware.rules()).dryRun(network(Activation.RELU)).rows();
    assertThat(scheme(rows, "layer2")).startsWith("LeCunNormal");
    assertThat(advice(Activation.IDENTITY, false, true)).isEqualTo("new LeCunNormal()");
  }
}
