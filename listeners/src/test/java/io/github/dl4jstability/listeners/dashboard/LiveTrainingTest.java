package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.StabilityListener;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The whole way, from a network that is trained to what a person sees in a browser. */
class LiveTrainingTest {

  @Test
  void shouldChangeTheVerdictWhenATrainingRunBreaks() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Adam(0.01), DataType.FLOAT);
    network.setListeners(StabilityListener.reportingTo(storage));
    DataSet data = threeClasses();
    try (Browser browser = Browser.start();
        UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.resize(1280, 800);
      train(network, data, 60);

      browser.open(ui.url("/train/overview"));
      browser.waitUntil("document.querySelector('#modelType').innerText !== 'Loading...'");
      browser.waitUntil("document.querySelector('#scoreiterchart canvas')");
      assertThat(browser.problems()).isEmpty();

      browser.evaluate("document.querySelector('.sidebar a[href=stability]').click()");
      browser.waitUntil("document.querySelector('#verdict')?.dataset.state === 'healthy'");
      browser.screenshot(Path.of("target", "screenshots", "live-healthy.png"));

      network.setLearningRate(1e30);
      train(network, data, 10);
      browser.waitUntil("document.querySelector('#verdict').dataset.state === 'ERROR'");
      browser.screenshot(Path.of("target", "screenshots", "live-broken.png"));
      assertThat(browser.text("#facts")).contains("loss NaN");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBeAClickAwayFromTheOtherPages(boolean multiSession) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Adam(0.01), DataType.FLOAT);
    network.setListeners(StabilityListener.builder().storage(storage).sessionId("run").build());
    train(network, threeClasses(), 5);
    String root = multiSession ? "/train/run/" : "/train/";
    try (Browser browser = Browser.start();
        UiServer ui =
            (multiSession ? UiServer.multiSession() : UiServer.singleSession()).attach(storage)) {
      for (String page : List.of("overview", "model", "system")) {
        browser.open(ui.url(root + page));
        follow(browser, "stability", root);
        browser.waitUntil("document.querySelector('#verdict').dataset.state === 'healthy'");
        follow(browser, page, root);
      }
    }
  }

  @Test
  void shouldFillTheChartsOfTheBuiltInPages() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Adam(0.01), DataType.FLOAT);
    network.setListeners(StabilityListener.reportingTo(storage));
    train(network, threeClasses(), 60);
    try (Browser browser = Browser.start();
        UiServer ui = UiServer.singleSession().attach(storage)) {
      browser.resize(1280, 800);
      browser.open(ui.url("/train/model"));
      browser.waitUntil("window.cy.nodes().length === 4"); // the input and three layers
      browser.evaluate("window.cy.$id('1').emit('click'); true");
      for (String chart :
          List.of(
              "meanmag",
              "activations",
              "learningrate",
              "parametershistogram",
              "updateshistogram")) {
        browser.waitUntil(hasData(chart));
      }
      assertThat(browser.text("#layerInfo")).contains("24"); // units
      browser.screenshot(Path.of("target", "screenshots", "live-model.png"));
      assertThat(browser.problems()).isEmpty();

      browser.open(ui.url("/train/system"));
      browser.waitUntil(hasData("systemMemoryChartPlot"));
      assertThat(browser.problems()).isEmpty();
    }
  }

  /** Whether a chart of Deeplearning4j's own shows at least two points, all of them numbers. */
  private static String hasData(String chart) {
    return """
        $('#%s').data('plot').getData().some((series) => series.data.length > 1
            && series.data.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y)))
        """
        .formatted(chart)
        .strip();
  }

  private static void follow(Browser browser, String page, String root) {
    browser.evaluate("document.querySelector('.sidebar a[href=" + page + "]').click()");
    browser.waitUntil(
        "location.pathname === '" + root + page + "' && document.readyState === 'complete'");
  }

  private static void train(MultiLayerNetwork network, DataSet data, int iterations) {
    for (int i = 0; i < iterations; i++) {
      network.fit(data);
    }
  }

  /** Points on eight axes; the class is the largest of the first three. */
  private static DataSet threeClasses() {
    INDArray features = Nd4j.randn(DataType.FLOAT, 64, 8);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 64, 3);
    for (int i = 0; i < 64; i++) {
      int best = 0;
      for (int c = 1; c < 3; c++) {
        best = features.getDouble(i, c) > features.getDouble(i, best) ? c : best;
      }
      labels.putScalar(i, best, 1);
    }
    return new DataSet(features, labels);
  }
}
