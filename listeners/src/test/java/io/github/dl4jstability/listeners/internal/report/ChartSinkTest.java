package io.github.dl4jstability.listeners.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.StabilityListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The built-in pages get from us what StatsListener gives them. */
class ChartSinkTest {

  @ParameterizedTest
  @ValueSource(strings = {"dense", "convolution", "lstm", "graph"})
  void shouldWriteTheNumbersOfStatsListener(String kind) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Model model = Networks.build(kind, new Adam(0.01), DataType.FLOAT);
    StatsListener theirs = new StatsListener(storage, 1);
    theirs.setSessionID("theirs");
    StabilityListener ours = StabilityListener.builder().storage(storage).sessionId("ours").build();
    model.setListeners(theirs, ours);
    for (DataSet batch : Networks.batches(kind, DataType.FLOAT, 21)) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
    ours.close();

    StatsReport expected = report(storage, "theirs", 20);
    StatsReport actual = report(storage, "ours", 20);
    assertThat(actual.getScore()).isEqualTo(expected.getScore());
    assertThat(actual.getLearningRates()).isEqualTo(expected.getLearningRates());
    for (StatsType type : StatsType.values()) {
      assertSame(actual.getMean(type), expected.getMean(type), 1e-3, type + " mean");
      assertSame(actual.getStdev(type), expected.getStdev(type), 1e-3, type + " deviation");
      // Taken from 4096 samples of larger arrays: a standard error of about 1 %.
      assertSame(
          actual.getMeanMagnitudes(type),
          expected.getMeanMagnitudes(type),
          0.05,
          type + " magnitude");
    }
    assertThat(actual.getHistograms(StatsType.Parameters).keySet())
        .isEqualTo(expected.getHistograms(StatsType.Parameters).keySet());
  }

  /** Theirs has some arrays more: inputs, and gradients of what is no gradient. */
  private static void assertSame(
      Map<String, Double> actual, Map<String, Double> expected, double tolerance, String name) {
    assertThat(actual).as(name).isNotEmpty();
    actual.forEach(
        (key, value) ->
            assertThat(value)
                .as(name + " of " + key)
                .isCloseTo(
                    expected.get(key), within(1e-5 + tolerance * Math.abs(expected.get(key)))));
  }

  private static StatsReport report(InMemoryStatsStorage storage, String session, int iteration) {
    List<Persistable> all = storage.getAllUpdatesAfter(session, StatsListener.TYPE_ID, 0);
    return all.stream()
        .map(StatsReport.class::cast)
        .filter(report -> report.getIterationCount() == iteration)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "graph"})
  void shouldAnnounceTheModel(String kind) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordWriter writer = new RecordWriter(storage, fault -> {});
    Model model = Networks.build(kind, new Adam(0.01), DataType.FLOAT);
    Destination destination = new Destination(writer, "session", "main", new Stamps());
    ChartSession.of(destination, model).announceTo(destination);
    writer.flush(Deadline.in(Duration.ofSeconds(10)));
    StatsInitializationReport report =
        (StatsInitializationReport) storage.getStaticInfo("session", StatsListener.TYPE_ID, "main");
    assertThat(report.getModelNumParams()).isEqualTo(model.numParams());
    assertThat(report.getModelNumLayers()).isEqualTo(3);
    assertThat(report.getModelConfigJson()).contains("Adam");
  }
}
