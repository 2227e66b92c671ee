package io.github.dl4jstability.listeners.collection;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a fault in one kind of look, at one layer or all, from taking all measurements with it: the
 * look is reported once and left out from then on.
 */
final class Contained {
  private static final Logger LOG = LoggerFactory.getLogger(Contained.class);

  private final String what;
  private boolean failed;

  /**
   * @param what what is looked at, as shown to people
   */
  Contained(String what) {
    this.what = what;
  }

  <T> T get(Supplier<T> look, T otherwise) {
    if (failed) {
      return otherwise;
    }
    try {
      return look.get();
    } catch (RuntimeException fault) {
      failed = true;
      LOG.warn("DL4J Stability leaves out {}; training and all else go on.", what, fault);
      return otherwise;
    }
  }

  void run(Runnable look) {
    get(
        () -> {
          look.run();
          return true;
        },
        false);
  }
}
