package io.github.dl4jstability.listeners;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;

/** A storage each of whose calls takes a while, or for ever. */
final class SlowStorage implements StatsStorageRouter {
  private final CountDownLatch released = new CountDownLatch(1);
  private final long nanos;
  private final AtomicInteger calls = new AtomicInteger();

  private SlowStorage(long nanos) {
    this.nanos = nanos;
  }

  static SlowStorage taking(Duration forEachCall) {
    return new SlowStorage(forEachCall.toNanos());
  }

  static SlowStorage blocked() {
    return new SlowStorage(Long.MAX_VALUE);
  }

  /** Lets all calls return. */
  void release() {
    released.countDown();
  }

  /** Returns how many calls there were. */
  int calls() {
    return calls.get();
  }

  private void call() {
    calls.incrementAndGet();
    try {
      var unused = released.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void putStorageMetaData(StorageMetaData metaData) {
    call();
  }

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {
    call();
  }

  @Override
  public void putStaticInfo(Persistable staticInfo) {
    call();
  }

  @Override
  public void putStaticInfo(Collection<? extends Persistable> staticInfo) {
    call();
  }

  @Override
  public void putUpdate(Persistable update) {
    call();
  }

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {
    call();
  }
}
