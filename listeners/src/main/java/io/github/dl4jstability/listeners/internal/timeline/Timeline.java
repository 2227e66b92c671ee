package io.github.dl4jstability.listeners.internal.timeline;

import io.github.dl4jstability.listeners.Recording;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints what the rules of this version say of a recording, as a timeline to read, or to attach to
 * a report of a fault. Needs neither the model nor a backend of ND4J.
 *
 * <pre>{@code mvn -q -Preplay -Dreplay.args="run.stability"}</pre>
 */
public final class Timeline {
  static final String USAGE =
      """
      Tells from a recording what happened in a training run: the network, and what was diagnosed
      when, by the rules of this version.

        FILE...    recordings, made with StabilityListener.builder().record(path)
        --lines    one tab-separated line for each event, to compare with diff
        --help     write this and end

      Exit codes: 0 done, 1 a file cannot be read, 2 wrong options.\
      """;

  private final PrintStream out;
  private final PrintStream err;

  Timeline(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Prints timelines.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(new Timeline(out, System.err).run(List.of(arguments)));
  }

  /** Returns the exit code. */
  int run(List<String> arguments) {
    List<Path> files = new ArrayList<>();
    boolean lines = false;
    for (String argument : arguments) {
      if (argument.equals("--help") || argument.equals("-h")) {
        out.println(USAGE);
        return 0;
      } else if (argument.equals("--lines")) {
        lines = true;
      } else if (argument.startsWith("-")) {
        return usage("Unknown option: " + argument);
      } else {
        files.add(Path.of(argument));
      }
    }
    return files.isEmpty() ? usage("No recording was given.") : print(files, lines);
  }

  private int usage(String wrong) {
    err.println(wrong);
    err.println(USAGE);
    return 2;
  }

  private int print(List<Path> files, boolean lines) {
    int code = 0;
    for (Path file : files) {
      try {
        Recording recording = Recording.open(file);
        if (lines) {
          EventLine.all(file.toString(), recording).forEach(out::println);
        } else {
          new TimelineText(recording).lines().forEach(out::println);
        }
      } catch (NoSuchFileException e) {
        err.println("There is no file " + Plain.text(file.toString()));
        code = 1;
      } catch (IOException e) {
        err.println(Plain.text(String.valueOf(e.getMessage())));
        code = 1;
      }
    }
    return code;
  }
}
