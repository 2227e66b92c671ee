package io.github.dl4jstability.listeners.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exceptions of users may be hostile, or broken. */
@Timeout(20)
class LoggedFaultTest {

  /** Throws at whatever it is asked. */
  private static final class Poison extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static RuntimeException fault() {
      return new IllegalStateException("even this throws");
    }

    @Override
    public String getMessage() {
      throw fault();
    }

    @Override
    public String getLocalizedMessage() {
      throw fault();
    }

    @Override
    public String toString() {
      throw fault();
    }

    @Override
    public synchronized Throwable getCause() {
      throw fault();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw fault();
    }
  }

  private static String printed(Throwable fault) {
    StringWriter text = new StringWriter();
    LoggedFault.of(fault).printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void shouldKeepClassMessageStackTraceAndCauses() {
    Exception fault =
        new IllegalStateException("outer", new IllegalArgumentException("inner", new Exception()));
    LoggedFault copy = LoggedFault.of(fault);
    assertThat(copy).hasToString("java.lang.IllegalStateException: outer");
    assertThat(copy.getStackTrace()).isEqualTo(fault.getStackTrace());
    assertThat(copy.getCause()).hasToString("java.lang.IllegalArgumentException: inner");
    assertThat(copy.getCause().getCause()).hasToString("java.lang.Exception");
    assertThat(copy.getCause().getCause().getCause()).isNull();
    assertThat(LoggedFault.of(copy)).isSameAs(copy);
  }

  @Test
  void shouldTellTheClassOfAnExceptionThatThrowsAtWhateverItIsAsked() {
    assertThat(printed(new Poison())).startsWith(Poison.class.getName());
    assertThat(printed(new IllegalStateException("outer", new Poison())))
        .contains("outer", "Caused by: " + Poison.class.getName());
  }

  @Test
  void shouldEndACircleOfCauses() {
    RuntimeException first = new RuntimeException("first");
    RuntimeException second = new RuntimeException("second", first);
    first.initCause(second);
    assertThat(printed(first)).contains("first", "Caused by: java.lang.RuntimeException: second");
    assertThat(LoggedFault.of(first).origin()).startsWith("java.lang.RuntimeException at ");
  }

  @Test
  void shouldBoundCausesAndStack() {
    RuntimeException deep = new RuntimeException("0");
    for (int i = 1; i < 1000; i++) {
      deep = new RuntimeException(Integer.toString(i), deep);
    }
    List<Throwable> causes = new ArrayList<>();
    for (Throwable next = LoggedFault.of(deep); next != null; next = next.getCause()) {
      causes.add(next);
    }
    assertThat(causes).hasSize(LoggedFault.MOST_CAUSES + 1);
    StackOverflowError overflow = new StackOverflowError();
    StackTraceElement[] stack = new StackTraceElement[1024];
    Arrays.fill(stack, new StackTraceElement("Some", "recursion", "Some.java", 7));
    overflow.setStackTrace(stack);
    assertThat(LoggedFault.of(overflow).getStackTrace()).hasSize(LoggedFault.MOST_FRAMES);
  }

  @Test
  void shouldNotLetAMessageWriteLinesOfItsOwn() {
    String text = printed(new IllegalStateException("no layer x\n[main] ERROR forged"));
    assertThat(text.lines().findFirst().orElseThrow()).endsWith("x\\n[main] ERROR forged");
  }

  @Test
  void shouldTellKindsOfFaultsApartButNotTheirMessages() {
    List<String> origins = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      origins.add(LoggedFault.of(new IllegalStateException("number " + i)).origin());
    }
    assertThat(origins.get(0)).isEqualTo(origins.get(1));
    assertThat(LoggedFault.of(new IllegalStateException()).origin()).isNotEqualTo(origins.get(0));
  }
}
