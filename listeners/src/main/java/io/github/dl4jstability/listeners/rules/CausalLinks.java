package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which condition is known to bring about which. A diagnosis is a consequence of another if such a
 * link exists and the other began no later.
 */
final class CausalLinks {
  private static final Map<Condition, List<Condition>> CAUSES =
      Map.of(Condition.NON_FINITE, List.of(Condition.EXPLODING_GRADIENT));

  private CausalLinks() {}

  /** Returns the diagnosis with its cause, if one of the others is known to bring it about. */
  static Diagnosis link(Diagnosis diagnosis, Collection<Diagnosis> others) {
    List<Condition> causes = CAUSES.getOrDefault(diagnosis.condition(), List.of());
    Optional<Diagnosis> cause =
        others.stream()
            .filter(other -> causes.contains(other.condition()))
            .filter(other -> other.iteration() <= diagnosis.iteration())
            .min(Comparator.comparingInt(Diagnosis::iteration));
    return cause.map(diagnosis::causedBy).orElse(diagnosis);
  }
}
