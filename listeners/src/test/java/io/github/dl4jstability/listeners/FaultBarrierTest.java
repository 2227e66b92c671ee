package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

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

  private void runChartsThatThrow(RuntimeException fault) {
    barrier.run(
        "charts",
        () -> {
          done.add("charts");
          throw fault;
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
    assertThat(log.exceptions()).containsExactly(fault);
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
    assertThat(log.exceptions()).containsExactly(fault);
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
