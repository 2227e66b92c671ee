package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the real server tells browsers about our pages, and whom it answers. */
class ServerSecurityTest {

  private static final List<String> ROUTES =
      List.of(
          "/train/stability",
          "/train/stability/data",
          "/train/stability/sessions",
          "/stability/assets/stability.js",
          "/stability/assets/none.js");

  private final StatsStorage storage = new InMemoryStatsStorage();

  @AfterEach
  void forgetTheList() {
    System.clearProperty(AllowedHosts.PROPERTY);
  }

  @Test
  void shouldSendSecurityHeadersWithEveryAnswer() throws Exception {
    RecordedRun.in(storage, "run").healthy(2);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      for (String route : ROUTES) {
        HttpResponse<String> response = ui.get(route);
        assertThat(header(response, "Content-Security-Policy"))
            .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'");
        assertThat(header(response, "X-Frame-Options")).isEqualTo("DENY");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(response, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(header(response, "Content-Type")).contains("charset=utf-8");
      }
      assertThat(header(ui.get("/train/stability/data"), "Cache-Control")).isEqualTo("no-store");
    }
  }

  @Test
  void shouldAnswerOnlyUnderItsOwnNames() throws Exception {
    RecordedRun.in(storage, "secret-run").healthy(2);
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      for (String route : ROUTES) {
        String refused = raw(ui, route, "rebound.evil.example:9000");
        assertThat(refused)
            .startsWith("HTTP/1.1 421 ")
            .contains("DNS rebinding", "-Dio.github.dl4jstability.ui.hosts=")
            .doesNotContain("evil.example", "secret-run");
        assertThat(raw(ui, route, "127.0.0.1")).doesNotContain(" 421 ");
      }
      System.setProperty(AllowedHosts.PROPERTY, "dash.example");
      assertThat(raw(ui, "/train/stability/data", "dash.example"))
          .startsWith("HTTP/1.1 200 ")
          .contains("secret-run");
    }
  }

  @Test
  void shouldServeEveryFileThatThePageNames() throws Exception {
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      String page = ui.get("/train/stability").body();
      List<String> files =
          Pattern.compile("\"(/stability/assets/[^\"]+)\"")
              .matcher(page)
              .results()
              .map(match -> match.group(1))
              .toList();
      assertThat(files).hasSizeGreaterThanOrEqualTo(5);
      for (String file : files) {
        HttpResponse<String> response = ui.get(file);
        assertThat(response.statusCode()).as(file).isEqualTo(200);
        assertThat(response.body()).as(file).isNotEmpty();
        assertThat(header(response, "Content-Type"))
            .startsWith(file.endsWith(".css") ? "text/css" : "text/javascript");
      }
    }
  }

  @Test
  void shouldSendAFileAgainOnlyWhenItHasChanged() throws Exception {
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      HttpResponse<String> first = ui.get("/stability/assets/uPlot.iife.min.js");
      assertThat(header(first, "Cache-Control")).isEqualTo("no-cache");
      String tag = header(first, "ETag");
      HttpResponse<String> again = ui.get("/stability/assets/uPlot.iife.min.js", tag);
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(header(again, "ETag")).isEqualTo(tag);
      HttpResponse<String> other = ui.get("/stability/assets/uPlot.iife.min.js", "\"older\"");
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.body()).isEqualTo(first.body());
    }
  }

  @Test
  void shouldServeNothingBesideItsFiles() throws Exception {
    try (UiServer ui = UiServer.singleSession().attach(storage)) {
      for (String name :
          List.of(
              "none.js",
              "..%2Fstability.html",
              "..%2FAssets.class",
              "%2E%2E%2F%2E%2E%2Fx.js",
              "stability.js%00.css",
              "stability",
              "uPlot.js")) {
        assertThat(ui.get("/stability/assets/" + name).statusCode()).as(name).isEqualTo(404);
      }
    }
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Java's own client does not let one choose the Host header. */
  private static String raw(UiServer ui, String path, String host) throws IOException {
    URI server = URI.create(ui.url(""));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      String request =
          Stream.of("GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close", "", "")
              .reduce((a, b) -> a + "\r\n" + b)
              .orElseThrow();
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
