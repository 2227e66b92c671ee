package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.internal.collection.CollectionPlan;
import io.github.dl4jstability.listeners.internal.collection.Collector;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.RecordingWriter;
import io.github.dl4jstability.listeners.internal.recording.RunSettings;
import io.github.dl4jstability.listeners.internal.report.ChartClasses;
import io.github.dl4jstability.listeners.internal.report.ChartSession;
import io.github.dl4jstability.listeners.internal.report.ChartSink;
import io.github.dl4jstability.listeners.internal.report.Deadline;
import io.github.dl4jstability.listeners.internal.report.Destination;
import io.github.dl4jstability.listeners.internal.report.LogSink;
import io.github.dl4jstability.listeners.internal.report.RecordWriter;
import io.github.dl4jstability.listeners.internal.report.Recorder;
import io.github.dl4jstability.listeners.internal.report.Sink;
import io.github.dl4jstability.listeners.internal.report.StorageSink;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import io.github.dl4jstability.listeners.internal.run.Callback;
import io.github.dl4jstability.listeners.internal.run.DiagnosisHistory;
import io.github.dl4jstability.listeners.internal.run.FaultBarrier;
import io.github.dl4jstability.listeners.internal.run.Judgement;
import io.github.dl4jstability.listeners.internal.run.JudgementSchedule;
import io.github.dl4jstability.listeners.internal.run.Run;
import io.github.dl4jstability.listeners.internal.run.Runs;
import io.github.dl4jstability.listeners.internal.run.Session;
import io.github.dl4jstability.listeners.internal.stall.probing.GivenExamples;
import io.github.dl4jstability.listeners.internal.stall.probing.StallProbing;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
 * failed. Models of other kinds, such as the single layers of layerwise pretraining, are ignored,
 * which is said once.
 *
 * <p>One listener serves the thread that trains; {@link #clone()} makes one for another worker, and
 * clones share their diagnoses. Models that one listener watches in turn share them too, each in a
 * session of its own: give each a listener of its own to ask about one model. A listener keeps no
 * model: what it holds about one goes with it. {@link #diagnoses()} and {@link #primary()} may be
 * called from any thread. Java serialization keeps settings, session and worker; storage, callback,
 * probe data and recording stay behind, and the storage is set again where the listener arrives.
 */
public final class StabilityListener implements RoutingIterationListener {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(StabilityListener.class);

  /** How long {@link #close()} waits, for judging and for a storage together. */
  static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private static final String LISTENER = "listener";
  private static final String CALLBACK = "callback";
  private static final String CHARTS = "charts";
  private static final String STORAGE = "storage";
  private static final String RECORDING = "recording";

  /** For what concerns storages, which listeners share. */
  private static final FaultBarrier SAFE_LOG = new FaultBarrier(LOG);

  private static final double DEFAULT_CURVATURE_BUDGET = 0.05;
  private static final long DEFAULT_RECORDING_BYTES = 256L << 20;

  private final Settings settings;
  private String sessionId;
  private String workerId = "main";

  private transient @Nullable StatsStorageRouter storage;
  private transient @Nullable Callback callback;
  private transient @Nullable GivenExamples probeData;
  private transient @Nullable Recorder recorder;
  private transient DiagnosisHistory history = new DiagnosisHistory();
  private transient FaultBarrier barrier = new FaultBarrier(LOG);
  private transient Runs runs = newRuns();
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
    recorder = builder.recording == null ? null : recorder(builder.recording, builder.maxBytes);
  }

  private StabilityListener(StabilityListener original) {
    settings = original.settings;
    sessionId = original.sessionId;
    workerId = original.workerId;
    storage = original.storage;
    callback = original.callback;
    probeData = original.probeData;
    recorder = original.recorder;
    history = original.history;
  }

  private Recorder recorder(Path path, long maxBytes) {
    DiagnosisHistory watched = history;
    return new Recorder(path, maxBytes, LOG, () -> Judgement.catchUp(watched));
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
    catchUp();
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
    catchUp();
    return history.primary();
  }

  private void catchUp() {
    Judgement.catchUp(history);
    runs.forgetTheGone();
  }

  /**
   * Waits until everything is judged and in the storage, for five seconds at the most if that is
   * stuck or slow, and makes the callbacks that are due. Training may go on.
   */
  public void close() {
    Deadline deadline = Deadline.in(LONGEST_CLOSE);
    Judgement.catchUp(history); // clones too
    runs.judge(deadline);
    runs.endLooks();
    callBack();
    StatsStorageRouter router = storage;
    if (router != null) {
      writer(router).flush(deadline);
    }
    Recorder recording = recorder;
    if (recording != null) {
      barrier.run(RECORDING, () -> recording.close(deadline));
    }
  }

  @Override
  public void onEpochStart(Model model) {
    // Iterations are all that matters here.
  }

  /** What was found is logged and called back; the storage gets it beside training. */
  @Override
  public void onEpochEnd(Model model) {
    judgeAndSend();
    callBack();
  }

  private void judgeAndSend() {
    barrier.attempt(
        LISTENER,
        () -> {
          runs.judge(Deadline.in(Judgement.LONGEST_ANSWER));
          StatsStorageRouter router = storage;
          if (router != null) {
            writer(router).hurry();
          }
        });
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

  private void callBack() {
    Callback user = callback;
    if (user != null) {
      barrier.run(CALLBACK, user::deliver);
    }
  }

  private void measure(Model model, Consumer<Run> action) {
    if (model instanceof MultiLayerNetwork || model instanceof ComputationGraph) {
      barrier.attempt(
          LISTENER,
          () -> {
            Run run = runs.of(model);
            if (run != null) {
              action.accept(run);
            }
          });
    } else {
      barrier.note(
          "Layerwise pretraining is not watched: single layers show too little. Watching begins"
              + " with the training of the whole network.");
    }
  }

  private Runs newRuns() {
    return new Runs(
        this::newSession,
        new Runs.Starter() {
          @Override
          public @Nullable Run start(Model model, Session session) {
            return StabilityListener.this.start(model, session);
          }

          @Override
          public void leftOut() {
            barrier.note(
                "More networks train in turn than one listener watches; some are not watched. Give"
                    + " them a listener of their own.");
          }
        });
  }

  private Session newSession() {
    return new Session(startedRuns++ == 0 ? sessionId : sessionId + "-" + startedRuns, workerId);
  }

  private @Nullable Run start(Model model, Session session) {
    try {
      return newRun(model, session);
    } catch (Throwable fault) {
      FaultBarrier.passOnThreadDeath(fault);
      barrier.switchOffForOneModel("measurement", fault);
      return null;
    }
  }

  private Run newRun(Model model, Session session) {
    Map<String, Sink> sinks = new LinkedHashMap<>();
    String runKey = session.key();
    sinks.put(
        "history", (observation, events) -> events.forEach(event -> history.record(runKey, event)));
    sinks.put("log", new LogSink(LOG));
    Callback user = callback;
    if (user != null) {
      sinks.put(
          CALLBACK, (observation, events) -> events.forEach(event -> user.record(runKey, event)));
    }
    boolean charts = addStorageSinks(model, session, sinks);
    CollectionPlan plan =
        new CollectionPlan(
            settings.every(),
            settings.preset().thorough(),
            settings.preset().extremes(),
            ThinningSchedule.EVERY_TWENTIETH,
            charts
                ? Optional.of(ThinningSchedule.EVERY_TWENTIETH_THINNING)
                : Optional.<ThinningSchedule>empty());
    Diagnostician diagnostician =
        new Diagnostician(
            Conditions.CATALOGUE,
            settings.without(),
            (rule, fault) -> barrier.switchOff("rule " + rule, fault),
            witness());
    StallProbing probing =
        StallProbing.of(
            settings.curvatureBudget(), settings.curvatureMemory(), Optional.ofNullable(probeData));
    Judgement judgement =
        new Judgement(session, history, diagnostician, sinks, barrier, Judgement.IN_A_MOMENT);
    Collector collector = Collector.of(model, plan);
    noteWithoutGradients(collector.structure());
    return new Run(collector, judgement, probing, new JudgementSchedule(), barrier);
  }

  private Witness witness() {
    Recorder recording = recorder;
    return recording == null ? Witness.NONE : recording.begin(runSettings());
  }

  private RunSettings runSettings() {
    String version = StabilityListener.class.getPackage().getImplementationVersion();
    return new RunSettings(
        version == null ? "unknown" : version,
        workerId,
        settings.preset().name(),
        settings.every(),
        settings.without(),
        settings.curvatureBudget());
  }

  private void noteWithoutGradients(NetworkStructure structure) {
    if (structure.parameters().stream().noneMatch(NetworkStructure.Parameter::trained)) {
      barrier.note(
          "A network without parameters that a gradient changes is trained: only its activations"
              + " and its loss are watched.");
    }
  }

  /** Returns whether the UI's own charts are fed. */
  private boolean addStorageSinks(Model model, Session session, Map<String, Sink> sinks) {
    StatsStorageRouter router = storage;
    if (router == null) {
      return false;
    }
    Destination destination =
        new Destination(writer(router), session.id(), session.workerId(), session.stamps());
    if (ChartClasses.arePresent()) {
      barrier.attempt(
          CHARTS,
          () ->
              sinks.put(
                  CHARTS,
                  new ChartSink(
                      destination,
                      ChartSession.of(destination, model),
                      fault -> barrier.leaveOut(CHARTS, fault))));
    }
    sinks.put(STORAGE, new StorageSink(destination, fault -> barrier.leaveOut(STORAGE, fault)));
    return sinks.containsKey(CHARTS);
  }

  private RecordWriter writer(StatsStorageRouter router) {
    return RecordWriter.to(
        router,
        fault ->
            SAFE_LOG.warn(
                "The storage fails; diagnoses are kept and tried again, measurements dropped.",
                fault));
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
    judgeAndSend();
    runs.clear();
    startedRuns = 0;
  }

  /**
   * Names the worker under which the UI lists the run.
   *
   * @param id any text but blank
   * @throws IllegalArgumentException if it is null or blank
   */
  @Override
  public void setWorkerID(String id) {
    workerId = notBlank("workerId", id);
    startAnew();
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  /**
   * Names the session under which the UI lists the run.
   *
   * @param id any text but blank
   * @throws IllegalArgumentException if it is null or blank
   */
  @Override
  public void setSessionID(String id) {
    sessionId = notBlank("sessionId", id);
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
    runs = newRuns();
  }

  private static <T> T notNull(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must not be null, was null");
    }
    return value;
  }

  private static String notBlank(String name, @Nullable String value) {
    if (notNull(name, value).isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank, was \"" + value + "\"");
    }
    return notNull(name, value);
  }

  /** Configures a {@link StabilityListener}. Each method checks its value at once. */
  public static final class Builder {
    private Preset preset = Preset.STANDARD;
    private int every;
    private final EnumSet<Condition> without = EnumSet.noneOf(Condition.class);
    private String sessionId = UUID.randomUUID().toString();
    private @Nullable StatsStorageRouter storage;
    private @Nullable Consumer<Diagnosis> callback;
    private @Nullable GivenExamples probeData;
    private double curvatureBudget = DEFAULT_CURVATURE_BUDGET;
    private long curvatureMemory;
    private @Nullable Path recording;
    private long maxBytes;

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
     * <p>Whether they fit the network is seen at its first minibatch. If they do not, that is
     * logged once and copies of minibatches are taken.
     *
     * @param data features and labels as in training; kept, not copied
     * @return this builder
     * @throws IllegalArgumentException if it is null, has no features, labels or rows, or parts
     *     that do not belong together
     */
    public Builder probeData(DataSet data) {
      return probeData(notNull("probeData", data).toMultiDataSet());
    }

    /**
     * Gives the examples over which curvature is measured where training stalls.
     *
     * @param data features and labels as in training; kept, not copied
     * @return this builder
     * @throws IllegalArgumentException if it is null, has no features, labels or rows, or parts
     *     that do not belong together
     * @see #probeData(DataSet)
     */
    public Builder probeData(MultiDataSet data) {
      probeData = GivenExamples.of(notNull("probeData", data), LOG::warn);
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
      sessionId = notBlank("sessionId", id);
      return this;
    }

    /**
     * Records what the rules see, in a file of 256 MB at the most.
     *
     * @param path the file; an earlier recording is replaced when training begins
     * @return this builder
     * @throws IllegalArgumentException if it is null, its folder does not exist, or it holds
     *     anything but a recording
     * @see #record(Path, long)
     */
    public Builder record(Path path) {
      return record(path, DEFAULT_RECORDING_BYTES);
    }

    /**
     * Records what the rules see, to be judged again with {@link Recording}: statistics of arrays
     * and how the network is set up; no weights, no data, no labels. Clones of the listener record
     * to the same file. Training never waits for it. If the disk does not keep up or the limit is
     * reached, recording stops and the log says so.
     *
     * @param path the file; an earlier recording is replaced when training begins
     * @param newMaxBytes longest file, at least 65536 bytes
     * @return this builder
     * @throws IllegalArgumentException if the path is null, its folder does not exist, it holds
     *     anything but a recording, or the limit is below 65536
     */
    public Builder record(Path path, long newMaxBytes) {
      if (newMaxBytes < RecordingWriter.FEWEST_BYTES) {
        throw new IllegalArgumentException(
            "maxBytes must be at least %d, was %d"
                .formatted(RecordingWriter.FEWEST_BYTES, newMaxBytes));
      }
      Path file = notNull("record", path).toAbsolutePath();
      Path folder = file.getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new IllegalArgumentException("record must be in a folder that exists, was " + path);
      }
      try {
        RecordingWriter.requireReplaceable(file);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "record must be a new file or an earlier recording, was " + path, e);
      }
      recording = file;
      maxBytes = newMaxBytes;
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
  }
}
