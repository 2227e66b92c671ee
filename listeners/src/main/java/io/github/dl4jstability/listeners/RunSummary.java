package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.observation.Witness;
import io.github.dl4jstability.listeners.record.RunSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers what a recording knows of one run. */
final class RunSummary implements Witness {
  private final int number;
  private final RunSettings settings;
  private @Nullable NetworkStructure structure;
  private long iterations;
  private int firstIteration = -1;
  private int lastIteration = -1;
  private long firstMillis;
  private long lastMillis;
  private int looks;

  RunSummary(int number, RunSettings settings) {
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

  long iterations() {
    return iterations;
  }

  RecordedRun run() {
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
