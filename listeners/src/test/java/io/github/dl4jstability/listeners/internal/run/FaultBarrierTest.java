package io.github.dl4jstability.listeners.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.RecordedLog;
import io.github.dl4jstability.listeners.RecordedLog.Line;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** A part that throws is told of once and left out; training and all other parts go on. */
class FaultBarrierTest {
  private static final Line CHARTS_ARE_OFF =
      new Line(
          Level.ERROR,
          "DL4J Stability switched off its charts after a fault of its own; training goes on.");

  private final RecordedLog log = new RecordedLog();
  private final FaultBarrier barrier = new FaultBarrier(log.logger());
  private final List<String> done = new ArrayList<>();

  private void runChartsThatThrow(Throwable fault) {
    barrier.run(
        "charts",
        () -> {
          done.add("charts");
          if (fault instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) fault;
        });
  }

  @Test
  void shouldRunAPartAgainAndAgainWhileItWorks() {
    barrier.run("charts", () -> done.add("first"));
    barrier.run("charts", () -> done.add("second"));
    assertThat(done).containsExactly("first", "second");
    assertThat(barrier.isOn("charts")).isTrue();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void shouldTellOnceOfAPartThatThrowsAndLeaveItOut() {
    IllegalStateException fault = new IllegalStateException("broken");
    runChartsThatThrow(fault);
    runChartsThatThrow(new IllegalStateException("broken again"));
    assertThat(done).containsExactly("charts");
    assertThat(barrier.isOn("charts")).isFalse();
    assertThat(log.lines()).containsExactly(CHARTS_ARE_OFF);
    assertThat(log.exceptions())
        .singleElement()
        .hasToString("java.lang.IllegalStateException: broken");
    assertThat(log.exceptions().get(0).getStackTrace()).isEqualTo(fault.getStackTrace());
  }

  @Test
  void shouldHoldBackAnErrorToo() {
    Error fault = new NoClassDefFoundError("missing");
    barrier.run(
        "charts",
        () -> {
          throw fault;
        });
    assertThat(barrier.isOn("charts")).isFalse();
    assertThat(log.lines()).containsExactly(CHARTS_ARE_OFF);
    assertThat(log.exceptions())
        .singleElement()
        .hasToString("java.lang.NoClassDefFoundError: missing");
  }

  @Test
  void shouldPassOnOnlyThatTheThreadWasStopped() {
    assertThatThrownBy(() -> runChartsThatThrow(new ThreadDeath())).isInstanceOf(ThreadDeath.class);
    assertThatCode(() -> runChartsThatThrow(new OutOfMemoryError("no heap")))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldHoldBackAnExceptionWhoseMessageThrowsAndALoggerThatThrows() {
    runChartsThatThrow(
        new IllegalStateException() {
          @Override
          public String getMessage() {
            throw new IllegalStateException("even its message throws");
          }
        });
    assertThat(log.lines()).containsExactly(CHARTS_ARE_OFF);
    FaultBarrier withoutLog = new FaultBarrier(null); // throws whatever is to be logged
    assertThatCode(
            () -> {
              withoutLog.switchOff("charts", new IllegalStateException());
              withoutLog.leaveOut("storage", new IllegalStateException());
              withoutLog.note("that");
            })
        .doesNotThrowAnyException();
  }

  private void attemptStorage(boolean fails) {
    barrier.attempt(
        "storage",
        () -> {
          done.add("storage");
          if (fails) {
            throw new IllegalStateException("full " + done.size());
          }
        });
  }

  @Test
  void shouldLeaveOutOneTurnOfAPartThatMayFailNowAndThen() {
    for (int i = 0; i < 40; i++) {
      attemptStorage(i % FaultBarrier.MOST_IN_A_ROW != 0);
    }
    assertThat(done).hasSize(40);
    assertThat(log.lines())
        .containsExactly(
            new Line(
                Level.WARN,
                "DL4J Stability leaves out one turn of its storage after a fault of its own;"
                    + " training goes on."));
  }

  @Test
  void shouldSwitchOffEvenThatAfterSomeFaultsInARow() {
    for (int i = 0; i < 40; i++) {
      attemptStorage(true);
    }
    assertThat(done).hasSize(FaultBarrier.MOST_IN_A_ROW);
    assertThat(barrier.isOn("storage")).isFalse();
    assertThat(log.lines()).extracting(Line::level).containsExactly(Level.WARN, Level.ERROR);
  }

  @Test
  void shouldNoteOnceAndOnOneLine() {
    barrier.note("layer\n[main] ERROR forged");
    barrier.note("layer\n[main] ERROR forged");
    assertThat(log.lines()).containsExactly(new Line(Level.INFO, "layer\\n[main] ERROR forged"));
  }

  @Test
  void shouldLetOtherPartsGoOn() {
    runChartsThatThrow(new IllegalStateException("broken"));
    barrier.run("storage", () -> done.add("storage"));
    assertThat(done).containsExactly("charts", "storage");
    assertThat(barrier.isOn("storage")).isTrue();
  }

  @Test
  void shouldTellOfEachPartOnItsOwn() {
    runChartsThatThrow(new IllegalStateException("broken"));
    barrier.switchOff("storage", new IllegalStateException("full"));
    barrier.switchOff("storage", new IllegalStateException("still full"));
    assertThat(log.lines())
        .containsExactly(
            CHARTS_ARE_OFF,
            new Line(
                Level.ERROR,
                "DL4J Stability switched off its storage after a fault of its own; training goes"
                    + " on."));
  }

  @Test
  void shouldNotRunAPartThatWasSwitchedOff() {
    barrier.switchOff("charts", new IllegalStateException("found elsewhere"));
    barrier.run("charts", () -> done.add("charts"));
    assertThat(done).isEmpty();
  }
}
