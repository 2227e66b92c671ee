package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.dashboard.AttachedStorages.Session;
import io.github.dl4jstability.listeners.dashboard.WorkerRun.Stamped;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.record.Frame;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.ui.VertxUIServer;
import org.nd4j.common.function.Function;

/** What the tab's pages and endpoints answer. */
final class Answers {

  /** Most points in an answer; a chart is hardly wider. */
  static final int MAXIMUM_POINTS = 1000;

  private static final NetworkStructure NO_NETWORK = new NetworkStructure("", List.of(), List.of());

  private final AttachedStorages storages;

  Answers(AttachedStorages storages) {
    this.storages = storages;
  }

  /** The page itself. In single-session mode its script finds out which session to show. */
  Response page(Query query) throws IOException {
    if (!VertxUIServer.getInstance().isMultiSession()) {
      return Response.html(200, Page.ofAnySession());
    }
    Optional<Session> session = find(query);
    return session.isPresent()
        ? Response.html(200, Page.of(session.get().id()))
        : Response.html(404, Page.unknownSession());
  }

  /** All sessions that have something to show. */
  Response sessions(Query query) throws IOException {
    List<Session> recorded = storages.sessions().stream().filter(Session::isRecorded).toList();
    return Response.json(
        200,
        Json.object(json -> json.array("sessions", recorded, session -> json.text(session.id()))));
  }

  /** A worker's run from the given timestamps on. */
  Response data(Query query) throws IOException {
    Optional<Session> session = find(query);
    if (session.isEmpty()) {
      return query.session().isPresent() ? status(404, "unknown") : status(200, "empty");
    }
    List<String> workers = session.get().workers();
    if (workers.isEmpty()) {
      return status(200, "empty");
    }
    String worker = query.worker().filter(workers::contains).orElse(workers.get(0));
    return Response.json(
        200, Json.object(json -> run(json, query, session.get(), workers, worker)));
  }

  private Optional<Session> find(Query query) {
    if (query.session().isEmpty()) {
      return storages.sessions().stream().filter(Session::isRecorded).findFirst();
    }
    String id = query.session().get();
    return storages.session(id).or(() -> loadSession(id));
  }

  /** In multi-session mode the user may have told the server where to find further sessions. */
  private Optional<Session> loadSession(String id) {
    Function<String, Boolean> loader = VertxUIServer.getInstance().getStatsStorageLoader();
    return loader != null && loader.apply(id) ? storages.session(id) : Optional.empty();
  }

  private static Response status(int code, String status) throws IOException {
    return Response.json(code, Json.object(json -> json.text("status", status)));
  }

  private static void run(
      Json json, Query query, Session session, List<String> workers, String worker)
      throws IOException {
    WorkerRun run = new WorkerRun(session, worker);
    json.text("status", "ok");
    json.whole("now", System.currentTimeMillis());
    json.text("session", session.id());
    json.text("worker", worker);
    json.array("workers", workers, id -> worker(json, session, id));
    frames(json, query, run);
    findings(json, query, run);
    json.flag("damaged", run.damaged() > 0);
    json.flag("newer", run.newer() > 0);
  }

  private static void worker(Json json, Session session, String id) throws IOException {
    List<DiagnosisEvent> events =
        new WorkerRun(session, id).events().stream().map(Stamped::value).toList();
    String worst = Finding.worst(Finding.of(events)).map(Severity::name).orElse("");
    json.object(
        () -> {
          json.text("id", id);
          json.text("worst", worst);
        });
  }

  private static void frames(Json json, Query query, WorkerRun run) throws IOException {
    NetworkStructure network = run.network().orElse(NO_NETWORK);
    List<Stamped<Frame>> stamped = run.framesAfter(query.after());
    List<Frame> frames = stamped.stream().map(Stamped::value).toList();
    List<Point> points = Point.of(frames, network, MAXIMUM_POINTS);
    RunJson runJson = new RunJson(json);
    if (query.after() < 0) {
      runJson.network(network);
    }
    runJson.points(points, network.layers().size());
    if (!points.isEmpty()) {
      runJson.latest(points.get(points.size() - 1), stamped.get(stamped.size() - 1).timestamp());
    }
    json.whole("after", Math.max(query.after(), run.latestTimestamp()));
  }

  /**
   * All findings, if there was any event since the client last asked. The number of events tells: a
   * storage may show a later event before an earlier one while they are being written.
   */
  private static void findings(Json json, Query query, WorkerRun run) throws IOException {
    List<DiagnosisEvent> events = run.events().stream().map(Stamped::value).toList();
    json.whole("events", events.size());
    if (events.size() != query.events() || query.after() < 0) {
      List<Finding> findings = Finding.of(events);
      json.whole("primary", Finding.mostUrgent(findings).map(Finding::number).orElse(-1));
      json.array("findings", findings, new RunJson(json)::finding);
    }
  }
}
