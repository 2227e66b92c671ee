package io.github.dl4jstability.demos;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** How many threads native code uses for one operation. */
final class NativeThreads {
  private NativeThreads() {}

  /**
   * Leaves operations to the calling thread. Other native threads wait by spinning: small networks
   * gain nothing from them, and beside another busy process they make training ten times slower.
   * One thread also gives the same numbers in each run.
   */
  static void useOne() {
    Nd4j.factory().blas().setMaxThreads(1); // First, for it loads the backend.
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
  }
}
