package io.github.dl4jstability.listeners.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.report.Backlog.Entry;
import io.github.dl4jstability.listeners.internal.report.Backlog.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for a storage is bounded. */
class BacklogTest {
  private final Backlog backlog = new Backlog();

  private void add(Kind kind, int count, long bytes) {
    for (int i = 0; i < count; i++) {
      backlog.add(new Entry(kind, bytes, storage -> {}));
    }
  }

  private List<Kind> all() {
    List<Kind> kinds = new ArrayList<>();
    for (Entry next = backlog.poll(); next != null; next = backlog.poll()) {
      kinds.add(next.kind);
    }
    return kinds;
  }

  @Test
  void shouldThinFramesAndKeepThoseOfDiagnoses() {
    add(Kind.KEPT_FRAME, 10, 1);
    add(Kind.FRAME, 100_000, 1);
    List<Kind> kinds = all();
    assertThat(kinds.stream().filter(kind -> kind == Kind.KEPT_FRAME)).hasSize(10);
    assertThat(kinds).hasSizeBetween(Backlog.MOST_FRAMES / 2, Backlog.MOST_FRAMES);
  }

  @Test
  void shouldBoundEveryKindInNumber() {
    add(Kind.KEPT_FRAME, 10_000, 1);
    add(Kind.DIAGNOSIS, 10_000, 1);
    add(Kind.ANNOUNCEMENT, 10_000, 1);
    assertThat(backlog.size())
        .isEqualTo(Backlog.MOST_FRAMES + Backlog.MOST_DIAGNOSES + Backlog.MOST_ANNOUNCEMENTS);
  }

  @Test
  void shouldBoundAllInBytesAndDropFramesFirstAndAnnouncementsLast() {
    long tenth = Backlog.MOST_BYTES / 10;
    add(Kind.ANNOUNCEMENT, 3, tenth);
    add(Kind.FRAME, 20, tenth);
    add(Kind.DIAGNOSIS, 5, tenth);
    List<Kind> kinds = all();
    assertThat(kinds).hasSizeBetween(8, 10).startsWith(Kind.ANNOUNCEMENT);
    assertThat(kinds.stream().filter(kind -> kind == Kind.ANNOUNCEMENT)).hasSize(3);
    assertThat(kinds.stream().filter(kind -> kind == Kind.DIAGNOSIS)).hasSize(5);
    add(Kind.DIAGNOSIS, 30, tenth);
    add(Kind.ANNOUNCEMENT, 30, tenth);
    assertThat(all()).hasSize(10).containsOnly(Kind.ANNOUNCEMENT);
  }

  @Test
  void shouldKnowWhetherTheFirstOnesAreGone() {
    add(Kind.FRAME, 2, 1);
    add(Kind.DIAGNOSIS, 1, 1);
    long first = backlog.added();
    add(Kind.DIAGNOSIS, 1, 1);
    assertThat(backlog.hasAnyAmong(first)).isTrue();
    List<Entry> taken = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      taken.add(backlog.poll());
    }
    assertThat(backlog.hasAnyAmong(first)).isFalse();
    backlog.putBack(taken);
    assertThat(backlog.hasAnyAmong(first)).isTrue();
    assertThat(all()).containsExactly(Kind.DIAGNOSIS, Kind.DIAGNOSIS, Kind.FRAME, Kind.FRAME);
  }
}
