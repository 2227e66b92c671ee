package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.listeners.Recording;
import io.github.dl4jstability.listeners.internal.timeline.EventLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A folder of recordings with the list of what the rules said of them, so that a change of the code
 * can be shown to change no verdict, or which.
 */
public final class Corpus {
  static final String EVENTS = "events.txt";
  private static final String NOW = "events-now.txt";
  private static final int MOST_SHOWN = 20;

  /** Explanation and remedy are the last columns. */
  private static final int TEXT_COLUMNS = 2;

  static final String USAGE =
      """
      Keeps recordings of runs and what the rules said of them.

        record DIR [options]   trains two variants of each scenario family with two seeds, records
                               them below DIR, and writes what is said of them to DIR/events.txt;
                               options are those of the measurement of accuracy
        check DIR [--no-texts] judges the recordings again and compares with DIR/events.txt; what
                               is said now goes to DIR/events-now.txt, for diff; --no-texts leaves
                               out explanations and remedies
        accept DIR             judges the recordings again and replaces DIR/events.txt

      Exit codes: 0 done and the same, 1 something else is said, 2 wrong arguments.\
      """;

  private final RecordingFolder recordings;
  private final PrintStream out;

  Corpus(Path folder, PrintStream out) {
    recordings = new RecordingFolder(folder);
    this.out = out;
  }

  /**
   * Runs a command.
   *
   * @param arguments the command, the folder, and options
   * @throws Exception if a file cannot be read or written
   */
  public static void main(String[] arguments) throws Exception {
    System.exit(run(List.of(arguments), System.out)); // Deeplearning4j keeps threads.
  }

  static int run(List<String> arguments, PrintStream out) throws Exception {
    String command = arguments.isEmpty() ? "--help" : arguments.get(0);
    if (arguments.size() < 2 || !Set.of("record", "check", "accept").contains(command)) {
      out.println(USAGE);
      return 2;
    }
    Corpus corpus = new Corpus(Path.of(arguments.get(1)), out);
    List<String> options = arguments.subList(2, arguments.size());
    return switch (command) {
      case "record" -> corpus.record(options);
      case "check" -> corpus.check(!options.contains("--no-texts"));
      default -> corpus.accept();
    };
  }

  private int record(List<String> options) throws Exception {
    List<String> all = new ArrayList<>(List.of("--quick"));
    all.addAll(options);
    Path folder = recordings.folder();
    Files.createDirectories(folder);
    all.addAll(List.of("--record", folder.toString()));
    all.addAll(List.of("--results", folder.resolve("results.tsv").toString()));
    all.addAll(List.of("--out", folder.resolve("accuracy.md").toString()));
    try {
      new Accuracy(Options.parse(all.toArray(String[]::new)), out).run();
    } catch (UsageException wrong) {
      out.println(wrong.getMessage());
      return 2;
    }
    return accept();
  }

  private int accept() throws IOException {
    List<String> events = events();
    Files.write(recordings.folder().resolve(EVENTS), events);
    out.printf(
        "%d recordings, %d events: written to %s%n",
        recordings.all().size(), events.size(), recordings.folder().resolve(EVENTS));
    return 0;
  }

  private int check(boolean texts) throws IOException {
    List<String> stored = Files.readAllLines(recordings.folder().resolve(EVENTS));
    List<String> events = events();
    Files.write(recordings.folder().resolve(NOW), events);
    List<String> before = compared(stored, texts);
    List<String> now = compared(events, texts);
    List<String> missing = difference(before, now);
    List<String> added = difference(now, before);
    print("- ", missing);
    print("+ ", added);
    out.printf(
        "%d recordings, %d events before, %d now: %s%n",
        recordings.all().size(), before.size(), now.size(), result(before, now, missing, added));
    return before.equals(now) ? 0 : 1;
  }

  private static String result(
      List<String> before, List<String> now, List<String> missing, List<String> added) {
    if (before.equals(now)) {
      return "the same";
    }
    return missing.isEmpty() && added.isEmpty()
        ? "the same in another order"
        : missing.size() + " are no longer said, " + added.size() + " are new";
  }

  private List<String> events() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path path : recordings.all()) {
      lines.addAll(EventLine.all(recordings.name(path), Recording.open(path)));
    }
    return lines;
  }

  private static List<String> difference(List<String> lines, List<String> others) {
    Set<String> known = new HashSet<>(others);
    return lines.stream().filter(line -> !known.contains(line)).toList();
  }

  private static List<String> compared(List<String> lines, boolean texts) {
    return texts ? lines : lines.stream().map(Corpus::withoutTexts).toList();
  }

  private static String withoutTexts(String line) {
    List<String> columns = List.of(line.split(EventLine.SEPARATOR, -1));
    return String.join(
        EventLine.SEPARATOR, columns.subList(0, Math.max(0, columns.size() - TEXT_COLUMNS)));
  }

  private void print(String sign, List<String> lines) {
    lines.stream().limit(MOST_SHOWN).forEach(line -> out.println(sign + line));
    if (lines.size() > MOST_SHOWN) {
      out.println(sign + "and " + (lines.size() - MOST_SHOWN) + " more");
    }
  }
}
