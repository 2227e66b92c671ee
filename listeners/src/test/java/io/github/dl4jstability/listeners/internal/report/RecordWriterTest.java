package io.github.dl4jstability.listeners.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.record.NetworkRecord;
import io.github.dl4jstability.listeners.internal.record.RecordIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    final List<Long> attemptedAt = new CopyOnWriteArrayList<>();
    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch open;
    volatile LongFunction<@Nullable Throwable> faultAt = stamp -> null;

    FakeStorage(boolean open) {
      this.open = new CountDownLatch(open ? 0 : 1);
    }

    private void put(Persistable record) {
      attemptedAt.add(System.nanoTime());
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

  private final List<LoggedFault> faults = new CopyOnWriteArrayList<>();

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
      writer.putDiagnosis(record(stamp), 100);
    } else {
      writer.putMeasurement(measured(stamp), 100);
    }
  }

  @Test
  void shouldLeaveOutARecordThatCannotBeMadeAndGiveUpAfterFiveInARow() {
    FakeStorage storage = new FakeStorage(true);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    List<String> told = new CopyOnWriteArrayList<>();
    Deferred deferred = new Deferred(fault -> told.add(fault.getMessage()));
    AtomicBoolean broken = new AtomicBoolean(true);
    LongFunction<Supplier<Persistable>> maker =
        stamp ->
            () -> {
              if (broken.get()) {
                throw new IllegalArgumentException("no such layer");
              }
              return record(stamp);
            };
    writer.putMeasurement(deferred.make(maker.apply(1)), 100);
    writer.flush(Deadline.in(LONG));
    broken.set(false);
    writer.putMeasurement(deferred.make(maker.apply(2)), 100);
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps).containsExactly(2L);
    broken.set(true);
    for (long i = 0; i < 9; i++) {
      writer.putMeasurement(deferred.make(maker.apply(3)), 100);
    }
    writer.flush(Deadline.in(LONG));
    broken.set(false);
    writer.putMeasurement(deferred.make(maker.apply(4)), 100);
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps).containsExactly(2L);
    assertThat(told).hasSize(6).allMatch(text -> text.endsWith("no such layer"));
    assertThat(faults).as("not the storage's").isEmpty();
  }

  @Test
  void shouldWriteEverythingInOrderWhenTheStorageKeepsUp() {
    FakeStorage storage = new FakeStorage(true);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    for (long i = 0; i < 200; i++) {
      writer.putMeasurement(measured(i), 100);
    }
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps).containsExactlyElementsOf(LongStream.range(0, 200).boxed().toList());
    assertThat(faults).isEmpty();
  }

  @Test
  void shouldNeverHoldUpTheCallerAndThinOnlyWhatIsNotEssentialWhenTheStorageIsSlow()
      throws InterruptedException {
    FakeStorage storage = new FakeStorage(false);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putDiagnosis(record(0), 100);
    // The writer now holds one record, not whatever had come in by the time its thread started.
    assertThat(storage.called.await(20, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    for (long i = 1; i < 5000; i++) {
      put(writer, i);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    storage.open.countDown();
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps)
        .containsAll(LongStream.range(0, 50).map(i -> i * 100).boxed().toList())
        .hasSizeLessThan(700);
  }

  @Test
  void shouldKeepEssentialRecordsUntilTheStorageRecovers() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt = stamp -> new IllegalStateException("disk full");
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putStatic(record(1), 100);
    writer.putMeasurement(measured(2), 100);
    writer.putDiagnosis(record(3), 100);
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps).isEmpty();
    assertThat(faults).hasSize(1);
    assertThat(faults.get(0)).hasMessage("java.lang.IllegalStateException: disk full");

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
    writer.putDiagnosis(record(1), 100);
    await(() -> storage.attempted.contains(1L));
    storage.faultAt = stamp -> null;
    await(() -> storage.stamps.contains(1L));
    writer.putMeasurement(measured(2), 100);
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps).containsExactly(1L, 2L);
    assertThat(faults)
        .singleElement()
        .asString()
        .isEqualTo("java.lang.AssertionError: a bug in the storage");
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
      writer.putMeasurement(measured(i), 100);
    }
    await(() -> storage.attempted.size() == 30);
    assertThat(storage.stamps).hasSize(10);
    assertThat(faults)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "java.lang.IllegalStateException: no record 0",
            "java.lang.UnsupportedOperationException: of another kind");
  }

  @Test
  void shouldGiveUpWaitingWhenTheTimeIsOver() {
    FakeStorage storage = new FakeStorage(false);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putDiagnosis(record(1), 100);
    long start = System.nanoTime();
    writer.flush(Deadline.in(Duration.ofMillis(50)));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    storage.open.countDown();
    writer.flush(Deadline.in(LONG));
    assertThat(storage.stamps).containsExactly(1L);
  }

  @Test
  void shouldWriteWhatAnnouncesFirstThenDiagnosesThenFrames() throws InterruptedException {
    FakeStorage storage = new FakeStorage(false);
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putMeasurement(measured(0), 100);
    assertThat(storage.called.await(20, TimeUnit.SECONDS)).isTrue();
    writer.putMeasurement(measured(1), 100);
    writer.putFrame(measured(2), 100);
    writer.putDiagnosis(record(3), 100);
    writer.putDiagnosis(record(4), 100);
    writer.putStatic(record(5), 100);
    storage.open.countDown();
    assertThat(writer.flush(Deadline.in(LONG))).isTrue();
    assertThat(storage.stamps).containsExactly(0L, 5L, 3L, 4L, 1L, 2L);
  }

  @Test
  void shouldNotWaitWhereTheStorageFailsAndTryAtOnceWhenSomebodyAsks() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt = stamp -> new IllegalStateException("disk full");
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putDiagnosis(record(1), 100);
    assertThat(writer.flush(Deadline.in(LONG))).isFalse();
    assertThat(storage.attempted).containsExactly(1L);
    storage.faultAt = stamp -> null;
    assertThat(writer.flush(Deadline.in(LONG))).isTrue();
    assertThat(storage.stamps).containsExactly(1L);
  }

  @Test
  void shouldNotSpinWhenTheStorageInterruptsItsThread() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt =
        stamp -> {
          Thread.currentThread().interrupt();
          return new IllegalStateException("interrupted");
        };
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putDiagnosis(record(1), 100);
    await(() -> storage.attempted.size() >= 2);
    assertThat(storage.attempted).as("again after a second, not at once").hasSize(2);
    long between = storage.attemptedAt.get(1) - storage.attemptedAt.get(0);
    assertThat(Duration.ofNanos(between)).isGreaterThan(Duration.ofMillis(900));
  }

  @Test
  void shouldKeepNoThreadForAStorageThatFails() {
    Set<Thread> blockedByOthers = writerThreads(); // storages of other tests do not return
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt = stamp -> new IllegalStateException("disk full");
    List<RecordWriter> writers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RecordWriter writer = new RecordWriter(storage, faults::add);
      writer.putDiagnosis(record(i), 100);
      assertThat(writer.flush(Deadline.in(LONG))).isFalse();
      writers.add(writer);
    }
    await(() -> writerThreads(blockedByOthers) <= 1);
    assertThat(writerThreads(blockedByOthers)).as("of " + writers.size()).isLessThanOrEqualTo(1);
  }

  private static long writerThreads(Set<Thread> without) {
    return writerThreads().stream().filter(thread -> !without.contains(thread)).count();
  }

  private static Set<Thread> writerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("dl4j-stability-writer"))
        .collect(Collectors.toSet());
  }

  @Test
  void shouldDropARecordThatFailsAgainAndAgainWhileOthersAreTaken() {
    FakeStorage storage = new FakeStorage(true);
    storage.faultAt = stamp -> stamp == 1 ? new IllegalStateException("not this one") : null;
    RecordWriter writer = new RecordWriter(storage, faults::add);
    writer.putDiagnosis(record(1), 100);
    for (long i = 2; i < 2 + RecordWriter.MOST_FAILURES; i++) {
      assertThat(storage.attempted).as("before " + i).doesNotContain(i);
      writer.putDiagnosis(record(i), 100);
      writer.flush(Deadline.in(LONG));
      assertThat(storage.stamps).contains(i);
    }
    assertThat(writer.flush(Deadline.in(LONG))).as("dropped").isTrue();
    assertThat(storage.stamps).doesNotContain(1L);
    assertThat(faults).hasSize(1);
  }

  @Test
  void shouldShareTheWriterOfOneStorage() {
    FakeStorage storage = new FakeStorage(true);
    RecordWriter writer = RecordWriter.to(storage, faults::add);
    assertThat(RecordWriter.to(storage, faults::add)).isSameAs(writer);
    assertThat(RecordWriter.to(new FakeStorage(true), faults::add)).isNotSameAs(writer);
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
