package io.github.dl4jstability.benchmarks.zoo;

import java.util.Arrays;
import java.util.Iterator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the command line asks for. */
final class Options {
  static final String USAGE =
      """
      Trains stalled networks of every kind in virtual machines of their own, with and without a
      StabilityListener. None may crash or hang, and both have to end in the same state.

        --families REGEX  combinations whose name contains a match; a name is
                          family/masks/shape/container/type, such as lstm/both/tbptt/graph/float
        --sample N        so many of them, chosen at random
        --seed N          of that choice, and of the order (default 1)
        --jobs N          virtual machines at a time (default 2)
        --visits N        combinations for each virtual machine (default 60)
        --plain-heap      without glibc's debugging allocator
        --verbose         show what the virtual machines print
        --list            write the names and end
        --help            write this and end

      Exit codes: 0 no harm was done, 1 some was, 2 wrong options.""";

  Pattern families = Pattern.compile("");
  int sample = Integer.MAX_VALUE;
  int seed = 1;
  int jobs = 2;
  int visits = 60;
  boolean plainHeap;
  boolean verbose;
  boolean list;
  boolean help;

  /** Reads the words; a wrong one is an {@link IllegalArgumentException} with what is wrong. */
  static Options parse(String... arguments) {
    Options options = new Options();
    Iterator<String> words = Arrays.asList(arguments).iterator();
    while (words.hasNext()) {
      options.take(words.next(), words);
    }
    return options;
  }

  private void take(String option, Iterator<String> words) {
    switch (option) {
      case "--families" -> families = pattern(option, word(option, words));
      case "--sample" -> sample = number(option, word(option, words), 1);
      case "--seed" -> seed = number(option, word(option, words), 0);
      case "--jobs" -> jobs = number(option, word(option, words), 1);
      case "--visits" -> visits = number(option, word(option, words), 1);
      case "--plain-heap" -> plainHeap = true;
      case "--verbose" -> verbose = true;
      case "--list" -> list = true;
      case "--help", "-h" -> help = true;
      default -> throw new IllegalArgumentException("Unknown option: " + option);
    }
  }

  private static Pattern pattern(String option, String word) {
    try {
      return Pattern.compile(word);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          option + " must be followed by a regular expression, was \"" + word + "\"", e);
    }
  }

  private static int number(String option, String word, int least) {
    String rule = option + " must be followed by a number of at least " + least + ", was " + word;
    try {
      int number = Integer.parseInt(word);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(rule, e);
    }
    throw new IllegalArgumentException(rule);
  }

  private static String word(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(
          option + " must be followed by a value, was the last word");
    }
    return words.next();
  }
}
