package io.github.dl4jstability.listeners.dashboard;

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
 * in multi-session mode. Below them {@code /sessions} and {@code /data} answer in JSON.
 *
 * <p>It keeps no copy of any run: each answer is read from the attached storages, on a worker
 * thread. So it needs no events, and an event cannot make it fail.
 */
public final class StabilityModule implements UIModule {

  /** The languages of the training UI. */
  static final List<String> LANGUAGES = List.of("en", "de", "ja", "zh", "ko", "ru");

  private final AttachedStorages storages = new AttachedStorages();
  private final Answers answers = new Answers(storages);

  /** For the UI server. */
  public StabilityModule() {}

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of();
  }

  @Override
  public List<Route> getRoutes() {
    return VertxUIServer.getInstance().isMultiSession()
        ? routes("/train/:sessionId/stability", (path, query) -> query.withSession(path.get(0)))
        : routes("/train/stability", (path, query) -> query);
  }

  private List<Route> routes(String root, BiFunction<List<String>, Query, Query> addressed) {
    return Stream.of(
            new Endpoint(root, answers::page),
            new Endpoint(root + "/sessions", answers::sessions),
            new Endpoint(root + "/data", answers::data))
        .map(
            endpoint ->
                new Route(
                    endpoint.path(),
                    HttpMethod.GET,
                    (path, context) ->
                        Answering.offTheEventLoop(
                            context, addressed.apply(path, Query.of(context)), endpoint.answer())))
        .toList();
  }

  private record Endpoint(String path, Answering.Answer answer) {}

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
