package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.RandomNormal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Compiles and runs what docs/initializers.md shows. */
class InitializersPageTest {

  private static final Path PAGE = Path.of("..", "docs", "initializers.md");
  private static final Path SOURCE =
      Path.of(
          "src/test/java/io/github/dl4jstability/initializers/network/InitializersPageTest.java");

  private static NeuralNetConfiguration.Builder swap() {
    return new NeuralNetConfiguration.Builder().weightInit(new HeNormal());
  }

  private static MultiLayerNetwork build(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    NetworkInitializer.with(ActivationAware.rules()).seed(42).initialize(network);
    return network;
  }

  private static void rules(MultiLayerNetwork network) {
    RuleSet rules =
        ActivationAware.rules()
            .except(
                Rule.weights(new Orthogonal(0.5)).onLayerType(LSTM.class).onParameter("RW"),
                Rule.weights(new RandomNormal(0, 0.02)).onLayer("embedding projection"),
                Rule.biases(new Constant(0.1)).onActivation(Activation.RELU));
    System.out.println(NetworkInitializer.with(rules).seed(42).dryRun(network));
    NetworkInitializer.with(rules).seed(42).initialize(network);
  }

  private static void audit(MultiLayerNetwork network, DataSet batch) {
    AuditReport report = InitializationAudit.run(network, batch);
    if (report.verdict() != AuditReport.Verdict.FINE) {
      System.out.println(report);
    }
  }

  private static MultiLayerConfiguration configuration() {
    return swap()
        .list(
            new DenseLayer.Builder().nIn(784).nOut(128).activation(Activation.RELU).build(),
            new OutputLayer.Builder().nIn(128).nOut(10).activation(Activation.SOFTMAX).build())
        .build();
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map(MatchResult::group)
        .map(block -> block.substring(block.indexOf('\n') + 1, block.length() - 3))
        .toList();
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }

  @Test
  void shouldBeCompiledHereWhenShownOnThePage() throws IOException {
    String source = withoutSpace(Files.readString(SOURCE));

    List<String> examples = blocks("java");

    assertThat(examples).hasSize(4);
    assertThat(examples).allSatisfy(example -> assertThat(source).contains(withoutSpace(example)));
  }

  @Test
  void shouldPrintTheTableOnThePageWhenRun() throws IOException {
    MultiLayerNetwork network = build(configuration());

    String table =
        NetworkInitializer.with(ActivationAware.rules()).seed(42).dryRun(network).toString();

    assertThat(blocks("text")).containsExactly(table.replace("\r\n", "\n"));
  }

  @Test
  void shouldRunWhenTheRulesAndTheAuditAreTriedOut() {
    MultiLayerNetwork network = build(configuration());

    rules(network);
    audit(network, new DataSet(Nd4j.rand(8, 784), Nd4j.eye(10).getRows(0, 1, 2, 3, 4, 5, 6, 7)));

    assertThat(network.getParam("0_b").getFloat(77)).isEqualTo(0.1f);
  }
}
