package io.github.dl4jstability.listeners.dashboard;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.api.UIModule;
import org.deeplearning4j.ui.i18n.I18NResource;

/**
 * The "Stability" tab. The UI server finds and creates it; with this jar and {@code
 * deeplearning4j-ui} on the classpath there is nothing to call.
 *
 * <p>Pages: {@code /train/stability}, or {@code /train/:sessionId/stability} when the server runs
 * in multi-session mode. Below them {@code /sessions} and {@code /data} answer in JSON. {@code
 * /stability/assets/:file} has scripts and style sheets. All of them answer only under the
 * machine's own names and addresses and those that the system property {@code
 * io.github.dl4jstability.ui.hosts} lists, with commas between them: others may have been rebound
 * to this machine by a foreign web page.
 *
 * <p>It keeps no copy of any run: each answer is read from the attached storages, on a worker
 * thread. So it needs no events, and an event cannot make it fail.
 */
public final class StabilityModule implements UIModule {

  /** The languages of the training UI. */
  static final List<String> LANGUAGES = List.of("en", "de", "ja", "zh", "ko", "ru");

  private final AttachedStorages storages = new AttachedStorages();
  private final Answers answers = new Answers(storages);
  private final Assets assets = new Assets();

  /** For the UI server. */
  public StabilityModule() {}

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of();
  }

  @Override
  public List<Route> getRoutes() {
    Stream<Route> pages =
        VertxUIServer.getInstance().isMultiSession()
            ? routes("/train/:sessionId/stability", (path, query) -> query.withSession(path.get(0)))
            : routes("/train/stability", (path, query) -> query);
    return Stream.concat(pages, Stream.of(assetRoute())).toList();
  }

  private Stream<Route> routes(String root, BiFunction<List<String>, Query, Query> addressed) {
    return Stream.of(
            new Endpoint(root, answers::page),
            new Endpoint(root + "/sessions", answers::sessions),
            new Endpoint(root + "/data", answers::data))
        .map(
            endpoint ->
                route(
                    endpoint.path(),
                    (path, context) -> {
                      Query query = addressed.apply(path, Query.of(context));
                      return () -> endpoint.answer().to(query);
                    }));
  }

  private Route assetRoute() {
    return route(
        "/stability/assets/:file",
        (path, context) -> {
          String had = context.request().getHeader("If-None-Match");
          return () -> assets.get(path.get(0), had);
        });
  }

  /** A request is read on the event loop and answered on a worker thread. */
  private static Route route(
      String address, BiFunction<List<String>, RoutingContext, Answering.Answer> answer) {
    return new Route(
        address,
        HttpMethod.GET,
        (path, context) -> Answering.offTheEventLoop(context, answer.apply(path, context)));
  }

  /** Answers a query; may block. */
  private interface QueryAnswer {
    Response to(Query query) throws IOException;
  }

  private record Endpoint(String path, QueryAnswer answer) {}

  @Override
  public void reportStorageEvents(Collection<StatsStorageEvent> events) {
    // Each answer reads the storages itself.
  }

  @Override
  public void onAttach(StatsStorage statsStorage) {
    storages.attach(statsStorage);
  }

  @Override
  public void onDetach(StatsStorage statsStorage) {
    storages.detach(statsStorage);
  }

  /**
   * Returns the messages that put the link into the UI's navigation: one of its entries is replaced
   * by itself and ours.
   */
  @Override
  public List<I18NResource> getInternationalizationResources() {
    return LANGUAGES.stream()
        .map(language -> new I18NResource("dl4j_i18n/stability." + language))
        .toList();
  }
}
