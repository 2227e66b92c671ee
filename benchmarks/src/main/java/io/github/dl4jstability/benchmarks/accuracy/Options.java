package io.github.dl4jstability.benchmarks.accuracy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the command line asks for. */
final class Options {
  static final String USAGE =
      """
      Trains scenarios with known truth under a StabilityListener and compares what it says.

      Which runs:
        --only REGEX      scenarios whose name contains a match
        --healthy         only healthy scenarios
        --faulty          only faulty scenarios
        --seeds N | A-B   seeds 1 to N, or A to B (default 1-10)
        --seed N          only this seed
        --quick           two variants of each family, two seeds
        --iterations N    end each run after N iterations at the latest
        --scenarios PATH  a jar or folder with more scenarios; may be repeated

      How:
        --threads N       runs at a time (default 2)
        --out FILE        where to write the tables (default accuracy.md)
        --results FILE    keep the single results here, and skip runs that it already holds
        --verbose         tell each diagnosis with its evidence as it comes, and the log
        --record DIR      record what the rules see of each run there, and check that the
                          recording says what the run said
        --from DIR        judge the recordings there again, without training
        --check-health    tell how the loss of each scenario went, and which healthy ones
                          do not learn
        --list            write the names of the scenarios and end
        --help            write this and end

      To look at one run again: --only NAME --seed N --verbose

      Exit codes: 0 done, 2 wrong options.\
      """;

  private static final Pattern SEEDS = Pattern.compile("(?:(\\d{1,9})-)?(\\d{1,9})");

  Pattern only = Pattern.compile("");
  boolean healthy = true;
  boolean faulty = true;
  long firstSeed = 1;
  long lastSeed = 10;
  boolean quick;
  int iterations = Integer.MAX_VALUE;
  final List<Path> jars = new ArrayList<>();
  int threads = 2;
  Path out = Path.of("accuracy.md");
  Optional<Path> results = Optional.empty();
  Optional<RecordingFolder> record = Optional.empty();
  Optional<RecordingFolder> from = Optional.empty();
  boolean verbose;
  boolean checkHealth;
  boolean list;
  boolean help;

  private Options() {}

  static Options parse(String... arguments) throws UsageException {
    Options options = new Options();
    Iterator<String> words = Arrays.asList(arguments).iterator();
    while (words.hasNext()) {
      options.take(words.next(), words);
    }
    if (!options.healthy && !options.faulty) {
      throw new UsageException("--healthy and --faulty exclude each other");
    }
    if (options.record.isPresent() && options.from.isPresent()) {
      throw new UsageException("--record and --from exclude each other");
    }
    if (options.quick && options.lastSeed > options.firstSeed + 1) {
      options.lastSeed = options.firstSeed + 1;
    }
    return options;
  }

  private void take(String option, Iterator<String> words) throws UsageException {
    switch (option) {
      case "--only" -> only = pattern(option, word(option, words));
      case "--healthy" -> faulty = false;
      case "--faulty" -> healthy = false;
      case "--seeds" -> seeds(option, word(option, words));
      case "--seed" -> {
        firstSeed = number(option, word(option, words), 0);
        lastSeed = firstSeed;
      }
      case "--quick" -> quick = true;
      case "--iterations" -> iterations = number(option, word(option, words), 1);
      case "--scenarios" -> jars.add(Path.of(word(option, words)));
      case "--threads" -> threads = number(option, word(option, words), 1);
      case "--out" -> out = Path.of(word(option, words));
      case "--results" -> results = Optional.of(Path.of(word(option, words)));
      case "--record" -> record = Optional.of(new RecordingFolder(Path.of(word(option, words))));
      case "--from" -> from = Optional.of(new RecordingFolder(Path.of(word(option, words))));
      case "--verbose" -> verbose = true;
      case "--check-health" -> checkHealth = true;
      case "--list" -> list = true;
      case "--help", "-h" -> help = true;
      default -> throw new UsageException("Unknown option: " + option);
    }
  }

  private void seeds(String option, String word) throws UsageException {
    Matcher matcher = SEEDS.matcher(word);
    if (!matcher.matches()) {
      throw new UsageException(option + " must be followed by N or A-B, was \"" + word + "\"");
    }
    firstSeed = matcher.group(1) == null ? 1 : Long.parseLong(matcher.group(1));
    lastSeed = Long.parseLong(matcher.group(2));
    if (lastSeed < firstSeed) {
      throw new UsageException(option + " must not run backward, was \"" + word + "\"");
    }
  }

  private static Pattern pattern(String option, String word) throws UsageException {
    try {
      return Pattern.compile(word);
    } catch (PatternSyntaxException e) {
      throw because(e, option + " must be followed by a regular expression, was \"" + word + "\"");
    }
  }

  private static int number(String option, String word, int least) throws UsageException {
    String rule = option + " must be followed by a number of at least " + least;
    try {
      int number = Integer.parseInt(word);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw because(e, rule + ", was \"" + word + "\"");
    }
    throw new UsageException(rule + ", was " + word);
  }

  private static String word(String option, Iterator<String> words) throws UsageException {
    if (!words.hasNext()) {
      throw new UsageException(option + " must be followed by a value, was the last word");
    }
    return words.next();
  }

  private static UsageException because(Exception cause, String message) {
    UsageException exception = new UsageException(message);
    exception.initCause(cause);
    return exception;
  }
}
