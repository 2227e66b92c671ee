package io.github.dl4jstability.listeners.internal.rules.initialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputScaleRuleTest {
  private final Asked rule = new Asked(new InputScaleRule());

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static ColumnScales columns(double rms, double largest) {
    return new ColumnScales(10, 1000, 0.1, largest / 2, largest, 1, rms);
  }

  private static Observations run(ColumnScales features) {
    return new Observations(2)
        .setup(setup -> Setups.readingFeatures())
        .columns(features, ColumnScales.ABSENT);
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "127, 75", "316, 1000"})
  void shouldWarnWhenFeaturesLeaveNoUsualRate(double rms, double largest) {
    Diagnosis diagnosis = judge(rule, run(columns(rms, largest)), 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).contains("layer0");
    assertThat(diagnosis.evidence().get("root mean square")).isCloseTo(rms, within(1e-9));
    assertThat(diagnosis.remedy()).contains("NormalizerStandardize").doesNotContain("fitLabel");
  }

  @Test
  void shouldBeInformationBetweenTenAndThirtyTwo() {
    Diagnosis diagnosis = judge(rule, run(columns(15, 15)), 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.INFO);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "0.35, 0.3", "0.1, 0.5", "7, 8", "0.6, 0.5", "3, 9"})
  void shouldStaySilentWhenFeaturesAreOfOrdinarySize(double rms, double largest) {
    // Standardized, pixels from 0 to 1, one-hot, a blob in the plane, binary, sparse counts.
    assertThat(judge(rule, run(columns(rms, largest)), 100)).isEmpty();
  }

  @Test
  void shouldOnlyInformWhenANormalizationBehindTheReaderTakesTheScaleAway() {
    Observations run =
        new Observations(2)
            .setup(setup -> Setups.normalizedReader())
            .columns(columns(100, 100), ColumnScales.ABSENT);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldWarnWhereAReaderHasNoNormalizationBehindItAlthoughAnotherHas() {
    Observations run =
        readers(Setups.normalizedReader(), Setups.readingFeatures())
            .columns(columns(100, 100), ColumnScales.ABSENT);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
  }

  private static Observations readers(Setup first, Setup second) {
    return new Observations(2)
        .layers(
            layer ->
                new NetworkStructure.Layer(
                    layer.name(),
                    layer.type(),
                    "",
                    1,
                    false,
                    true,
                    layer.name().equals("layer0") ? first : second));
  }

  /** Layer 0 reads input 0 and is normalized or not; layer 1 reads input 1. */
  private static Observations twoInputs(ColumnScales first, ColumnScales second, Setup reader) {
    return readers(reader, Setups.readingInput(1))
        .columns(List.of(first, second), ColumnScales.ABSENT);
  }

  @Test
  void shouldNameOnlyTheLayersThatReadTheInputInQuestion() {
    ColumnScales fine = columns(1, 1);
    ColumnScales large = columns(100, 100);
    Setup plain = Setups.readingInput(0);
    assertThat(judge(rule, twoInputs(fine, large, plain), 1).orElseThrow().layers())
        .containsExactly("layer1");
    assertThat(judge(rule, twoInputs(large, fine, plain), 1).orElseThrow().layers())
        .containsExactly("layer0");
  }

  @Test
  void shouldNotExcuseAnInputByTheNormalizationBehindAnother() {
    ColumnScales fine = columns(1, 1);
    ColumnScales large = columns(100, 100);
    Setup normalized = Setups.normalizedReader();
    assertThat(judge(rule, twoInputs(fine, large, normalized), 1).orElseThrow().severity())
        .isEqualTo(Severity.WARNING);
    assertThat(judge(rule, twoInputs(large, fine, normalized), 1).orElseThrow().severity())
        .isEqualTo(Severity.INFO);
  }

  private static Observations withEmbeddings(Observations run, String... names) {
    return run.layers(
        layer ->
            new NetworkStructure.Layer(
                layer.name(),
                List.of(names).contains(layer.name()) ? "EmbeddingLayer" : layer.type(),
                "",
                1,
                false,
                true,
                layer.setup()));
  }

  @Test
  void shouldNotTakeIndicesForFeatures() {
    Observations run = withEmbeddings(run(columns(5000, 3000)), "layer0", "layer1");
    assertThat(judge(rule, run, 10)).isEmpty();
  }

  @Test
  void shouldJudgeFeaturesBesideIndices() {
    Observations run = withEmbeddings(run(columns(100, 100)), "layer0");
    assertThat(judge(rule, run, 1).orElseThrow().layers()).containsExactly("layer1");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 8})
  void shouldLeaveRoomForChanceWhenFewValuesWereSeen(long examples) {
    ColumnScales few = new ColumnScales(10, examples, 1, 1, 38, 1, 38);
    assertThat(judge(rule, run(few), 10).filter(found -> found.severity() != Severity.INFO))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5000, Sgd, WARNING",
    "400, Sgd, WARNING",
    "224, Sgd, INFO",
    "224, Adam, WARNING",
    "40, RmsProp, WARNING",
    "20, Adam, INFO"
  })
  void shouldJudgeTheTargetsOfARegression(double scale, String updater, Severity severity) {
    Observations run =
        new Observations(2)
            .setup(setup -> Setups.regression(updater))
            .columns(columns(1, 1), columns(scale, scale));
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(severity);
    assertThat(diagnosis.layers()).containsExactly("layer1");
    assertThat(diagnosis.remedy()).contains("fitLabel(true)");
  }

  @Test
  void shouldNotJudgeLabelsThatAreNoDistances() {
    Observations run =
        new Observations(2)
            .setup(setup -> Setups.loss("MCXENT"))
            .columns(columns(1, 1), columns(5000, 5000));
    assertThat(judge(rule, run, 10)).isEmpty();
  }

  @Test
  void shouldHoldOnAtTheLimitAndBeWithdrawnBelowIt() {
    Observations run = run(columns(36, 36));
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
    run.columns(columns(32, 32), ColumnScales.ABSENT);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
    run.columns(columns(1, 1), ColumnScales.ABSENT);
    assertThat(judge(rule, run, 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"20, 100", "100, 1", "100, NaN"})
  void shouldTakeTheLargerOfAllValuesAndTheColumnThatVariesMost(double rms, double largest) {
    Diagnosis diagnosis = judge(rule, run(columns(rms, largest)), 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.explanation()).contains("the loss 1e+4 times more curved");
  }

  @Test
  void shouldOnlyInformWhenANormalizationReadsTheFeatures() {
    Observations run =
        run(columns(100, 100))
            .layers(
                layer ->
                    new NetworkStructure.Layer(
                        layer.name(), "BatchNormalization", "", 1, false, true, layer.setup()));
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldWarnWhereItIsNotKnownWhichLayerReadsTheFeatures() {
    Observations run = new Observations(2).columns(columns(100, 100), ColumnScales.ABSENT);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void shouldTellOfTheMoreSevereOfFeaturesAndTargets() {
    Observations run =
        new Observations(2)
            .setup(setup -> Setups.normalizedReaderOfARegression("Adam"))
            .columns(columns(100, 100), columns(40, 40));
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer1");
  }

  /** Of s, s / (1 + 3/√2000) = 0.937 s counts; limits are √1000 and 10, and nine tenths of them. */
  @Test
  void shouldChangeItsSeverityOnlyBeyondTheLimitOrBelowNineTenthsOfIt() {
    assertThat(severities(36, 31, 29, 33, 36))
        .containsExactly(
            Severity.WARNING, Severity.WARNING, Severity.INFO, Severity.INFO, Severity.WARNING);
    assertThat(severities(11, 10, 9)).containsExactly(Severity.INFO, Severity.INFO, null);
    assertThat(severities(10)).containsOnlyNulls();
  }

  private static List<Severity> severities(double... scales) {
    Asked fresh = new Asked(new InputScaleRule());
    Observations run = run(ColumnScales.ABSENT);
    List<Severity> severities = new ArrayList<>();
    for (double scale : scales) {
      run.columns(columns(scale, scale), ColumnScales.ABSENT);
      Optional<Diagnosis> found = judge(fresh, run, 2);
      found.ifPresent(diagnosis -> assertThat(diagnosis.iteration()).isZero());
      severities.add(found.map(Diagnosis::severity).orElse(null));
    }
    return severities;
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.INPUT_SCALE);
  }

  @Test
  void shouldTellOfFeaturesBeforeTargetsOfTheSameSeverity() {
    Observations run =
        new Observations(2)
            .setup(setup -> Setups.normalizedReaderOfARegression("Sgd"))
            .columns(columns(12, 12), columns(40, 40));
    assertThat(judge(rule, run, 1).orElseThrow().evidence())
        .containsEntry("root mean square", 12.0);
    run.columns(columns(1, 1), columns(40, 40));
    assertThat(judge(rule, run, 1).orElseThrow().evidence())
        .containsEntry("root mean square of the targets", 40.0);
  }
}
