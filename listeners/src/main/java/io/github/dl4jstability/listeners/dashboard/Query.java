package io.github.dl4jstability.listeners.dashboard;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * What a request asks for. Numbers that are none count as absent.
 *
 * @param session the run
 * @param worker the worker; absent for the first
 * @param after timestamp of the last frame that the client has
 * @param events number of diagnosis events that the client has seen
 */
record Query(Optional<String> session, Optional<String> worker, long after, long events) {

  static Query of(RoutingContext context) {
    MultiMap parameters = context.queryParams();
    return new Query(
        Optional.ofNullable(parameters.get("session")),
        Optional.ofNullable(parameters.get("worker")),
        number(parameters, "after"),
        number(parameters, "events"));
  }

  Query withSession(String newSession) {
    return new Query(Optional.of(newSession), worker, after, events);
  }

  private static long number(MultiMap parameters, String name) {
    String value = parameters.get(name);
    return value != null && value.matches("\\d{1,18}") ? Long.parseLong(value) : -1;
  }
}
