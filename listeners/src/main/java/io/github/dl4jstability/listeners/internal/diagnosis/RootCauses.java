package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each diagnosis which other one brought it about.
 *
 * <p>A diagnosis is the consequence of another if the {@link Catalogue} has such a link, the layers
 * lie as the link says, and the times fit. What counts is when each of them <em>began</em>, not
 * when it was raised, because rules need different amounts of evidence. Two things blur a
 * beginning:
 *
 * <ul>
 *   <li>An effect is proven only when it is raised. Until then its cause may still have been on its
 *       way up, so a cause may begin up to that iteration. One that begins later cannot have
 *       brought about what was there already.
 *   <li>Units and columns are inspected at each twentieth measured iteration and, as a run grows,
 *       at distances of at most 1/25 of it. No beginning is known better than that, so that much is
 *       forgiven. NaN and infinity are seen at once and get no such allowance.
 * </ul>
 *
 * <p>A cause that no longer holds still counts for what began while it did: units that died of a
 * rate that was too high stay dead when the loss has calmed down. Only warnings and errors are
 * causes, and informations where the catalogue says so, since it takes their effect to show that
 * they matter.
 *
 * <p>What brought about an error is an error: each cause gets the severity of the worst that it led
 * to.
 */
final class RootCauses {
  private static final int INSPECTION_DISTANCE = 20;
  private static final int INSPECTIONS_PER_RUN = 25;
  private static final int REMEMBERED = 16;

  private final Catalogue catalogue;
  private final List<ActiveDiagnosis> past = new ArrayList<>();

  RootCauses(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Remembers a diagnosis that was withdrawn. */
  void end(ActiveDiagnosis ended, int iteration) {
    ended.endedAt = iteration;
    past.add(ended);
    if (past.size() > REMEMBERED) {
      past.remove(0);
    }
  }

  /**
   * Links all active diagnoses anew and words what is reported of them.
   *
   * @param active the active diagnoses
   * @param structure the network
   * @param iteration the present iteration
   * @param distance iterations between two observations
   */
  void link(
      Collection<ActiveDiagnosis> active, NetworkStructure structure, int iteration, int distance) {
    Map<String, Integer> places = places(structure);
    int allowance = Math.max(INSPECTION_DISTANCE * distance, iteration / INSPECTIONS_PER_RUN);
    active.forEach(effect -> effect.cause = null);
    for (ActiveDiagnosis effect : active) {
      if (effect.mayHaveCause) {
        findCause(effect, active, places, allowance);
      }
    }
    Map<ActiveDiagnosis, Severity> severities = severities(active);
    active.stream()
        .sorted(Comparator.comparingInt(ActiveDiagnosis::depth))
        .forEach(c -> c.reported = reported(c, severities));
  }

  private static Map<String, Integer> places(NetworkStructure structure) {
    Map<String, Integer> places = new HashMap<>();
    structure.layers().forEach(layer -> places.putIfAbsent(layer.name(), places.size()));
    return places;
  }

  private void findCause(
      ActiveDiagnosis effect,
      Collection<ActiveDiagnosis> active,
      Map<String, Integer> places,
      int allowance) {
    for (CausalLink link : catalogue.causesOf(effect.current.condition())) {
      ActiveDiagnosis cause = candidate(link, effect, active, places, allowance);
      if (cause == null) {
        cause = candidate(link, effect, past, places, allowance);
      }
      if (cause != null) {
        effect.cause = cause;
        effect.mechanism = link.mechanism();
        return;
      }
    }
  }

  private @Nullable ActiveDiagnosis candidate(
      CausalLink link,
      ActiveDiagnosis effect,
      Collection<ActiveDiagnosis> among,
      Map<String, Integer> places,
      int allowance) {
    for (ActiveDiagnosis cause : among) {
      if (cause.current.condition() == link.cause()
          && cause != effect
          && !cause.isCausedBy(effect)
          && isSevereEnough(cause.current)
          && link.when().test(cause.current)
          && isInTime(link.timing(), cause, effect, allowance)
          && isInPlace(link.way(), cause.current, effect.current, places)) {
        return cause;
      }
    }
    return null;
  }

  private boolean isSevereEnough(Diagnosis cause) {
    return cause.severity() != Severity.INFO || catalogue.countsAsInformation(cause.condition());
  }

  private static boolean isInTime(
      CausalLink.Timing timing, ActiveDiagnosis cause, ActiveDiagnosis effect, int allowance) {
    int latest =
        switch (timing) {
          case TOGETHER -> effect.onset() + allowance;
          case BLURRED -> Math.max(effect.raisedAt, effect.onset() + allowance);
          case NOT_AFTER -> effect.onset();
          case BEFORE -> effect.onset() - 1;
        };
    int earliest = timing == CausalLink.Timing.TOGETHER ? effect.onset() - allowance : 0;
    return cause.onset() >= earliest
        && cause.onset() <= latest
        && (cause.endedAt == Integer.MAX_VALUE || effect.onset() <= cause.endedAt + allowance);
  }

  private static boolean isInPlace(
      CausalLink.Way way, Diagnosis cause, Diagnosis effect, Map<String, Integer> places) {
    if (cause.layers().isEmpty() || effect.layers().isEmpty()) {
      return true;
    }
    return switch (way) {
      case ANY -> true;
      case FORWARD -> first(cause, places) <= last(effect, places);
      case SAME -> cause.layers().containsAll(effect.layers());
      case BACKWARD -> last(cause, places) >= first(effect, places);
    };
  }

  private static int first(Diagnosis diagnosis, Map<String, Integer> places) {
    return diagnosis.layers().stream().mapToInt(l -> places.getOrDefault(l, 0)).min().orElse(0);
  }

  private static int last(Diagnosis diagnosis, Map<String, Integer> places) {
    int end = places.size();
    return diagnosis.layers().stream().mapToInt(l -> places.getOrDefault(l, end)).max().orElse(end);
  }

  /** The severity of each diagnosis and of all that brought it about. */
  private static Map<ActiveDiagnosis, Severity> severities(Collection<ActiveDiagnosis> active) {
    Map<ActiveDiagnosis, Severity> severities = new HashMap<>();
    for (ActiveDiagnosis effect : active) {
      for (ActiveDiagnosis c = effect; c != null; c = c.cause) {
        severities.merge(
            c, worse(c.current.severity(), effect.current.severity()), RootCauses::worse);
      }
    }
    return severities;
  }

  private static Severity worse(Severity a, Severity b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static Diagnosis reported(ActiveDiagnosis c, Map<ActiveDiagnosis, Severity> severities) {
    Diagnosis current = c.current.withSeverity(severities.getOrDefault(c, c.current.severity()));
    ActiveDiagnosis cause = c.cause;
    if (cause == null) {
      return current;
    }
    if (cause.endedAt != Integer.MAX_VALUE) {
      cause.reported = reported(cause, severities);
    }
    return current
        .withExplanation(current.explanation() + " " + because(c, cause))
        .causedBy(cause.reported);
  }

  private static String because(ActiveDiagnosis effect, ActiveDiagnosis cause) {
    int before = effect.onset() - cause.onset();
    return "Its cause is "
        + cause.current.condition().title()
        + " since iteration "
        + cause.onset()
        + (before > 0
            ? ", " + before + (before == 1 ? " iteration" : " iterations") + " earlier"
            : "")
        + ": "
        + effect.mechanism
        + ".";
  }
}
