package io.github.dl4jstability.benchmarks.zoo;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.StabilityListener;

/** Lets a watched run go on until the listener has told what it saw where the loss stalls. */
final class Looks {
  private static final double SHARE = 1;
  private static final String LOOKED = "smallest eigenvalue";

  /** In the explanation, where the probe measured everything and no kind of place fits. */
  private static final String MEASURED = "the curvature goes from";

  private static final String STALL = "iterations compared";

  private boolean looked;
  private String refusal = "";
  private int epochs;

  /**
   * Returns a listener with all defaults but one: looks may take all the time that they need, since
   * several virtual machines share the processors.
   */
  StabilityListener listener() {
    return StabilityListener.builder().onDiagnosis(this::take).curvatureBudget(SHARE).build();
  }

  private void take(Diagnosis diagnosis) {
    if (diagnosis.evidence().containsKey(LOOKED) || diagnosis.explanation().contains(MEASURED)) {
      looked = true;
    } else if (diagnosis.evidence().containsKey(STALL)) {
      refusal = diagnosis.explanation();
    }
  }

  /** Tells whether to train one epoch more. */
  boolean isAwaited(int mostEpochs) {
    return !looked && refusal.isEmpty() && epochs < mostEpochs && epochs++ >= 0;
  }

  int epochs() {
    return epochs;
  }

  boolean looked() {
    return looked;
  }

  /** Returns what was said of a stall that was not looked at. */
  String refusal() {
    return refusal.isEmpty() ? "nothing was said of a stall" : refusal;
  }
}
