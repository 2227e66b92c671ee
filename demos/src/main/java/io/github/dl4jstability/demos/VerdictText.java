package io.github.dl4jstability.demos;

import io.github.dl4jstability.demos.console.Console;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a diagnosis for people: what, where, since when, why, the numbers, the remedy. */
final class VerdictText {
  private static final int LARGEST_LAYER_LIST = 3;

  private VerdictText() {}

  /** Writes a diagnosis that arrives after so many iterations. */
  static void write(Console console, Diagnosis diagnosis, int afterIterations) {
    console.line("  >> " + diagnosis.severity() + ": " + diagnosis.condition().title());
    console.labelled("   where", where(diagnosis.layers()));
    console.labelled(
        "   since",
        "iteration %d, told after %d iterations".formatted(diagnosis.iteration(), afterIterations));
    console.labelled("   why", diagnosis.explanation());
    String label = "   numbers";
    for (Map.Entry<String, Double> number : diagnosis.evidence().entrySet()) {
      String text = Evidence.text(number.getKey(), number.getValue());
      console.labelled(label, text + " = " + number.getKey());
      label = "";
    }
    diagnosis
        .cause()
        .ifPresent(cause -> console.labelled("   cause", cause.root().condition().title()));
    console.labelled("   remedy", diagnosis.root().remedy());
    console.blank();
  }

  /** Names the layers; of many only the first and the last. */
  static String where(List<String> layers) {
    if (layers.isEmpty()) {
      return "the whole network";
    }
    return layers.size() <= LARGEST_LAYER_LIST
        ? String.join(", ", layers)
        : "%s to %s (%d layers)"
            .formatted(layers.get(0), layers.get(layers.size() - 1), layers.size());
  }

  /** Says the present state in a few words. */
  static String summary(Optional<Diagnosis> primary) {
    return primary
        .map(it -> it.condition().title() + " since iteration " + it.iteration())
        .orElse("nothing wrong");
  }
}
