package io.github.dl4jstability.listeners.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.record.NetworkRecord;
import io.github.dl4jstability.listeners.record.RecordIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordWriterTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** A storage that can be held up and made to fail. */
  private static final class FakeStorage implements StatsStorageRouter {
    final List<Long> stamps = new CopyOnWriteArrayList<>();
    final List<Long> attempted = new CopyOnWriteArrayList<>();
    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch open;
    volatile LongFunction<@Nullable Throwable> faultAt = stamp -> null;

    FakeStorage(boolean open) {
      this.open = new CountDownLatch(open ? 0 : 1);
    }

    private void put(Persistable record) {
      attempted.add(record.getTimeStamp());
      called.countDown();
      try {
        assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Throwable fault = faultAt.apply(record.getTimeStamp());
      if (fault instanceof Error error) {
        throw error;
      }
      if (fault instanceof RuntimeException exception) {
        throw exception;
      }
      stamps.add(record.getTimeStamp());
    }

    @Override
    public void putStorageMetaData(StorageMetaData metaData) {}

    @Override
    public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {}

    @Override
    public void putStaticInfo(Persistable staticInfo) {
      put(staticInfo);
    }

    @Override
    public void putStaticInfo(Collection<? extends Persistable> staticInfo) {
      staticInfo.forEach(this::put);
    }

    @Override
    public void putUpdate(Persistable update) {
      put(update);
    }

    @Override
    public void putUpdate(Collection<? extends Persistable> updates) {
      updates.forEach(this::put);
    }
  }

  private final List<Throwable> faults = new ArrayList<>();

  private static Persistable record(long stamp) {
    NetworkStructure nothing = new NetworkStructure("", List.of(), List.of());
    return NetworkRecord.of(new RecordIds("session", "worker", stamp), nothing, 0);
  }

  private static Supplier<Optional<Persistable>> measured(long stamp) {
    return () -> Optional.of(record(stamp));
  }

  /** Each hundredth is essential. */
  private static void put(RecordWriter writer, long stamp) {
    if (stamp % 100 == 0) {
      writer.putUpdate(record(stamp));
    } else {
      writer.putMeasurement(measured(stamp));
    }
  }

  @Test
  void shouldThrowWhatWentWrongInTheWritingThreadAtTheNextCall() {
    FakeStorage storage = new FakeStorage(true);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    Deferred deferred = new Deferred();
    deferred.check();
    writer.putMeasurement(
        deferred.make(
            () -> {
              throw new IllegalArgumentException("no such layer");
            }));
    writer.putMeasurement(measured(1));
    writer.flush(LONG);
    assertThat(storage.stamps).containsExactly(1L);
    assertThat(faults).isEmpty();
    assertThatThrownBy(deferred::check).hasRootCauseMessage("no such layer");
  }

  @Test
  void shouldWriteEverythingInOrderWhenTheStorageKeepsUp() {
    FakeStorage storage = new FakeStorage(true);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    for (long i = 0; i < 200; i++) {
      writer.putMeasurement(measured(i));
    }
    writer.flush(LONG);
    assertThat(storage.stamps).containsExactlyElementsOf(LongStream.range(0, 200).boxed().toList());
    assertThat(faults).isEmpty();
  }

  @Test
  void shouldNeverHoldUpTheCallerAndThinOnlyWhatIsNotEssentialWhenTheStorageIsSlow()
      throws InterruptedException {
    FakeStorage storage = new FakeStorage(false);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putUpdate(record(0));
    // The writer now holds one record, not whatever had come in by the time its thread started.
    assertThat(storage.called.await(20, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    for (long i = 1; i < 5000; i++) {
      put(writer, i);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    storage.open.countDown();
    writer.flush(LONG);
    assertThat(storage.stamps)
        .containsAll(LongStream.range(0, 50).map(i -> i * 100).boxed().toList())
        .isSorted()
        .hasSizeLessThan(700);
  }

  @Test
  void shouldKeepEssentialRecordsUntilTheStorageRecovers() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt = stamp -> new IllegalStateException("disk full");
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putStatic(record(1));
    writer.putMeasurement(measured(2));
    writer.putUpdate(record(3));
    writer.flush(LONG);
    assertThat(storage.stamps).isEmpty();
    assertThat(faults).hasSize(1);
    assertThat(faults.get(0)).hasMessage("disk full");

    await(() -> storage.attempted.containsAll(List.of(1L, 2L, 3L)));
    storage.faultAt = stamp -> null;
    await(() -> storage.stamps.size() == 2);
    assertThat(storage.stamps).containsExactly(1L, 3L);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldOutliveErrorsOfTheStorage() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt = stamp -> new AssertionError("a bug in the storage");
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putUpdate(record(1));
    await(() -> storage.attempted.contains(1L));
    storage.faultAt = stamp -> null;
    await(() -> storage.stamps.contains(1L));
    writer.putMeasurement(measured(2));
    writer.flush(LONG);
    assertThat(storage.stamps).containsExactly(1L, 2L);
    assertThat(faults).singleElement().isInstanceOf(AssertionError.class);
  }

  @Test
  void shouldTellAFaultOnceWhenTheStorageFailsAndRecoversAgainAndAgain() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt =
        stamp ->
            switch ((int) stamp % 3) {
              case 0 -> new IllegalStateException("no record " + stamp);
              case 1 -> new UnsupportedOperationException("of another kind");
              default -> null;
            };
    RecordWriter writer = new RecordWriter(storage, faults::add);
    for (long i = 0; i < 30; i++) {
      writer.putMeasurement(measured(i));
    }
    await(() -> storage.attempted.size() == 30);
    assertThat(storage.stamps).hasSize(10);
    assertThat(faults)
        .extracting(Throwable::getMessage)
        .containsExactly("no record 0", "of another kind");
  }

  @Test
  void shouldGiveUpWaitingWhenTheTimeIsOver() {
    FakeStorage storage = new FakeStorage(false);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putUpdate(record(1));
    long start = System.nanoTime();
    writer.flush(Duration.ofMillis(50));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    storage.open.countDown();
    writer.flush(LONG);
    assertThat(storage.stamps).containsExactly(1L);
  }

  @Test
  void shouldGiveEveryRecordALaterStamp() {
    Stamps stamps = new Stamps();
    long last = stamps.next();
    for (int i = 0; i < 10_000; i++) {
      long next = stamps.next();
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }
}
