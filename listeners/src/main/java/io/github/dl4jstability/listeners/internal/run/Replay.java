package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.JudgedIteration;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.RecordingHandler;
import io.github.dl4jstability.listeners.internal.recording.RunSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives rules what a recording holds, as the live run gave it to them. */
public final class Replay implements RecordingHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private final Function<RunSettings, Diagnostician> rules;
  private final Consumer<JudgedIteration> reader;
  private final DiagnosisHistory history = new DiagnosisHistory();
  private final FaultBarrier barrier = new FaultBarrier(LOG);
  private Optional<Diagnosis> primary = Optional.empty();

  /**
   * Creates a replay.
   *
   * @param rules makes the rules of each run
   * @param reader hears what they say
   */
  public Replay(Function<RunSettings, Diagnostician> rules, Consumer<JudgedIteration> reader) {
    this.rules = rules;
    this.reader = reader;
  }

  /** Names a rule that fails, which is left out from then on, as it was in the live run. */
  public static void ruleFailed(String rule, RuntimeException fault) {
    LOG.error("The rule {} failed and is left out from then on.", rule, fault);
  }

  @Override
  public Witness began(int run, RunSettings settings) {
    return new JudgedRun(run, rules.apply(settings));
  }

  /** One run. A fault of its rules as a whole ends its judgement, as it did in the live run. */
  private final class JudgedRun implements Witness {
    private final int number;
    private final String name;
    private final Diagnostician diagnostician;

    JudgedRun(int number, Diagnostician diagnostician) {
      this.number = number;
      this.name = "judgement of run " + number;
      this.diagnostician = diagnostician;
    }

    @Override
    public void observed(Observation observation) {
      List<DiagnosisEvent> events = new ArrayList<>();
      barrier.run(name, () -> events.addAll(diagnostician.judge(observation)));
      if (!events.isEmpty()) {
        events.forEach(event -> history.record(name, event));
        primary = history.primary();
      }
      reader.accept(
          new JudgedIteration(
              number,
              observation.iteration(),
              observation.epoch(),
              observation.timeMillis(),
              observation.score(),
              events,
              primary));
    }

    @Override
    public void lookedAt(StationaryNumbers numbers) {
      barrier.run(name, () -> diagnostician.lookedAt(numbers));
    }

    @Override
    public void notLookedAt(String reason) {
      barrier.run(name, () -> diagnostician.notLookedAt(reason));
    }
  }
}
