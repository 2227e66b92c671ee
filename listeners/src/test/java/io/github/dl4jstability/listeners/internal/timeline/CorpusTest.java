package io.github.dl4jstability.listeners.internal.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.RecordedRun;
import io.github.dl4jstability.listeners.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules say of recorded runs what they said when {@code events.txt} was accepted. Where a
 * change is meant to move a verdict: {@code mvn -q -Pcorpus -Dcorpus.args="accept
 * listeners/src/test/resources/corpus"}, and read the difference.
 */
class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");
  private static final long MOST_BYTES = 3_000_000;

  private static List<Path> recordings() throws IOException {
    try (Stream<Path> files = Files.walk(CORPUS)) {
      return files.filter(file -> file.toString().endsWith(".stability")).sorted().toList();
    }
  }

  @Test
  void shouldSayTheSameOfRecordedRuns() throws IOException {
    List<String> events = new ArrayList<>();
    for (Path path : recordings()) {
      String name = CORPUS.relativize(path).toString().replace('\\', '/');
      events.addAll(EventLine.all(name.replace(".stability", ""), Recording.open(path)));
    }
    assertThat(events).isEqualTo(Files.readAllLines(CORPUS.resolve("events.txt")));
  }

  @Test
  void shouldHoldRunsOfEachKindAndStaySmall() throws IOException {
    long bytes = 0;
    List<String> models = new ArrayList<>();
    int looks = 0;
    boolean frozen = false;
    for (Path path : recordings()) {
      bytes += Files.size(path);
      RecordedRun run = Recording.open(path).runs().get(0);
      models.add(run.structure().orElseThrow().model());
      looks += run.looks();
      frozen |=
          run.structure().orElseThrow().layers().stream().anyMatch(layer -> layer.setup().frozen());
    }
    assertThat(models).hasSizeGreaterThan(20).contains("MultiLayerNetwork", "ComputationGraph");
    assertThat(looks).isGreaterThan(5);
    assertThat(frozen).isTrue();
    assertThat(bytes).isLessThan(MOST_BYTES);
  }
}
