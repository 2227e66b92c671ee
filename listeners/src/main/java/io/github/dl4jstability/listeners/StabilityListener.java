package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.collection.CollectionPlan;
import io.github.dl4jstability.listeners.collection.Collector;
import io.github.dl4jstability.listeners.observation.Cadence;
import io.github.dl4jstability.listeners.report.ChartSession;
import io.github.dl4jstability.listeners.report.ChartSink;
import io.github.dl4jstability.listeners.report.Destination;
import io.github.dl4jstability.listeners.report.LogSink;
import io.github.dl4jstability.listeners.report.RecordWriter;
import io.github.dl4jstability.listeners.report.Sink;
import io.github.dl4jstability.listeners.report.Stamps;
import io.github.dl4jstability.listeners.report.StorageSink;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import io.github.dl4jstability.listeners.rules.Patience;
import io.github.dl4jstability.listeners.stall.StallProbing;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the training of a {@code MultiLayerNetwork} or {@code ComputationGraph} and tells what is
 * going wrong, where, why, and what to change.
 *
 * <pre>{@code
 * StatsStorage storage = new InMemoryStatsStorage();
 * UIServer.getInstance().attach(storage);
 * network.setListeners(StabilityListener.reportingTo(storage));
 * network.fit(data, 20);
 * }</pre>
 *
 * <p>It logs a line for each change of verdict and, given a storage, feeds the training UI: the tab
 * "Stability" of its own and the charts of the built-in pages, so that it replaces {@code
 * StatsListener}. Training with it ends with the same parameters, updater state and random state as
 * without, bit for bit.
 *
 * <p>A fault of ours never reaches training: it is logged once and switches off the part that
 * failed. Models of other kinds, such as the single layers of layerwise pretraining, are ignored.
 *
 * <p>One listener serves the thread that trains; {@link #clone()} makes one for another worker, and
 * clones share their diagnoses. Models that one listener watches in turn share them too: give each
 * a listener of its own to ask about one model. {@link #diagnoses()} and {@link #primary()} may be
 * called from any thread. Java serialization keeps settings, session and worker; storage, callback
 * and probe data stay behind, and the storage is set again where the listener arrives.
 */
public final class StabilityListener implements RoutingIterationListener {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(StabilityListener.class);

  /** Models remembered at a time: enough for networks that train each other in turn. */
  private static final int LARGEST_RUNS = 4;

  private static final String CALLBACK = "callback";

  private static final double DEFAULT_CURVATURE_BUDGET = 0.05;

  private final Settings settings;
  private String sessionId;
  private String workerId = "main";

  private transient @Nullable StatsStorageRouter storage;
  private transient @Nullable Callback callback;
  private transient @Nullable MultiDataSet probeData;
  private transient DiagnosisHistory history = new DiagnosisHistory();
  private transient FaultBarrier barrier = new FaultBarrier(LOG);
  private transient List<Run> runs = new CopyOnWriteArrayList<>();
  private transient int startedRuns;

  private record Settings(
      Preset preset,
      int every,
      EnumSet<Condition> without,
      double curvatureBudget,
      long curvatureMemory)
      implements Serializable {}

  private StabilityListener(Builder builder) {
    settings =
        new Settings(
            builder.preset,
            builder.every > 0 ? builder.every : builder.preset.every(),
            EnumSet.copyOf(builder.without),
            builder.curvatureBudget,
            builder.curvatureMemory);
    probeData = builder.probeData;
    sessionId = builder.sessionId;
    storage = builder.storage;
    callback = builder.callback == null ? null : new Callback(builder.callback);
  }

  private StabilityListener(StabilityListener original) {
    settings = original.settings;
    sessionId = original.sessionId;
    workerId = original.workerId;
    storage = original.storage;
    callback = original.callback;
    probeData = original.probeData;
    history = original.history;
  }

  /**
   * Creates a listener that writes to the log only.
   *
   * @return a listener with the preset {@link Preset#STANDARD}
   */
  public static StabilityListener create() {
    return builder().build();
  }

  /**
   * Creates a listener that writes to the log and to a storage, where the training UI finds it.
   *
   * @param storage where to write, for example an {@code InMemoryStatsStorage}
   * @return a listener with the preset {@link Preset#STANDARD}
   * @throws IllegalArgumentException if the storage is null or closed
   */
  public static StabilityListener reportingTo(StatsStorageRouter storage) {
    return builder().storage(storage).build();
  }

  /**
   * Starts to configure a listener.
   *
   * @return a builder with the defaults: preset {@link Preset#STANDARD}, no storage, all
   *     conditions, a session id of its own
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns what was diagnosed so far, also what no longer holds.
   *
   * <p>Judges what waits first, for which it may have to wait for a second at the most.
   *
   * @return the latest state of each diagnosis, oldest first, 256 at the most
   */
  public List<Diagnosis> diagnoses() {
    Judgement.catchUp(history);
    return history.all();
  }

  /**
   * Returns the present root cause.
   *
   * <p>Judges what waits first, for which it may have to wait for a second at the most.
   *
   * @return the most severe diagnosis that holds and is not the consequence of another; empty if
   *     all is well
   */
  public Optional<Diagnosis> primary() {
    Judgement.catchUp(history);
    return history.primary();
  }

  /**
   * Waits until everything is judged and in the storage, for some seconds at the most if that is
   * stuck, and makes the callbacks that are due. Training may go on.
   */
  public void close() {
    Judgement.catchUp(history); // clones too
    runs.forEach(Run::close);
    flush();
  }

  @Override
  public void onEpochStart(Model model) {
    // Iterations are all that matters here.
  }

  @Override
  public void onEpochEnd(Model model) {
    flush();
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    measure(model, run -> run.onForwardPass(model, activations));
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    measure(model, run -> run.onForwardPass(model, activations));
  }

  @Override
  public void onBackwardPass(Model model) {
    measure(model, run -> run.onBackwardPass(model));
  }

  @Override
  public void onGradientCalculation(Model model) {
    measure(model, run -> run.onGradientCalculation(model));
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    measure(model, run -> run.iterationDone(model, iteration, epoch));
    callBack();
  }

  private void flush() {
    runs.forEach(Run::flush);
    callBack();
  }

  private void callBack() {
    Callback user = callback;
    if (user != null) {
      barrier.run(CALLBACK, user::deliver);
    }
  }

  private void measure(Model model, Consumer<Run> action) {
    if (model instanceof MultiLayerNetwork || model instanceof ComputationGraph) {
      barrier.run("measurement", () -> action.accept(runOf(model)));
    }
  }

  private Run runOf(Model model) {
    for (Run run : runs) {
      if (run.isOf(model)) {
        return run;
      }
    }
    if (runs.size() == LARGEST_RUNS) {
      runs.remove(0).flush();
    }
    Run run = start(model);
    runs.add(run);
    return run;
  }

  private Run start(Model model) {
    String runId = startedRuns++ == 0 ? sessionId : sessionId + "-" + startedRuns;
    Map<String, Sink> sinks = new LinkedHashMap<>();
    String runKey = runId + "/" + workerId + "/" + UUID.randomUUID();
    sinks.put(
        "history", (observation, events) -> events.forEach(event -> history.record(runKey, event)));
    sinks.put("log", new LogSink(LOG));
    Callback user = callback;
    if (user != null) {
      sinks.put(
          CALLBACK, (observation, events) -> events.forEach(event -> user.record(runKey, event)));
    }
    boolean charts = addStorageSinks(model, runId, sinks);
    CollectionPlan plan =
        new CollectionPlan(
            settings.every(),
            settings.preset().thorough(),
            settings.preset().extremes(),
            Cadence.EVERY_TWENTIETH,
            charts ? Optional.of(Cadence.EVERY_TWENTIETH_THINNING) : Optional.<Cadence>empty());
    Diagnostician diagnostician =
        Diagnostician.without(
            settings.without(), (rule, fault) -> barrier.switchOff("rule " + rule, fault));
    StallProbing probing =
        StallProbing.of(
            settings.curvatureBudget(), settings.curvatureMemory(), Optional.ofNullable(probeData));
    Judgement judgement =
        new Judgement(history, diagnostician, sinks, barrier, Judgement.IN_A_MOMENT);
    return new Run(Collector.of(model, plan), judgement, probing, new Patience(), barrier);
  }

  /** Returns whether the UI's own charts are fed. */
  private boolean addStorageSinks(Model model, String runId, Map<String, Sink> sinks) {
    StatsStorageRouter router = storage;
    if (router == null) {
      return false;
    }
    RecordWriter writer =
        new RecordWriter(
            router,
            fault ->
                LOG.warn(
                    "The storage fails; diagnoses are kept and tried again, measurements dropped.",
                    fault));
    Destination destination = new Destination(writer, runId, workerId, new Stamps());
    if (ChartClasses.arePresent()) {
      barrier.run(
          "charts",
          () -> {
            ChartSession.announce(destination, model);
            sinks.put("charts", new ChartSink(destination));
          });
    }
    sinks.put("storage", new StorageSink(destination));
    return sinks.containsKey("charts");
  }

  @Override
  public void setStorageRouter(@Nullable StatsStorageRouter router) {
    storage = router;
    startAnew();
  }

  @Override
  public @Nullable StatsStorageRouter getStorageRouter() {
    return storage;
  }

  /** What was measured goes where it was meant to go, and the next run has the session's own id. */
  private void startAnew() {
    runs.forEach(Run::flush);
    runs.clear();
    startedRuns = 0;
  }

  @Override
  public void setWorkerID(String id) {
    workerId = id;
    startAnew();
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setSessionID(String id) {
    sessionId = id;
    startAnew();
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  /**
   * Returns a listener for another worker: same settings, session and storage, an own view of its
   * model, the same list of diagnoses.
   *
   * @return an independent listener
   */
  @Override
  @SuppressWarnings({"MethodDoesntCallSuperMethod", "NoClone"})
  public StabilityListener clone() {
    return new StabilityListener(this);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    history = new DiagnosisHistory();
    barrier = new FaultBarrier(LOG);
    runs = new CopyOnWriteArrayList<>();
  }

  /** Configures a {@link StabilityListener}. Each method checks its value at once. */
  public static final class Builder {
    private Preset preset = Preset.STANDARD;
    private int every;
    private final EnumSet<Condition> without = EnumSet.noneOf(Condition.class);
    private String sessionId = UUID.randomUUID().toString();
    private @Nullable StatsStorageRouter storage;
    private @Nullable Consumer<Diagnosis> callback;
    private @Nullable MultiDataSet probeData;
    private double curvatureBudget = DEFAULT_CURVATURE_BUDGET;
    private long curvatureMemory;

    private Builder() {}

    /**
     * Reports to a storage.
     *
     * @param router where to write, for example an {@code InMemoryStatsStorage} attached to the UI
     * @return this builder
     * @throws IllegalArgumentException if it is null or closed
     */
    public Builder storage(StatsStorageRouter router) {
      storage = notNull("storage", router);
      if (router instanceof StatsStorage stats && stats.isClosed()) {
        throw new IllegalArgumentException("storage must be open, was closed: " + router);
      }
      return this;
    }

    /**
     * Chooses how much to measure.
     *
     * @param newPreset the preset; {@link Preset#STANDARD} by default
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder preset(Preset newPreset) {
      preset = notNull("preset", newPreset);
      return this;
    }

    /**
     * Measures each so many iterations, whatever the preset says.
     *
     * @param iterations distance in iterations, at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder every(int iterations) {
      if (iterations < 1) {
        throw new IllegalArgumentException("every must be at least 1 iteration, was " + iterations);
      }
      every = iterations;
      return this;
    }

    /**
     * Leaves out conditions.
     *
     * @param conditions what not to diagnose
     * @return this builder
     * @throws IllegalArgumentException if any of them is null
     */
    public Builder without(Condition... conditions) {
      for (Condition condition : notNull("conditions", conditions)) {
        without.add(notNull("condition", condition));
      }
      return this;
    }

    /**
     * Gives the examples over which curvature is measured where training stalls. Without this call
     * copies of the next minibatches are taken: 512 examples, or a quarter of {@link
     * #curvatureMemory(long)}. Give all of a small training set, or a few thousand examples of a
     * large one, if that is to be more exact.
     *
     * @param data features and labels as in training; kept, not copied
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder probeData(DataSet data) {
      return probeData(notNull("probeData", data).toMultiDataSet());
    }

    /**
     * Gives the examples over which curvature is measured where training stalls.
     *
     * @param data features and labels as in training; kept, not copied
     * @return this builder
     * @throws IllegalArgumentException if it is null
     * @see #probeData(DataSet)
     */
    public Builder probeData(MultiDataSet data) {
      probeData = notNull("probeData", data);
      return this;
    }

    /**
     * Bounds the time for looking at the curvature where training stalls.
     *
     * @param share largest share of the time since training began, from 0 (never look) to 1; 0.05
     *     by default. Training shorter than ten seconds counts as ten
     * @return this builder
     * @throws IllegalArgumentException if it is not within 0 and 1
     */
    public Builder curvatureBudget(double share) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("curvatureBudget must be within 0 and 1, was " + share);
      }
      curvatureBudget = share;
      return this;
    }

    /**
     * Bounds the memory for looking at the curvature where training stalls, native memory included;
     * it is given back after the look. What does not fit is not looked at, and that is said.
     *
     * @param bytes most bytes in addition to what training holds, at least 1; a tenth of the
     *     resident memory of the process by default, and at least 64 MB
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder curvatureMemory(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("curvatureMemory must be at least 1 byte, was " + bytes);
      }
      curvatureMemory = bytes;
      return this;
    }

    /**
     * Calls back, on the training thread or on one that calls {@link StabilityListener#close()},
     * when a diagnosis is made or its severity changes. While nothing moves that may be some
     * iterations later: in the first that ends after a tenth of a second, as a rule; what is found
     * last, at the end of the epoch or when the listener is closed.
     *
     * @param consumer takes the diagnosis; if it throws it is not called again
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder onDiagnosis(Consumer<Diagnosis> consumer) {
      callback = notNull("onDiagnosis", consumer);
      return this;
    }

    /**
     * Names the session under which the UI lists the run.
     *
     * @param id any text but blank; random by default
     * @return this builder
     * @throws IllegalArgumentException if it is null or blank
     */
    public Builder sessionId(String id) {
      if (notNull("sessionId", id).isBlank()) {
        throw new IllegalArgumentException("sessionId must not be blank, was \"" + id + "\"");
      }
      sessionId = id;
      return this;
    }

    /**
     * Creates the listener. The builder may be used again; the next listener gets the same session.
     *
     * @return a listener
     */
    public StabilityListener build() {
      return new StabilityListener(this);
    }

    private static <T> T notNull(String name, @Nullable T value) {
      if (value == null) {
        throw new IllegalArgumentException(name + " must not be null, was null");
      }
      return value;
    }
  }
}
