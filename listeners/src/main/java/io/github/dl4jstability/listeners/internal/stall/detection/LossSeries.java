package io.github.dl4jstability.listeners.internal.stall.detection;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole past of a loss in at most {@value #CAPACITY} blocks of the same number of units (an
 * iteration or an epoch each): when it is full, neighbours are joined and blocks become twice as
 * long. So the last half of the run always is the last half of the blocks.
 */
final class LossSeries {
  static final int CAPACITY = 64;

  private final List<LossBlock> blocks = new ArrayList<>(CAPACITY);
  private int unitsPerBlock = 1;
  private int unitsInOpenBlock;
  private @Nullable LossBlock open;

  /** Adds a unit; returns whether it completed a block. */
  boolean add(LossBlock unit) {
    open = open == null ? unit : open.then(unit);
    if (++unitsInOpenBlock < unitsPerBlock) {
      return false;
    }
    blocks.add(open);
    open = null;
    unitsInOpenBlock = 0;
    if (blocks.size() == CAPACITY) {
      join();
    }
    return true;
  }

  private void join() {
    for (int i = 0; i < CAPACITY / 2; i++) {
      blocks.set(i, blocks.get(2 * i).then(blocks.get(2 * i + 1)));
    }
    blocks.subList(CAPACITY / 2, CAPACITY).clear();
    unitsPerBlock *= 2;
  }

  /** Returns the complete blocks, oldest first; valid until the next call of {@link #add}. */
  List<LossBlock> blocks() {
    return blocks;
  }

  /** Returns the last half of the complete blocks. */
  List<LossBlock> lastHalf() {
    return blocks.subList(blocks.size() - blocks.size() / 2, blocks.size());
  }
}
