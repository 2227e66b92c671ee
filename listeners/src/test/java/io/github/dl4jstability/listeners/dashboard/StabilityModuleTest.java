package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.record.NetworkRecord;
import io.github.dl4jstability.listeners.internal.record.ObservationRecord;
import io.github.dl4jstability.listeners.internal.record.RecordIds;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The tab in Deeplearning4j's real server, asked over HTTP. */
class StabilityModuleTest {

  private static final String EVIL = "<img src=x onerror=alert(1)>";

  private final StatsStorage storage = new InMemoryStatsStorage();

  @ParameterizedTest
  @ValueSource(strings = {"overview", "model", "system", "stability"})
  void shouldBeInTheNavigationOfEveryPage(String page) throws Exception {
    RecordedRun.in(storage, "run").healthy(3);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      HttpResponse<String> response = ui.get("/train/" + page);
      assertThat(response.statusCode()).isEqualTo(200);
      for (String link : List.of("overview", "model", "system", "stability")) {
        assertThat(response.body()).containsOnlyOnce("href=\"" + link + "\"");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "en, System, Stability",
    "de, System, Stabilität",
    "ja, システム, 安定性",
    "zh, 系统, 稳定性",
    "ko, 시스템, 안정성",
    "ru, Система, Стабильность"
  })
  void shouldSpeakTheLanguagesOfTheServer(String language, String system, String ours)
      throws Exception {
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      ui.get("/setlang/" + language);
      for (String page : List.of("overview", "model", "system", "stability")) {
        String body = ui.get("/train/" + page).body();
        assertThat(body).contains(system + "</a>").contains("</i>" + ours + "</a>");
      }
    }
  }

  @Test
  void shouldSpeakEnglishWhenTheLanguageIsNone() throws Exception {
    try (UiServer ui = UiServer.singleSession()) {
      ui.get("/setlang/%22%3E%3Cb%3E");
      HttpResponse<String> response = ui.get("/train/stability");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("<html lang=\"en\">").doesNotContain("<b>\"");
    }
  }

  @Test
  void shouldSendTheWholeRunAndThenOnlyWhatIsNew() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run").sick(100);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode all = ui.json("/train/stability/data");
      assertThat(all.path("status").asText()).isEqualTo("ok");
      assertThat(all.path("session").asText()).isEqualTo("run");
      assertThat(all.path("network").path("layers")).hasSize(7);
      assertThat(all.path("points").path("iteration")).hasSize(100);
      assertThat(all.path("points").path("gradient")).hasSize(7);
      assertThat(all.path("findings")).hasSize(3);
      assertThat(all.path("primary").asInt()).isEqualTo(2);
      assertThat(all.path("workers").get(0).path("worst").asText()).isEqualTo("ERROR");

      JsonNode nothing = ui.json(continued(all));
      assertThat(nothing.path("points").path("iteration")).isEmpty();
      assertThat(nothing.has("network")).isFalse();
      assertThat(nothing.has("findings")).isFalse();

      run.frame(100, 1.5, List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0));
      run.event(DiagnosisEvent.Kind.WITHDRAWN, 100, 0, RecordedRun.vanishing());
      JsonNode more = ui.json(continued(nothing));
      assertThat(more.path("points").path("iteration")).hasSize(1);
      assertThat(more.path("latest").path("score").asDouble()).isEqualTo(1.5);
      assertThat(more.path("findings").get(0).path("open").asBoolean()).isFalse();
      assertThat(more.path("findings").get(0).path("lastIteration").asInt()).isEqualTo(100);
    }
  }

  @Test
  void shouldKeepFindingsApartWhenARunIsRepeatedUnderTheSameName() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run").sick(40);
    run.healthy(40);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode findings = ui.json("/train/stability/data").path("findings");
      assertThat(findings)
          .extracting(f -> f.path("condition").asText() + " " + f.path("open").asBoolean())
          .containsExactly(
              "VANISHING_GRADIENT false",
              "LEARNING_RATE_TOO_HIGH false",
              "NON_FINITE false",
              "EXPLODING_GRADIENT false");
    }
  }

  @Test
  void shouldSayWhatIsNotFiniteAndNeverCallItZero() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run");
    double inf = Double.POSITIVE_INFINITY;
    run.frame(0, Double.NaN, List.of(0.0, 1.0, Double.NaN, inf, 1.0, 1.0, 1.0));
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode answer = ui.json("/train/stability/data");
      JsonNode points = answer.path("points");
      assertThat(points.path("score").get(0).isNull()).isTrue();
      assertThat(points.path("gradient").get(0).get(0).asDouble(-1)).isZero();
      assertThat(points.path("gradient").get(2).get(0).isNull()).isTrue();
      assertThat(points.path("gradient").get(3).get(0).isNull()).isTrue();
      assertThat(points.path("notFinite"))
          .extracting(mark -> mark.path("row").asInt() + " " + mark.path("value").asText())
          .containsExactly("-1 NaN", "2 NaN", "3 Infinity");
      assertThat(answer.path("latest").path("score").asText()).isEqualTo("NaN");
    }
  }

  @Test
  void shouldKeepSpikesWhenThereAreMorePointsThanAChartIsWide() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run");
    List<Double> ordinary = List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
    List<Double> spike = List.of(500.0, 1.0, 1.0, 1.0, 1.0, 1.0, Double.NaN);
    for (int i = 0; i < 5000; i++) {
      run.frame(i, i == 1234 ? 77 : 1, i == 3210 ? spike : ordinary);
    }
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode points = ui.json("/train/stability/data").path("points");
      assertThat(points.path("iteration").size()).isBetween(500, Answers.MAXIMUM_POINTS);
      assertThat(points.path("iteration").get(points.path("iteration").size() - 1).asInt())
          .isEqualTo(4999);
      assertThat(doubles(points.path("highest"))).contains(77.0);
      assertThat(doubles(points.path("gradient").get(0))).contains(500.0);
      assertThat(points.path("notFinite")).hasSize(1);
    }
  }

  @Test
  void shouldAddressSessionsByPathWhenThereAreSeveral() throws Exception {
    RecordedRun.in(storage, "first").healthy(5);
    StatsStorage other = new InMemoryStatsStorage();
    RecordedRun.in(other, "second").sick(40);
    try (UiServer ui = UiServer.multiSession().attach(storage).attach(other)) {
      assertThat(ui.get("/train/first/stability").body()).contains("data-mode=\"multi\"");
      assertThat(ui.json("/train/first/stability/data").path("points").path("iteration"))
          .hasSize(5);
      assertThat(ui.json("/train/second/stability/data").path("findings")).hasSize(3);
      assertThat(ui.json("/train/first/stability/data?session=second").path("session").asText())
          .isEqualTo("first");
      assertThat(ui.json("/train/first/stability/sessions").path("sessions")).hasSize(2);
      ui.get("/setlang/first/de");
      assertThat(ui.get("/train/first/stability").body()).contains("Stabilität");
      assertThat(ui.get("/train/second/stability").body()).doesNotContain("Stabilität");
    }
  }

  @Test
  void shouldAnswer404WithoutRepeatingTheNameWhenTheSessionIsUnknown() throws Exception {
    try (UiServer ui = UiServer.multiSession().attach(storage)) {
      HttpResponse<String> page = ui.get("/train/" + encoded(EVIL) + "/stability");
      assertThat(page.statusCode()).isEqualTo(404);
      assertThat(page.body()).contains("Unknown session").doesNotContain("onerror");
      HttpResponse<String> data = ui.get("/train/" + encoded(EVIL) + "/stability/data");
      assertThat(data.statusCode()).isEqualTo(404);
      assertThat(data.body()).isEqualTo("{\"status\":\"unknown\"}");
    }
  }

  @Test
  void shouldLoadASessionWhenTheUserToldTheServerWhereToFindIt() throws Exception {
    RecordedRun.in(storage, "stored").healthy(4);
    try (UiServer ui = UiServer.multiSession(id -> id.equals("stored") ? storage : null)) {
      assertThat(ui.get("/train/other/stability").statusCode()).isEqualTo(404);
      assertThat(ui.get("/train/stored/stability").statusCode()).isEqualTo(200);
      assertThat(ui.json("/train/stored/stability/data").path("points").path("iteration"))
          .hasSize(4);
    }
  }

  @Test
  void shouldShowAFileThatWasClosedAndOpenedAgain(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("run.dl4j");
    try (Closing<FileStatsStorage> written = new Closing<>(new FileStatsStorage(file.toFile()))) {
      RecordedRun.in(written.storage(), "stored – сессия").sick(60);
    }
    try (Closing<FileStatsStorage> read = new Closing<>(new FileStatsStorage(file.toFile()));
        UiServer ui = UiServer.singleSession().attach(read.storage())) {
      JsonNode answer = ui.json("/train/stability/data");
      assertThat(answer.path("session").asText()).isEqualTo("stored – сессия");
      assertThat(answer.path("points").path("iteration")).hasSize(60);
      assertThat(answer.path("findings")).hasSize(3);
    }
  }

  @Test
  void shouldShowWhatARemoteProcessSends() throws Exception {
    try (UiServer ui = UiServer.singleSession()) {
      ui.server().enableRemoteListener(storage, true);
      RemoteUIStatsStorageRouter router = new RemoteUIStatsStorageRouter(ui.url(""));
      RecordedRun.in(router, "remote").healthy(40);
      JsonNode answer = ui.json("/train/stability/data");
      for (long end = System.nanoTime() + 20_000_000_000L;
          answer.path("points").path("iteration").size() < 40 && System.nanoTime() < end; ) {
        answer = ui.json("/train/stability/data");
      }
      assertThat(answer.path("points").path("iteration")).hasSize(40);
      assertThat(answer.path("findings").get(0).path("open").asBoolean()).isFalse();
    }
  }

  @Test
  void shouldTellWorkersApart() throws Exception {
    RecordedRun.in(storage, "run", "worker_0", SyntheticRun.withLayers(7)).healthy(10);
    RecordedRun.in(storage, "run", "worker_1", SyntheticRun.withLayers(7)).sick(50);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode first = ui.json("/train/stability/data");
      assertThat(first.path("worker").asText()).isEqualTo("worker_0");
      assertThat(first.path("points").path("iteration")).hasSize(10);
      assertThat(first.path("workers").get(0).path("worst").asText()).isEqualTo("WARNING");
      assertThat(first.path("workers").get(1).path("worst").asText()).isEqualTo("ERROR");
      JsonNode second = ui.json("/train/stability/data?worker=worker_1");
      assertThat(second.path("points").path("iteration")).hasSize(50);
      assertThat(ui.json("/train/stability/data?worker=none").path("worker").asText())
          .isEqualTo("worker_0");
    }
  }

  @Test
  void shouldBeEmptyWhenOnlyAnotherListenerReported() throws Exception {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
    network.setListeners(new StatsListener(storage, 1, "theirs"));
    network.fit(Nd4j.rand(4, 8), Nd4j.ones(4, 3));
    try (UiServer ui = UiServer.multiSession().attach(storage)) {
      assertThat(ui.get("/train/theirs/stability").statusCode()).isEqualTo(200);
      assertThat(ui.json("/train/theirs/stability/data").path("status").asText())
          .isEqualTo("empty");
      assertThat(ui.json("/train/theirs/stability/sessions").path("sessions")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-7", "1e9", "99999999999999999999", "%00"})
  void shouldSendEverythingWhenTheTimestampIsNone(String after) throws Exception {
    RecordedRun.in(storage, "run").healthy(3);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      assertThat(ui.json("/train/stability/data?after=" + after).has("network")).isTrue();
    }
  }

  @Test
  void shouldFollowTheStoragesThatAreAttached() throws Exception {
    try (UiServer ui = UiServer.singleSession()) {
      assertThat(ui.json("/train/stability/data").path("status").asText()).isEqualTo("empty");
      ui.attach(storage);
      assertThat(ui.json("/train/stability/data").path("status").asText()).isEqualTo("empty");
      RecordedRun.in(storage, "run").healthy(2);
      assertThat(ui.json("/train/stability/data").path("status").asText()).isEqualTo("ok");
      ui.detach(storage);
      assertThat(ui.json("/train/stability/data").path("status").asText()).isEqualTo("empty");
      assertThat(ui.json("/train/stability/data?session=run").path("status").asText())
          .isEqualTo("unknown");
    }
  }

  @Test
  void shouldStayUpWhenAStorageIsClosedUnderIt(@TempDir Path directory) throws Exception {
    FileStatsStorage file = new FileStatsStorage(directory.resolve("run.dl4j").toFile());
    RecordedRun.in(file, "run").healthy(2);
    try (UiServer ui = UiServer.singleSession().attach(file)) {
      assertThat(ui.json("/train/stability/data").path("status").asText()).isEqualTo("ok");
      file.close();
      assertThat(ui.json("/train/stability/data").path("status").asText()).isEqualTo("empty");
    }
  }

  @Test
  void shouldContainAStorageThatThrows() throws Exception {
    StatsStorage broken =
        new InMemoryStatsStorage() {
          @Override
          public List<Persistable> getAllUpdatesAfter(
              String session, String type, String worker, long after) {
            throw new IllegalStateException("secret of the server");
          }
        };
    RecordedRun.in(broken, "run");
    try (UiServer ui = UiServer.singleSession().attach(broken)) {
      HttpResponse<String> response = ui.get("/train/stability/data");
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).isEqualTo("{\"status\":\"failed\"}");
      assertThat(ui.get("/train/stability").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldLeaveOutRecordsThatItCannotReadAndSaySo() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run").healthy(3);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode ok = ui.json("/train/stability/data");
      storage.putUpdate(from(Arrays.copyOf(encoded(run.ids()), 60)));
      JsonNode damaged = ui.json(continued(ok));
      assertThat(damaged.path("damaged").asBoolean()).isTrue();
      assertThat(damaged.path("newer").asBoolean()).isFalse();
      assertThat(damaged.path("points").path("iteration")).isEmpty();

      byte[] future = encoded(run.ids());
      future[0] = 2;
      storage.putUpdate(from(future));
      JsonNode newer = ui.json(continued(damaged));
      assertThat(newer.path("newer").asBoolean()).isTrue();
      assertThat(ui.json("/train/stability/data").path("points").path("iteration")).hasSize(3);
    }
  }

  @Test
  void shouldShowTheRestWhenTheNetworkCannotBeRead() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run").healthy(3);
    NetworkRecord network = NetworkRecord.of(run.ids(), SyntheticRun.withLayers(7).structure(), 1);
    byte[] bytes = network.encode();
    bytes[0] = 2;
    NetworkRecord newer = new NetworkRecord();
    newer.decode(bytes);
    storage.putStaticInfo(newer);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode answer = ui.json("/train/stability/data");
      assertThat(answer.path("newer").asBoolean()).isTrue();
      assertThat(answer.path("points").path("score")).hasSize(3);
      assertThat(answer.path("points").path("gradient")).isEmpty();
    }
  }

  @Test
  void shouldSurviveAFrameThatDoesNotFitTheNetwork() throws Exception {
    RecordedRun run = RecordedRun.in(storage, "run");
    SyntheticRun smaller = SyntheticRun.withLayers(2);
    storage.putUpdate(
        ObservationRecord.of(
            run.ids(),
            smaller.observation(0, 1, List.of(1.0, 1.0)),
            SyntheticRun.extremes(1, List.of(1.0, 1.0))));
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      JsonNode gradient = ui.json("/train/stability/data").path("points").path("gradient");
      assertThat(gradient.get(1).get(0).asDouble()).isEqualTo(1.0);
      assertThat(gradient.get(6).get(0).isNull()).isTrue();
    }
  }

  @Test
  void shouldForbidForeignScripts() throws Exception {
    RecordedRun.in(storage, EVIL).healthy(2);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      HttpResponse<String> page = ui.get("/train/stability?session=" + encoded(EVIL));
      assertThat(page.body()).doesNotContain("onerror");
      assertThat(page.headers().firstValue("Content-Security-Policy"))
          .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self';"));
      HttpResponse<String> data = ui.get("/train/stability/data?session=" + encoded(EVIL));
      assertThat(data.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
      assertThat(data.body()).contains(EVIL);
    }
  }

  private static byte[] encoded(RecordIds ids) {
    return ObservationRecord.of(
            ids,
            SyntheticRun.withLayers(1).observation(0, 1, List.of(1.0)),
            SyntheticRun.extremes(1, List.of(1.0)))
        .encode();
  }

  private static ObservationRecord from(byte[] bytes) {
    ObservationRecord record = new ObservationRecord();
    record.decode(bytes);
    return record;
  }

  private static String continued(JsonNode answer) {
    return "/train/stability/data?after="
        + answer.path("after").asLong()
        + "&events="
        + answer.path("events").asLong();
  }

  private static List<Double> doubles(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asDouble()));
    return values;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private record Closing<S extends StatsStorage>(S storage) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      storage.close();
    }
  }
}
