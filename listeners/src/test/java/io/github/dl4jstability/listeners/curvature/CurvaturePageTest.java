package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Compiles and runs what docs/curvature.md shows. */
class CurvaturePageTest {
  private static final Path PAGE = Path.of("..", "docs", "curvature.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/github/dl4jstability/listeners/curvature/CurvaturePageTest.java");

  private static void show(MultiLayerNetwork network, DataSet batch) {
    CurvatureProbe probe =
        CurvatureProbe.on(network, batch).limit(Budget.of(Duration.ofSeconds(20)));
    StationaryPoint point = probe.stationaryPoint();
    System.out.println(
        point.kind()
            + ", curvature "
            + point.smallestEigenvalue()
            + " to "
            + point.largestEigenvalue()
            + " ± "
            + point.evidence().largest().standardError());
    point
        .escape()
        .ifPresent(
            way ->
                System.out.println(
                    "a step of " + way.step() + " lowers the loss to " + way.lossReached()));
  }

  @Test
  void shouldShowOnThePageWhatIsCompiledHere() throws IOException {
    Matcher example =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(example.find()).isTrue();
    assertThat(withoutSpace(Files.readString(SOURCE))).contains(withoutSpace(example.group(1)));
  }

  @Test
  void shouldRunTheExample() {
    MultiDataSet data = ProbedNetworks.TANH.data();
    show(
        (MultiLayerNetwork) ProbedNetworks.TANH.build(),
        new DataSet(data.getFeatures(0), data.getLabels(0)));
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
