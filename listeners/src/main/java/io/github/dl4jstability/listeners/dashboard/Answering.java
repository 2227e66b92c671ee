package io.github.dl4jstability.listeners.dashboard;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a handler on a worker thread and sends what it returns. */
final class Answering {

  private static final Logger LOG = LoggerFactory.getLogger(StabilityModule.class);

  /** Scripts from this server only: even a mistake in escaping could not run anything. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private Answering() {}

  /** What is sent. */
  record Response(int status, String contentType, Buffer body) {

    static Response html(int status, String body) {
      return new Response(status, "text/html; charset=utf-8", Buffer.buffer(body));
    }

    static Response json(int status, byte[] body) {
      return new Response(status, "application/json; charset=utf-8", Buffer.buffer(body));
    }
  }

  /** Answers a request; may block. */
  interface Answer {
    Response to(Query query) throws IOException;
  }

  static void offTheEventLoop(RoutingContext context, Query query, Answer answer) {
    context
        .vertx()
        .<Response>executeBlocking(
            promise -> promise.complete(contained(query, answer)),
            false,
            result -> send(context.response(), result.succeeded() ? result.result() : failed()));
  }

  /** Nothing that happens here may reach the server; storages that were closed throw errors. */
  private static Response contained(Query query, Answer answer) {
    try {
      return answer.to(query);
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
    response
        .setStatusCode(answer.status())
        .putHeader("Content-Type", answer.contentType())
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .end(answer.body());
  }
}
