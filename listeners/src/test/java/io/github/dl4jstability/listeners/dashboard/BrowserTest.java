package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a person sees, in a real browser; pictures of it are left in {@code target/screenshots}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private Browser browser;

  @BeforeAll
  void startBrowser() throws Exception {
    browser = Browser.start();
    browser.resize(1280, 800);
  }

  @AfterAll
  void stopBrowser() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void shouldNameTheRootCauseWhenTheRunIsSick() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun.in(storage, "sick").sick(600);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelectorAll('#findings tbody tr').length === 3");
      browser.screenshot(SCREENSHOTS.resolve("sick.png"));

      assertThat(browser.text("#verdict h1"))
          .isEqualTo("Learning rate too high in the whole network");
      assertThat(browser.text("#verdict")).contains("It led to: non-finite in layer 6");
      assertThat(browser.text("#facts")).contains("loss NaN");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void shouldFitWhenTheWindowIsNarrow() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun.in(storage, "sick").sick(300);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.resize(480, 900);
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelectorAll('#findings tbody tr').length === 3");
      browser.screenshot(SCREENSHOTS.resolve("narrow.png"));
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(480);
      assertThat(leftEdge("a[href=overview]")).isBetween(0, 100);
      assertThat(leftEdge("a[href=stability]")).isBetween(100, 480);
    } finally {
      browser.resize(1280, 800);
    }
  }

  @Test
  void shouldSayHealthyWhenNothingIsWrong() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun.in(storage, "healthy").healthy(900);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelectorAll('#findings tbody tr').length === 1");
      browser.screenshot(SCREENSHOTS.resolve("healthy.png"));

      assertThat(browser.text("#verdict h1")).isEqualTo("Healthy");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void shouldSayWhatToDoWhenThereIsNoRun() throws Exception {
    try (UiServer ui = UiServer.singleSession()) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'empty'");
      browser.screenshot(SCREENSHOTS.resolve("empty.png"));
      assertThat(browser.text("#verdict")).contains("StabilityListener.reportingTo(storage)");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void shouldFollowARunUntilItsStorageIsDetached() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun run = RecordedRun.in(storage, "run");
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'waiting'");
      run.healthy(30);
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'WARNING'");
      run.healthy(40);
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'healthy'");
      ui.detach(storage);
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'gone'");
      // What was asked for and is no longer there is answered with 404, which the console shows.
      assertThat(browser.problems()).allSatisfy(problem -> assertThat(problem).contains("404"));
    }
  }

  @Test
  void shouldShowForeignTextAsTextWhenItLooksLikeMarkup() throws Exception {
    String evil = "<img src=x onerror=alert(1)>";
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    SyntheticRun network = SyntheticRun.withLayers(List.of(evil, "\"><script>alert(2)</script>"));
    for (String session : List.of(evil, "other/&?#%41")) {
      for (String worker : List.of(evil, "worker_1")) {
        RecordedRun run = RecordedRun.in(storage, session, worker, network);
        run.frame(0, 1, List.of(1.0, Double.NaN));
        run.event(
            DiagnosisEvent.Kind.RAISED,
            0,
            0,
            new Diagnosis(
                Condition.PLATEAU,
                Severity.WARNING,
                0,
                0,
                List.of(evil),
                Map.of(evil, 1.0),
                evil,
                evil,
                Optional.of(SyntheticRun.diagnosis(Condition.INPUT_SCALE, 0, List.of(evil)))));
      }
    }
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelectorAll('#findings tbody tr').length === 1");
      browser.waitUntil("document.querySelectorAll('#session-select option').length === 2");
      browser.screenshot(SCREENSHOTS.resolve("markup.png"));
      assertThat(browser.text("#verdict h1")).isEqualTo("Input scale in layer " + evil);
      assertThat(browser.text("#findings")).contains(evil);
      assertThat(browser.evaluate("document.querySelectorAll('main img, main script').length"))
          .hasToString("0");
      assertThat(browser.problems()).isEmpty();
    }
  }

  /** CVE-2024-21489 of uPlot: a merge that writes where all objects look. */
  @Test
  void shouldNotLetDataReachThePrototypeOfAllObjects() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun.in(storage, "run").healthy(20);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelectorAll('#norms canvas').length === 1");
      String reached =
          browser
              .evaluate(
                  """
                  (() => {
                    const data = JSON.parse('{"__proto__": {"polluted": "yes"}}');
                    try { uPlot.assign({}, data); } catch (refused) { /* as it should be */ }
                    return String({}.polluted);
                  })()
                  """)
              .asText();
      assertThat(reached).isEqualTo("undefined");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void shouldSwitchBetweenSessionsAndWorkers() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    SyntheticRun network = SyntheticRun.withLayers(3);
    RecordedRun.in(storage, "a run/50 %", "worker_0", network).healthy(50);
    RecordedRun.in(storage, "other", "worker_0", network).healthy(60);
    RecordedRun.in(storage, "other", "worker_1", network).frame(70, 1, List.of(1.0, 1.0, 1.0));
    try (UiServer ui = UiServer.multiSession().attach(storage)) {
      browser.open(ui.url("/train/other/stability"));
      browser.waitUntil("document.querySelector('#facts').innerText.includes('iteration 59')");
      choose("worker-select", "worker_1");
      browser.waitUntil("document.querySelector('#facts').innerText.includes('iteration 70')");
      browser.waitUntil("document.querySelectorAll('#session-select option').length === 2");
      choose("session-select", "a run/50 %");
      browser.waitUntil("document.querySelector('#facts').innerText.includes('iteration 49')");
      assertThat(browser.evaluate("location.pathname").asText())
          .isEqualTo("/train/a%20run%2F50%20%25/stability");
      assertThat(browser.problems()).isEmpty();
    }
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelectorAll('#session-select option').length === 2");
      choose("session-select", "a run/50 %");
      browser.waitUntil("document.querySelector('#facts').innerText.includes('iteration 49')");
      choose("session-select", "other");
      browser.waitUntil("document.querySelector('#facts').innerText.includes('iteration 59')");
    }
  }

  @Test
  void shouldDrawTheLossOnALogarithmicScaleWhenAsked() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun.in(storage, "sick").sick(400);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.open(ui.url("/train/stability"));
      browser.waitUntil("document.querySelector('#loss canvas')");
      browser.evaluate("document.querySelector('[data-scale=log]').click()");
      browser.evaluate(
          """
          document.querySelector('.st-heatmap').dispatchEvent(
            new MouseEvent('mousemove', {clientX: 1200, clientY: 400, bubbles: true}))
          """);
      browser.screenshot(SCREENSHOTS.resolve("logarithmic.png"));
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void shouldChangeTheLanguageWhenAsked() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RecordedRun.in(storage, "run 1").healthy(3);
    try (UiServer ui = UiServer.multiSession().attach(storage)) {
      browser.open(ui.url("/train/run%201/stability"));
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'healthy'");
      browser.evaluate("document.querySelector('[data-language=de]').click()");
      browser.waitUntil("document.documentElement.lang === 'de'");
      assertThat(browser.text(".sidebar")).contains("Stabilität");
      assertThat(browser.problems()).isEmpty();
    }
  }

  private int leftEdge(String selector) {
    return browser
        .evaluate("document.querySelector('" + selector + "').getBoundingClientRect().left")
        .asInt();
  }

  private void choose(String select, String option) {
    browser.evaluate(
        """
        (() => {
          const select = document.querySelector('#%s select');
          select.value = '%s';
          select.dispatchEvent(new Event('change', {bubbles: true}));
        })()
        """
            .formatted(select, option));
  }
}
