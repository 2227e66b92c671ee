package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
}
