package io.github.dl4jstability.listeners.dashboard;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * What is sent.
 *
 * @param status the status code
 * @param headers what to say of the body; others that every answer carries are added
 * @param body the content
 */
record Response(int status, Map<String, String> headers, Buffer body) {

  /** For what changes while training runs. */
  private static final String NEVER = "no-store";

  static Response html(int status, String body) {
    return of(status, "text/html; charset=utf-8", Buffer.buffer(body));
  }

  static Response json(int status, byte[] body) {
    return of(status, "application/json; charset=utf-8", Buffer.buffer(body));
  }

  static Response text(int status, String body) {
    return of(status, "text/plain; charset=utf-8", Buffer.buffer(body));
  }

  private static Response of(int status, String contentType, Buffer body) {
    return new Response(status, Map.of("Content-Type", contentType, "Cache-Control", NEVER), body);
  }
}
