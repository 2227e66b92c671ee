package io.github.dl4jstability.listeners.internal.stall.detection;

import java.util.List;

/**
 * Whether a learning rate that changes lets losses be compared. While it rises (warm-up, the way up
 * of a cycle) the loss may stand or rise in a run that is well; over several whole cycles it is a
 * disturbance like any other.
 */
final class RateWatch {
  private static final double SMALLEST_RISE = 1.05;
  private static final int ENOUGH_CYCLES = 4;

  private RateWatch() {}

  /** Tells whether the rate never rose over these blocks, is unknown, or went through cycles. */
  static boolean allowsComparison(List<LossBlock> blocks) {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    boolean rose = false;
    for (LossBlock block : blocks) {
      lowest = Math.min(lowest, block.rate());
      highest = Math.max(highest, block.rate());
      rose |= block.rate() > SMALLEST_RISE * lowest;
    }
    return !rose || rises(blocks, (lowest + highest) / 2) >= ENOUGH_CYCLES;
  }

  private static int rises(List<LossBlock> blocks, double middle) {
    int rises = 0;
    for (int i = 1; i < blocks.size(); i++) {
      rises += blocks.get(i - 1).rate() < middle && blocks.get(i).rate() >= middle ? 1 : 0;
    }
    return rises;
  }
}
