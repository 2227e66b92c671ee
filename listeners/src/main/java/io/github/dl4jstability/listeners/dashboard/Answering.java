package io.github.dl4jstability.listeners.dashboard;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a handler on a worker thread and sends what it returns. */
final class Answering {

  private static final Logger LOG = LoggerFactory.getLogger(StabilityModule.class);

  /** Scripts from this server only: even a mistake in escaping could not run anything. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Of every answer: no guessing of types, no frames, and nothing for pages of other sites. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "Content-Security-Policy",
          CONTENT_SECURITY_POLICY,
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private static final int MISDIRECTED = 421;
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private Answering() {}

  /** Answers a request; may block. */
  interface Answer {
    Response answer() throws IOException;
  }

  /** Made on a worker thread: to find the machine's name may take time. */
  private static final class Hosts {
    static final AllowedHosts ALLOWED = new AllowedHosts();
  }

  static void offTheEventLoop(RoutingContext context, Answer answer) {
    @Nullable String host = context.request().host();
    context
        .vertx()
        .<Response>executeBlocking(
            promise -> promise.complete(contained(() -> admitted(host, answer))),
            false,
            result -> send(context.response(), result.succeeded() ? result.result() : failed()));
  }

  private static Response admitted(@Nullable String host, Answer answer) throws IOException {
    return Hosts.ALLOWED.allow(host)
        ? answer.answer()
        : Response.text(MISDIRECTED, AllowedHosts.REFUSAL);
  }

  /** Nothing that happens here may reach the server; storages that were closed throw errors. */
  private static Response contained(Answer answer) {
    try {
      return answer.answer();
    } catch (Exception | LinkageError e) {
      if (LOGGED.add(kind(e))) {
        LOG.warn("The stability tab could not answer; the same failure is not logged again", e);
      }
      return failed();
    }
  }

  private static Response failed() {
    return Response.json(500, "{\"status\":\"failed\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static String kind(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return failure.getClass().getName() + (trace.length == 0 ? "" : trace[0].toString());
  }

  private static void send(HttpServerResponse response, Response answer) {
    if (response.closed() || response.ended()) {
      return;
    }
    ALWAYS.forEach(response::putHeader);
    answer.headers().forEach(response::putHeader);
    response.setStatusCode(answer.status()).end(answer.body());
  }
}
