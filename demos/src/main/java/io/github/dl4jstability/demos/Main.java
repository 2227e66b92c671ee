package io.github.dl4jstability.demos;

import io.github.dl4jstability.demos.console.Console;
import io.github.dl4jstability.demos.console.Terminal;
import io.github.dl4jstability.demos.data.FashionMnist;
import io.github.dl4jstability.demos.data.Split;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The main demonstration: a deep network that cannot learn, the verdict that tells why while it
 * trains, and its repaired twin; live in Deeplearning4j's training UI.
 *
 * <pre>{@code
 * mvn -q -Pdemo
 * mvn -q -Pdemo -Ddemo.args="--no-wait --port 9001"
 * }</pre>
 */
public final class Main {
  private static final int OK = 0;
  private static final int NO_DASHBOARD = 1;
  private static final int USAGE = 2;
  private static final long SEED = 42;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final Size size;

  Main(InputStream in, PrintStream out, PrintStream err, boolean terminal, Size size) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.size = size;
  }

  /**
   * Runs the demonstration and ends the JVM: with 0 if all went well, 1 if the dashboard's port
   * cannot be had, 2 if an option is wrong.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    boolean terminal = Terminal.isPresent();
    Main main = new Main(System.in, System.out, System.err, terminal, Size.FULL);
    System.exit(main.run(List.of(arguments)));
  }

  /** Returns the exit code. */
  int run(List<String> arguments) {
    try {
      Options options = Options.parse(arguments);
      if (options.help()) {
        out.println(Options.USAGE);
        return OK;
      }
      demonstrate(options);
      return OK;
    } catch (UsageException e) {
      err.println(e.getMessage());
      err.println();
      err.println(Options.USAGE);
      return USAGE;
    } catch (IOException e) {
      err.println(e.getMessage());
      return NO_DASHBOARD;
    }
  }

  private void demonstrate(Options options) throws IOException {
    Console console = new Console(out, terminal);
    try (Dashboard dashboard = Dashboard.start(options.port())) {
      NativeThreads.useOne();
      Split images = FashionMnist.load().split(size.trainImages(), size.testImages(), SEED);
      new Story(console, dashboard, images, size).tell(SEED);
      if (options.waitAtEnd()) {
        waitForUser(console, dashboard);
      }
    }
  }

  /** Waits for Enter; where nobody can press it, for the end of the process. */
  private void waitForUser(Console console, Dashboard dashboard) throws IOException {
    console.paragraph("The dashboard stays up, with both runs in its list of sessions:");
    console.paragraph(dashboard.url());
    console.paragraph("Enter or Ctrl-C ends it.");
    if (in.read() < 0 && !terminal) {
      console.paragraph("(Standard input is closed, so only Ctrl-C or a signal does.)");
      sleepUntilKilled();
    }
  }

  private static void sleepUntilKilled() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
