package io.github.dl4jstability.benchmarks.bounds;

import java.lang.reflect.Proxy;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/** Storages that nobody wishes to have. */
final class Storages {
  private Storages() {}

  private interface Put {
    void run() throws InterruptedException;
  }

  static StatsStorageRouter slow(long millis) {
    return router(() -> Thread.sleep(millis));
  }

  /** Each put blocks for ever, whatever interrupts it. */
  @SuppressWarnings("InfiniteLoopStatement")
  static StatsStorageRouter blocked() {
    return router(
        () -> {
          while (true) {
            try {
              Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException ignored) {
              // It goes on.
            }
          }
        });
  }

  static StatsStorageRouter failing() {
    return router(
        () -> {
          throw new IllegalStateException("the disk is full");
        });
  }

  private static StatsStorageRouter router(Put put) {
    return (StatsStorageRouter)
        Proxy.newProxyInstance(
            Storages.class.getClassLoader(),
            new Class<?>[] {StatsStorageRouter.class},
            (self, method, arguments) -> {
              if (method.getName().startsWith("put")) {
                put.run();
              }
              return switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> self == arguments[0];
                case "toString" -> "a storage";
                default -> null;
              };
            });
  }
}
