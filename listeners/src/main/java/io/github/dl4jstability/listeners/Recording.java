package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.RecordingHandler;
import io.github.dl4jstability.listeners.internal.recording.RecordingReader;
import io.github.dl4jstability.listeners.internal.recording.RunSettings;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import io.github.dl4jstability.listeners.internal.run.Replay;
import io.github.dl4jstability.listeners.internal.run.RunSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the rules were given in a training run, from a file that {@link
 * StabilityListener.Builder#record(Path)} made. It can be judged again at any time, without the
 * model and its data:
 *
 * <pre>{@code
 * for (DiagnosisEvent event : Recording.open(Path.of("run.stability")).judge()) {
 *   System.out.println(event);
 * }
 * }</pre>
 *
 * <p>The same version of this library says what it said live: the same events, in the same order,
 * at the same iterations, with the same numbers. Another version says what it would have said, with
 * one limit: where it takes something for a stall that the live run did not, nobody has looked at
 * the curvature.
 *
 * <p>Immutable. The file is read again each time, a block at a time, and must not change meanwhile.
 */
public final class Recording {
  private final Path path;
  private final List<RecordedRun> runs;
  private final boolean closed;
  private final Optional<String> stopReason;

  private Recording(Path path, Contents contents) {
    this.path = path;
    runs = contents.runs.stream().map(RunSummary::run).toList();
    closed = contents.isClosed();
    stopReason = contents.stopReason;
  }

  /** What is in the file. */
  private static final class Contents implements RecordingHandler {
    final List<RunSummary> runs = new ArrayList<>();
    long iterationsWhenClosed = -1;
    Optional<String> stopReason = Optional.empty();

    boolean isClosed() {
      return iterationsWhenClosed == iterations();
    }

    private long iterations() {
      return runs.stream().mapToLong(RunSummary::iterations).sum();
    }

    @Override
    public Witness began(int run, RunSettings settings) {
      RunSummary summary = new RunSummary(run, settings);
      runs.add(summary);
      return summary;
    }

    @Override
    public void closed() {
      iterationsWhenClosed = iterations();
    }

    @Override
    public void stopped(String reason) {
      stopReason = Optional.of(reason);
    }
  }

  /**
   * Opens a recording and checks all of it. One whose process was killed is read up to its last
   * whole block.
   *
   * @param path the file
   * @return the recording
   * @throws UnreadableRecordException if the file is no recording, of a newer version, cut off
   *     inside a block, or damaged
   * @throws IOException if the file cannot be read
   */
  public static Recording open(Path path) throws IOException {
    Contents contents = new Contents();
    RecordingReader.read(path, contents);
    return new Recording(path, contents);
  }

  /**
   * Returns the file.
   *
   * @return as it was given
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the models that the listener and its clones watched.
   *
   * @return one run for each, in the order in which they began
   */
  public List<RecordedRun> runs() {
    return runs;
  }

  /**
   * Tells whether the listener was closed, or the virtual machine ended in peace.
   *
   * @return false if the process was killed, still runs, or recording stopped
   */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Tells why recording stopped before training did, if so: for example for the size limit.
   *
   * @return the reason, as a sentence without its end
   */
  public Optional<String> stopReason() {
    return stopReason;
  }

  /**
   * Judges it with the conditions that were judged live.
   *
   * @return what changed in the diagnoses, in order; of several runs in the order of their
   *     iterations in the recording
   */
  public List<DiagnosisEvent> judge() {
    return events(reader -> judge(reader));
  }

  /**
   * Judges it with other conditions than were judged live.
   *
   * @param without what not to judge; empty for all conditions
   * @return what changed in the diagnoses, in order
   */
  public List<DiagnosisEvent> judge(Set<Condition> without) {
    return events(reader -> judge(without, reader));
  }

  /**
   * Judges it with the conditions that were judged live, iteration by iteration.
   *
   * @param reader told of each iteration in turn
   */
  public void judge(Consumer<JudgedIteration> reader) {
    replay(settings -> rules(settings.without()), reader);
  }

  /**
   * Judges it with other conditions than were judged live, iteration by iteration.
   *
   * @param without what not to judge; empty for all conditions
   * @param reader told of each iteration in turn
   */
  public void judge(Set<Condition> without, Consumer<JudgedIteration> reader) {
    replay(settings -> rules(without), reader);
  }

  private static List<DiagnosisEvent> events(Consumer<Consumer<JudgedIteration>> judging) {
    List<DiagnosisEvent> events = new ArrayList<>();
    judging.accept(iteration -> events.addAll(iteration.events()));
    return List.copyOf(events);
  }

  private static Diagnostician rules(Set<Condition> without) {
    return new Diagnostician(Conditions.CATALOGUE, without, Replay::ruleFailed);
  }

  /** Judges it with any rules. */
  public void replay(Function<RunSettings, Diagnostician> rules, Consumer<JudgedIteration> reader) {
    try {
      RecordingReader.read(path, new Replay(rules, reader));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
