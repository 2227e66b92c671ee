package io.github.dl4jstability.listeners.internal.timeline;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.RecordedRun;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was recorded of one model, and how it is set up. */
final class RunText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final List<String> HEADINGS =
      List.of("layer", "activation", "units", "parameters", "updater", "reads", "more");

  private RunText() {}

  static List<String> of(RecordedRun run) {
    List<String> lines = new ArrayList<>();
    String model = run.structure().map(RunText::model).orElse("a model that was not trained");
    lines.add("Run %d: %s".formatted(run.number(), model));
    lines.add(
        "  worker %s, preset %s, measured at %s, library version %s"
            .formatted(run.worker(), run.preset(), distance(run.every()), run.library()));
    if (!run.without().isEmpty()) {
      lines.add(
          "  not judged: "
              + run.without().stream()
                  .sorted()
                  .map(Condition::title)
                  .collect(Collectors.joining(", ")));
    }
    if (run.iterations() > 0) {
      lines.add(iterations(run));
    }
    run.structure().ifPresent(structure -> lines.addAll(table(structure)));
    return lines;
  }

  private static String model(NetworkStructure structure) {
    long count = structure.parameters().stream().mapToLong(Parameter::count).sum();
    return String.format(
        Locale.ROOT,
        "%s with %d layers and %,d parameters",
        structure.model(),
        structure.layers().size(),
        count);
  }

  private static String distance(int every) {
    return every == 1 ? "every iteration" : "each " + every + "th iteration";
  }

  private static String iterations(RecordedRun run) {
    return String.format(
        Locale.ROOT,
        "  %d iterations, %d to %d, in %.1f s from %s; the curvature was looked at %s",
        run.iterations(),
        run.firstIteration(),
        run.lastIteration(),
        (run.lastMillis() - run.firstMillis()) / 1e3,
        TIME.format(Instant.ofEpochMilli(run.firstMillis())),
        run.looks() == 1 ? "once" : run.looks() + " times");
  }

  private static List<String> table(NetworkStructure structure) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    long[] parameters = new long[structure.layers().size()];
    structure.parameters().forEach(one -> parameters[one.layer()] += one.count());
    for (int i = 0; i < parameters.length; i++) {
      rows.add(row(structure, structure.layers().get(i), parameters[i]));
    }
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder("  ");
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append("  ").append(cell).append(" ".repeat(widths[column] - cell.length()));
    }
    return line.toString().stripTrailing();
  }

  private static List<String> row(NetworkStructure structure, Layer layer, long parameters) {
    return List.of(
        layer.title(),
        layer.activation(),
        layer.setup().units() == 0 ? "" : Integer.toString(layer.setup().units()),
        String.format(Locale.ROOT, "%,d", parameters),
        layer.setup().updater(),
        reads(structure, layer),
        more(layer));
  }

  private static String reads(NetworkStructure structure, Layer layer) {
    Stream<String> features = layer.setup().features().stream().map(number -> "input " + number);
    Stream<String> layers =
        layer.setup().inputs().stream().map(input -> structure.layers().get(input).name());
    return Stream.concat(features, layers).collect(Collectors.joining(", "));
  }

  private static String more(Layer layer) {
    NetworkStructure.Setup setup = layer.setup();
    List<String> more = new ArrayList<>();
    addIf(more, !setup.loss().isEmpty(), "loss " + setup.loss());
    addIf(more, !setup.clipping().isEmpty(), setup.clipping());
    addIf(more, setup.penalty().l1() != 0, "l1 " + (float) setup.penalty().l1());
    addIf(more, setup.penalty().l2() != 0, "l2 " + (float) setup.penalty().l2());
    addIf(more, setup.penalty().decay() != 0, "weight decay " + (float) setup.penalty().decay());
    addIf(more, setup.dropout(), "dropout after it");
    addIf(more, setup.normalized(), "normalized");
    addIf(more, setup.bypassed(), "bypassed");
    addIf(more, setup.frozen(), "frozen");
    return String.join(", ", more);
  }

  private static void addIf(List<String> list, boolean condition, String text) {
    if (condition) {
      list.add(text);
    }
  }
}
