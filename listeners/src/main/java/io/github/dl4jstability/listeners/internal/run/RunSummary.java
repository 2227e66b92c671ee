package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.RecordedRun;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.RunSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers what a recording knows of one run. */
public final class RunSummary implements Witness {
  private final int number;
  private final RunSettings settings;
  private @Nullable NetworkStructure structure;
  private long iterations;
  private int firstIteration = -1;
  private int lastIteration = -1;
  private long firstMillis;
  private long lastMillis;
  private int looks;

  public RunSummary(int number, RunSettings settings) {
    this.number = number;
    this.settings = settings;
  }

  @Override
  public void observed(Observation observation) {
    if (iterations++ == 0) {
      firstIteration = observation.iteration();
      firstMillis = observation.timeMillis();
    }
    structure = observation.structure();
    lastIteration = observation.iteration();
    lastMillis = observation.timeMillis();
  }

  @Override
  public void lookedAt(StationaryNumbers numbers) {
    looks++;
  }

  @Override
  public void notLookedAt(String reason) {
    looks++;
  }

  public long iterations() {
    return iterations;
  }

  public RecordedRun run() {
    return new RecordedRun(
        number,
        settings.library(),
        settings.worker(),
        settings.preset(),
        settings.every(),
        settings.without(),
        settings.curvatureBudget(),
        Optional.ofNullable(structure),
        iterations,
        firstIteration,
        lastIteration,
        firstMillis,
        lastMillis,
        looks);
  }
}
