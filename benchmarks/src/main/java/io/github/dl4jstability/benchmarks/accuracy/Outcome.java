package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.listeners.Diagnosis;
import java.util.List;
import java.util.Optional;

/**
 * What happened in a run.
 *
 * @param seed the run's seed
 * @param iterations iterations done
 * @param told what the listener called back with, in order
 * @param primaries the present root cause whenever its condition changed, in order
 * @param atEnd the root cause at the end, if any
 * @param loss the loss of each iteration
 * @param failure why the run could not be done, if so
 */
record Outcome(
    long seed,
    int iterations,
    List<Told> told,
    List<Told> primaries,
    Optional<Diagnosis> atEnd,
    LossCurve loss,
    Optional<String> failure) {

  Outcome {
    told = List.copyOf(told);
    primaries = List.copyOf(primaries);
  }

  /**
   * Compares this run with what its recording says.
   *
   * @param replayed what the recording says
   * @return that; marked as failed if the run itself said anything else
   */
  Outcome sameAs(Outcome replayed) {
    boolean same =
        diagnoses(told).equals(diagnoses(replayed.told))
            && diagnoses(primaries).equals(diagnoses(replayed.primaries))
            && atEnd.equals(replayed.atEnd)
            && iterations == replayed.iterations;
    return same
        ? replayed
        : new Outcome(
            seed,
            iterations,
            told,
            primaries,
            atEnd,
            loss,
            Optional.of("its recording says something else"));
  }

  private static List<Diagnosis> diagnoses(List<Told> all) {
    return all.stream().map(Told::diagnosis).toList();
  }

  /**
   * A diagnosis, and when it was made.
   *
   * @param iteration the iteration at the end of which it was told; it may have begun earlier
   * @param diagnosis what was said
   */
  record Told(int iteration, Diagnosis diagnosis) {}
}
