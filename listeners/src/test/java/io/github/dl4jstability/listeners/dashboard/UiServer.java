package io.github.dl4jstability.listeners.dashboard;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.i18n.I18NProvider;
import org.nd4j.common.function.Function;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Deeplearning4j's real training UI on a free port. There can be one at a time. */
final class UiServer implements AutoCloseable {

  private final VertxUIServer server;
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

  private UiServer(VertxUIServer server) {
    this.server = server;
  }

  static UiServer singleSession() {
    return start(false, id -> null);
  }

  static UiServer multiSession() {
    return start(true, id -> null);
  }

  /** A server in multi-session mode that finds the storages of further sessions by their id. */
  static UiServer multiSession(Function<String, StatsStorage> provider) {
    return start(true, provider);
  }

  private static UiServer start(boolean multiSession, Function<String, StatsStorage> provider) {
    System.setProperty("org.deeplearning4j.ui.port", "0");
    I18NProvider.getInstance().setDefaultLanguage("en");
    return new UiServer(VertxUIServer.getInstance(0, multiSession, provider));
  }

  UiServer attach(StatsStorage storage) {
    server.attach(storage);
    return this;
  }

  void detach(StatsStorage storage) {
    server.detach(storage);
  }

  VertxUIServer server() {
    return server;
  }

  String url(String path) {
    return server.getAddress() + path;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Asks for a file of which the client already has the version with the given tag. */
  HttpResponse<String> get(String path, String tag) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(path)))
            .timeout(Duration.ofSeconds(20))
            .header("If-None-Match", tag)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(path).body());
  }

  @Override
  public void close() throws Exception {
    VertxUIServer.stopInstance();
  }
}
