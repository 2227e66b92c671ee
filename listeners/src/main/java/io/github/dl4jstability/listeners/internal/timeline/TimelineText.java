package io.github.dl4jstability.listeners.internal.timeline;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.JudgedIteration;
import io.github.dl4jstability.listeners.RecordedRun;
import io.github.dl4jstability.listeners.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A recording for people: what was recorded, then each diagnosis event in its turn. */
final class TimelineText {
  private static final String MARGIN = "    ";

  private final Recording recording;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, Diagnosis> last = new HashMap<>();
  private Optional<Diagnosis> primary = Optional.empty();
  private boolean silent = true;

  TimelineText(Recording recording) {
    this.recording = recording;
  }

  List<String> lines() throws IOException {
    String size = String.format(Locale.ROOT, "%,d", (Files.size(recording.path()) + 1023) / 1024);
    lines.add("Recording " + recording.path() + ", " + size + " KB");
    for (RecordedRun run : recording.runs()) {
      lines.add("");
      lines.addAll(RunText.of(run));
    }
    lines.add("");
    lines.add("What was diagnosed:");
    recording.judge(this::add);
    if (silent) {
      lines.add("");
      lines.add("  nothing");
    }
    lines.add("");
    lines.add(end());
    lines.add(completeness());
    return lines.stream().map(Plain::text).toList();
  }

  private void add(JudgedIteration iteration) {
    for (DiagnosisEvent event : iteration.events()) {
      silent = false;
      lines.add("");
      add(iteration.run(), event);
    }
    primary = iteration.primary();
  }

  private void add(int run, DiagnosisEvent event) {
    Diagnosis diagnosis = event.diagnosis();
    String place = recording.runs().size() > 1 ? "run " + run + ", " : "";
    String when = "  " + place + "iteration " + event.iteration() + ": ";
    Diagnosis before = last.put(run + "/" + event.serial(), diagnosis);
    if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
      lines.add(when + "no longer " + diagnosis.condition().title());
      return;
    }
    boolean changed = before == null || isOther(before, diagnosis);
    lines.add(when + (changed ? "" : "still ") + heading(diagnosis));
    lines.addAll(Wrapped.text(diagnosis.explanation(), MARGIN));
    if (changed && diagnosis.cause().isEmpty()) {
      lines.addAll(Wrapped.text("Remedy: " + diagnosis.remedy(), MARGIN));
    }
  }

  private static boolean isOther(Diagnosis before, Diagnosis now) {
    return before.severity() != now.severity()
        || !before.cause().map(Diagnosis::condition).equals(now.cause().map(Diagnosis::condition));
  }

  private static String heading(Diagnosis diagnosis) {
    String layers =
        diagnosis.layers().isEmpty()
            ? ""
            : (diagnosis.layers().size() == 1 ? " in layer " : " in layers ")
                + String.join(", ", diagnosis.layers());
    return diagnosis.severity()
        + " "
        + diagnosis.condition().title()
        + layers
        + " since iteration "
        + diagnosis.iteration();
  }

  private String end() {
    return "At the end: "
        + primary
            .map(
                it ->
                    "the root cause is "
                        + it.condition().title()
                        + " ("
                        + it.severity()
                        + ") since iteration "
                        + it.iteration())
            .orElse("nothing is wrong")
        + ".";
  }

  private String completeness() {
    return recording
        .stopReason()
        .map(reason -> "Recording stopped before training did: " + reason + ".")
        .orElse(
            recording.isClosed()
                ? "The recording is complete."
                : "The recording ends without a close: the process was killed or still runs."
                    + " It holds all but about the last second.");
  }
}
