package io.github.dl4jstability.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccuracyTest {
  private static final String SERVICES =
      "META-INF/services/io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider";

  @TempDir Path folder;

  @Test
  void shouldRunScenariosFromOutsideAndReportThem() throws Exception {
    // given: a folder that only names a provider
    Path services = folder.resolve(SERVICES);
    Files.createDirectories(services.getParent());
    Files.writeString(services, TinyScenarios.class.getName() + "\n");
    Path out = folder.resolve("accuracy.md");

    // when
    String said =
        run(
            "--scenarios",
            folder.toString(),
            "--only",
            "^tiny-outside/",
            "--seeds",
            "2",
            "--out",
            out.toString(),
            "--check-health");

    // then
    assertThat(said).contains("3 scenarios, 6 runs").contains("tiny-outside/healthy");
    assertThat(Files.readString(out))
        .contains("| faulty runs detected | 100.0 % (34.2 to 100.0), 2 of 2 |")
        .contains("| right root cause | 100.0 % (34.2 to 100.0), 2 of 2 |")
        .contains("| healthy runs with a warning | 0.0 % (0.0 to 49.0), 0 of 4 |")
        .contains("| runs that could not be done | 33.3 %")
        .contains("| tiny-outside | 2 | 2/2 | 2/2 | 2/2 |  | 0 | 0/2 |  |")
        .contains("FAILED java.lang.IllegalStateException: no data");
  }

  @Test
  void shouldSkipWhatTheResultsAlreadyHold() throws Exception {
    Path services = folder.resolve(SERVICES);
    Files.createDirectories(services.getParent());
    Files.writeString(services, TinyScenarios.class.getName() + "\n");
    String[] arguments = {
      "--scenarios",
      folder.toString(),
      "--only",
      "^tiny-outside/nan",
      "--seeds",
      "2",
      "--results",
      folder.resolve("results.tsv").toString(),
      "--out",
      folder.resolve("accuracy.md").toString()
    };

    assertThat(run(arguments)).contains("1 scenarios, 2 runs");
    assertThat(run(arguments)).contains("1 scenarios, 0 runs").contains("2 of 2");
  }

  @Test
  void shouldJudgeRecordingsAgainWithoutTraining() throws Exception {
    Path services = folder.resolve(SERVICES);
    Files.createDirectories(services.getParent());
    Files.writeString(services, TinyScenarios.class.getName() + "\n");
    List<String> which =
        List.of("--scenarios", folder.toString(), "--only", "^tiny-outside/[hn]", "--seeds", "2");
    String recordings = folder.resolve("recordings").toString();
    Path live = folder.resolve("live.tsv");
    Path again = folder.resolve("again.tsv");
    Path out = folder.resolve("accuracy.md");

    run(with(which, "--record", recordings, "--results", live.toString(), "--out", out.toString()));
    run(with(which, "--from", recordings, "--results", again.toString(), "--out", out.toString()));

    assertThat(Files.readAllLines(again))
        .hasSize(4)
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(live))
        .noneMatch(line -> line.contains("FAILED"));
    assertThat(Corpus.run(List.of("accept", recordings), System.out)).isZero();
    assertThat(Corpus.run(List.of("check", recordings), System.out)).isZero();
    Path events = folder.resolve("recordings").resolve(Corpus.EVENTS);
    Files.writeString(events, Files.readString(events).replace("NON_FINITE", "PLATEAU"));
    assertThat(Corpus.run(List.of("check", recordings), System.out)).isEqualTo(1);
  }

  private static String[] with(List<String> words, String... more) {
    return Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void shouldGiveTheSameRunForTheSameSeed() {
    Scenario scenario = find("plain-blob/relu-24-sgd-float-b16");

    LossCurve first = RecordedTrial.of(scenario, 3, 40, told -> {}).loss();
    LossCurve again = RecordedTrial.of(scenario, 3, 40, told -> {}).loss();
    LossCurve other = RecordedTrial.of(scenario, 4, 40, told -> {}).loss();

    assertThat(first.values()).hasSize(40).containsExactly(again.values());
    assertThat(other.values()).isNotEqualTo(first.values());
  }

  @Test
  void shouldFindTheProjectsScenariosWithAFamilyAndAVariant() {
    List<Scenario> scenarios = Catalog.find(List.of());

    assertThat(scenarios).hasSizeGreaterThan(300);
    assertThat(scenarios).extracting(Scenario::name).allMatch(name -> name.matches("[^/]+/[^/]+"));
    assertThat(scenarios).allMatch(scenario -> scenario.iterations() > 0);
    assertThat(scenarios)
        .filteredOn(scenario -> scenario.expected().primary().isEmpty())
        .allMatch(scenario -> scenario.iterations() >= 2_000);
  }

  @Test
  void shouldRunOneScenarioOfEachFamily() {
    Map<String, Scenario> families = new TreeMap<>();
    Catalog.find(List.of()).stream()
        .filter(scenario -> !scenario.family().startsWith("tiny-outside"))
        .forEach(scenario -> families.putIfAbsent(scenario.family(), scenario));

    assertThat(families.values())
        .allSatisfy(
            scenario -> {
              Outcome outcome = RecordedTrial.of(scenario, 1, 3, told -> {});
              assertThat(outcome.failure()).isEmpty();
              assertThat(outcome.iterations()).isGreaterThanOrEqualTo(3);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--seeds 3-1",
        "--only (",
        "--threads 0",
        "--what",
        "--seed",
        "--healthy --faulty",
        "--record a --from b"
      })
  void shouldRejectWhatItDoesNotUnderstand(String words) {
    assertThatThrownBy(() -> Options.parse(words.split(" ", -1)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(words.split(" ", -1)[0]);
  }

  private static Scenario find(String name) {
    return Catalog.find(List.of()).stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String run(String... arguments) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Accuracy(Options.parse(arguments), new PrintStream(out, true, StandardCharsets.UTF_8))
        .run();
    return out.toString(StandardCharsets.UTF_8);
  }
}
