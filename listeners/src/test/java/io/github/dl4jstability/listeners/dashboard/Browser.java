package io.github.dl4jstability.listeners.dashboard;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * One tab of a headless Chromium, driven through the Chrome DevTools Protocol. It remembers
 * everything that a developer would see in red.
 */
final class Browser implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final String session;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final Map<String, String> requests = new ConcurrentHashMap<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final List<String> leftServers = new CopyOnWriteArrayList<>();
  private volatile String server = "none";

  private Browser(Process process, Path profile, String address) {
    this.process = process;
    this.profile = profile;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), new Listener())
            .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .join();
    String target =
        call(null, "Target.createTarget", "url", "about:blank").get("targetId").asText();
    this.session =
        call(null, "Target.attachToTarget", "targetId", target, "flatten", true)
            .get("sessionId")
            .asText();
    for (String domain : List.of("Runtime", "Log", "Network", "Page")) {
      call(session, domain + ".enable");
    }
    call(session, "Emulation.setScrollbarsHidden", "hidden", true);
  }

  /** Starts Chromium, or skips the test where there is none. */
  static Browser start() throws IOException {
    Path executable =
        find().orElseGet(() -> abort("chromium not found: install Debian's chromium"));
    Path profile = Files.createTempDirectory("browser");
    Process process =
        new ProcessBuilder(
                executable.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Browser(process, profile, address(process));
  }

  private static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .map(directory -> Path.of(directory, "chromium"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Chromium writes the address to its error stream, which has to be read on. */
  private static String address(Process process) {
    CompletableFuture<String> address = new CompletableFuture<>();
    Pattern pattern = Pattern.compile("DevTools listening on (ws://\\S+)");
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  pattern.matcher(line).results().forEach(m -> address.complete(m.group(1)));
                }
                address.completeExceptionally(new IOException("chromium ended"));
              } catch (IOException e) {
                address.completeExceptionally(e);
              }
            },
            "browser-log");
    reader.setDaemon(true);
    reader.start();
    return address.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /**
   * Opens a page; problems of the page before are forgotten, and what that one still asks of a
   * server that has stopped is none.
   */
  void open(String url) {
    String newServer = URI.create(url).getAuthority();
    if (!newServer.equals(server)) {
      leftServers.add(server);
      server = newServer;
    }
    call(session, "Page.navigate", "url", "about:blank");
    waitUntil("location.href === 'about:blank'");
    problems.clear();
    call(session, "Page.navigate", "url", url);
    waitUntil("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** Sets the size of the window in CSS pixels. */
  void resize(int width, int height) {
    call(
        session,
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        false);
  }

  /** Evaluates an expression in the page, after its promise if it is one. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            session,
            "Runtime.evaluate",
            "expression",
            expression,
            "returnByValue",
            true,
            "awaitPromise",
            true);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  /** Returns the text that a reader sees in the first element that the selector finds. */
  String text(String selector) {
    return evaluate("document.querySelector('" + selector + "').innerText").asText();
  }

  /** Waits until an expression is true in the page; fails when that takes too long. */
  void waitUntil(String condition) {
    String loop =
        """
        new Promise((resolve) => {
          const end = Date.now() + %d;
          const look = () => {
            let met = false;
            try { met = Boolean(%s); } catch (e) { met = false; }
            if (met || Date.now() > end) resolve(met); else setTimeout(look, 50);
          };
          look();
        })
        """
            .formatted(TIMEOUT.toMillis() - 5000, condition);
    if (!evaluateThroughNavigation(loop).asBoolean()) {
      throw new AssertionError("not within time: " + condition + "; problems: " + problems);
    }
  }

  /** A navigation in between destroys what is evaluated; then it has to start again. */
  private JsonNode evaluateThroughNavigation(String expression) {
    for (int attempt = 0; ; attempt++) {
      try {
        return evaluate(expression);
      } catch (IllegalStateException e) {
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  /** Console errors, exceptions, failed and refused requests since the page was opened. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Writes what the page looks like, to its full height. */
  void screenshot(Path file) throws IOException {
    JsonNode image =
        call(session, "Page.captureScreenshot", "format", "png", "captureBeyondViewport", true);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(image.get("data").asText()));
  }

  private JsonNode call(@Nullable String inSession, String method, Object... parameters) {
    int id = lastId.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    if (inSession != null) {
      message.put("sessionId", inSession);
    }
    ObjectNode named = message.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      named.putPOJO((String) parameters[i], parameters[i + 1]);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    socket.sendText(message.toString(), true).join();
    JsonNode received = answer.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    if (received.has("error")) {
      throw new IllegalStateException(method + ": " + received.get("error"));
    }
    return received.get("result");
  }

  private void receive(String text) throws IOException {
    JsonNode message = JSON.readTree(text);
    if (message.has("id")) {
      Optional.ofNullable(pending.remove(message.get("id").asInt()))
          .ifPresent(answer -> answer.complete(message));
    } else {
      note(message.path("method").asText(), message.path("params"));
    }
  }

  private void note(String event, JsonNode details) {
    String url = requests.getOrDefault(details.path("requestId").asText(), "");
    if (leftServers.stream().anyMatch((url + details)::contains)) {
      return;
    }
    switch (event) {
      case "Network.requestWillBeSent" ->
          requests.put(
              details.path("requestId").asText(), details.path("request").path("url").asText());
      case "Network.responseReceived" -> {
        int status = details.path("response").path("status").asInt();
        if (status >= 400) {
          problems.add("status " + status + ": " + url);
        }
      }
      case "Network.loadingFailed" -> {
        if (!details.path("canceled").asBoolean()) {
          problems.add("failed: " + url + " " + details.path("errorText").asText());
        }
      }
      case "Runtime.exceptionThrown" ->
          problems.add("exception: " + details.path("exceptionDetails"));
      case "Runtime.consoleAPICalled" -> {
        if (details.path("type").asText().equals("error")) {
          problems.add("console: " + details.path("args"));
        }
      }
      case "Log.entryAdded" -> {
        if (details.path("entry").path("level").asText().equals("error")) {
          problems.add("log: " + details.path("entry"));
        }
      }
      case "Page.javascriptDialogOpening" -> problems.add("dialog: " + details);
      default -> {
        // Not a problem.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (UncheckedIOException e) {
      // A helper process was still writing; the directory is a temporary one.
    }
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          receive(text.toString());
        } catch (IOException e) {
          problems.add("not understood: " + text);
        }
        text.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }
}
