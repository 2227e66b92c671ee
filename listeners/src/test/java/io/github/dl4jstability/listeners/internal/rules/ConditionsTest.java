package io.github.dl4jstability.listeners.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.internal.diagnosis.CatalogueEntry;
import io.github.dl4jstability.listeners.internal.diagnosis.CausalLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A condition is complete: judged, ranked, with its page and its row in the overview. */
class ConditionsTest {
  private static final Path PAGES = Path.of("..", "docs", "conditions");

  /** As the page on root causes names them, where that differs from the title. */
  private static String inShort(Condition condition) {
    return switch (condition) {
      case NON_FINITE -> "non-finite values";
      case POOR_INITIALIZATION -> "initialization";
      case REGULARIZATION_TOO_STRONG -> "regularization";
      case LEARNING_RATE_TOO_HIGH -> "rate too high";
      case LEARNING_RATE_TOO_LOW -> "rate too low";
      default -> condition.title();
    };
  }

  @ParameterizedTest
  @EnumSource
  void shouldHavePageAndRowInTheOverview(Condition condition) throws IOException {
    assertThat(PAGES.resolve(condition.page())).isNotEmptyFile();
    assertThat(Files.readString(PAGES.resolve("README.md")))
        .contains("| [" + condition.title() + "](" + condition.page() + ") |");
  }

  @ParameterizedTest
  @EnumSource
  void shouldHaveAnEntry(Condition condition) {
    assertThat(Conditions.CATALOGUE.entry(condition)).isPresent();
  }

  @Test
  void shouldJudgeEveryCondition() {
    Set<Condition> judged =
        Arrays.stream(Condition.values())
            .flatMap(condition -> Conditions.CATALOGUE.entry(condition).stream())
            .flatMap(entry -> entry.rules().stream())
            .flatMap(rule -> rule.get().conditions().stream())
            .collect(Collectors.toSet());
    assertThat(judged).containsExactlyInAnyOrder(Condition.values());
  }

  @Test
  void shouldRankAsThePageOnRootCausesSays() throws IOException {
    List<Condition> ranked =
        Arrays.stream(Condition.values())
            .filter(it -> Conditions.CATALOGUE.placeOf(it) < CatalogueEntry.SYMPTOM)
            .sorted(Comparator.comparingInt(Conditions.CATALOGUE::placeOf))
            .toList();
    String page = Files.readString(PAGES.resolve("root-cause.md")).replaceAll("\\s+", " ");
    assertThat(page)
        .contains(ranked.stream().map(ConditionsTest::inShort).collect(Collectors.joining(", ")));
  }

  @ParameterizedTest
  @EnumSource
  void shouldListTheCausesThatThePageOnRootCausesLists(Condition effect) throws IOException {
    List<Condition> causes =
        Conditions.CATALOGUE.causesOf(effect).stream()
            .map(CausalLink::cause)
            .filter(cause -> cause != Condition.NON_FINITE)
            .toList();
    if (!causes.isEmpty()) {
      List<String> rows =
          Files.readAllLines(PAGES.resolve("root-cause.md")).stream()
              .filter(line -> line.startsWith("| ") && isAbout(line, effect))
              .toList();
      assertThat(rows).hasSize(1);
      assertThat(causes).allSatisfy(cause -> assertThat(rows.get(0)).contains(inShort(cause)));
    }
  }

  private static boolean isAbout(String row, Condition effect) {
    String cell = row.split("\\|", -1)[1];
    return Arrays.asList(cell.strip().split(", ")).contains(inShort(effect).replace(" values", ""));
  }
}
