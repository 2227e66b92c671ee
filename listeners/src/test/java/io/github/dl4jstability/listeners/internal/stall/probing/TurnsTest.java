package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.internal.curvature.objective.Pace;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work that goes on only while another thread waits for it. */
@Timeout(60)
class TurnsTest {
  private static final long MILLI = 1_000_000;
  private static final long LONG = 30_000 * MILLI;

  @Test
  void shouldWorkOnlyInTurns() {
    AtomicInteger pieces = new AtomicInteger();
    Turns<String> turns =
        Turns.of(
            pace -> {
              for (int i = 0; i < 10; i++) {
                pace.beforePiece(1);
                spin(20);
                pieces.incrementAndGet();
              }
              return "done";
            });
    assertThat(pieces).hasValue(0);
    int given = 0;
    Optional<String> result = Optional.empty();
    while (result.isEmpty()) {
      int before = pieces.get();
      result = turns.give(50 * MILLI);
      given++;
      while (turns.isWorking()) {
        Thread.onSpinWait(); // a piece that took longer than the turn, on a busy machine
      }
      assertThat(pieces.get() - before).as("pieces in a turn of two and a half").isBetween(0, 3);
    }
    assertThat(result).contains("done");
    assertThat(given).isGreaterThan(3);
  }

  @Test
  void shouldNotLetTheOtherThreadWaitForAPieceThatTakesLonger() {
    CountDownLatch released = new CountDownLatch(1);
    Turns<String> turns =
        Turns.of(
            pace -> {
              pace.beforePiece(1);
              await(released);
              return "late";
            });
    assertThat(turns.give(20 * MILLI)).isEmpty(); // would never return if it waited
    assertThat(turns.isWorking()).as("beside").isTrue();
    long before = turns.workedNanos();
    released.countDown();
    Optional<String> result = Optional.empty();
    while (result.isEmpty()) {
      result = turns.give(LONG);
    }
    assertThat(result).contains("late");
    assertThat(turns.workedNanos()).as("what it took beside").isGreaterThanOrEqualTo(before);
  }

  @Test
  void shouldEndByItselfWithoutATurn() {
    Turns<String> turns = Turns.of(Duration.ofMillis(30), TurnsTest::manyPieces);
    turns.give(15 * MILLI);
    while (!turns.hasEnded()) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> turns.give(LONG)).isInstanceOf(CancellationException.class);
  }

  @Test
  void shouldEndSoonWhenCancelled() {
    Turns<String> turns = Turns.of(TurnsTest::manyPieces);
    turns.give(15 * MILLI);
    turns.cancel();
    while (!turns.hasEnded()) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> turns.give(LONG)).isInstanceOf(CancellationException.class);
  }

  @Test
  void shouldPassOnWhatTheWorkThrows() {
    Turns<String> turns =
        Turns.of(
            pace -> {
              throw new IllegalArgumentException("wrong");
            });
    assertThatThrownBy(() -> turns.give(LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("wrong");
  }

  @Test
  void shouldGoOnWhereAPieceIsLongerThanATurn() {
    Turns<String> turns =
        Turns.of(
            pace -> {
              for (int i = 0; i < 4; i++) {
                pace.beforePiece(1);
                spin(20);
              }
              return "done";
            });
    Optional<String> result = Optional.empty();
    while (result.isEmpty()) {
      result = turns.give(MILLI);
    }
    assertThat(result).contains("done");
  }

  private static String manyPieces(Pace pace) {
    for (int i = 0; i < 1000; i++) {
      pace.beforePiece(1);
      spin(10);
    }
    return "done";
  }

  private static void spin(int millis) {
    long end = System.nanoTime() + millis * MILLI;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
