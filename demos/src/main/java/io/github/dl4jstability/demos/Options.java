package io.github.dl4jstability.demos;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What the command line asks for.
 *
 * @param port where the dashboard listens; 0 for any free port
 * @param waitAtEnd whether the dashboard stays up until Enter or Ctrl-C
 * @param help whether only to tell the options
 */
record Options(int port, boolean waitAtEnd, boolean help) {
  static final int DEFAULT_PORT = 9000;

  private static final int LARGEST_PORT = 65_535;

  static final String USAGE =
      """
      Trains a deep network that cannot learn, shows the verdict of DL4J Stability arriving,
      and trains its repaired twin. The dashboard is live meanwhile.

        mvn -q -Pdemo
        mvn -q -Pdemo -Ddemo.args="[options]"

      Options:
        --port N    the dashboard's port, 0 for any free one (default 9000)
        --no-wait   end when training ends, without waiting for Enter or Ctrl-C
        --help      write this and end

      Exit codes: 0 done, 1 the port is busy, 2 wrong options.""";

  static Options parse(List<String> arguments) throws UsageException {
    int port = DEFAULT_PORT;
    boolean waitAtEnd = true;
    boolean help = false;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--port" -> port = port(rest);
        case "--no-wait" -> waitAtEnd = false;
        case "--help", "-h" -> help = true;
        default -> throw new UsageException("Unknown option: " + argument);
      }
    }
    return new Options(port, waitAtEnd, help);
  }

  private static int port(Iterator<String> rest) throws UsageException {
    String rule = "--port must be followed by a number from 0 to " + LARGEST_PORT;
    try {
      String text = rest.next();
      int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
      if (port < 0 || port > LARGEST_PORT) {
        throw new UsageException(rule + ", was \"" + text + "\"");
      }
      return port;
    } catch (NoSuchElementException e) {
      UsageException missing = new UsageException(rule + ", was the last word");
      missing.initCause(e);
      throw missing;
    }
  }
}
