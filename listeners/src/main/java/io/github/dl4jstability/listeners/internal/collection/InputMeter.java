package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares the columns of one network input, over all minibatches that were looked at. The longer
 * it has looked the less one more changes, so after the first 50 looks it leaves out ever more of
 * them.
 *
 * <p>A step of a series in which all features are 0 is taken for padding and left out: not every
 * kind of model shows its mask.
 */
public final class InputMeter {
  private static final ThinningSchedule LOOKS = new ThinningSchedule(1, 25);

  private final ColumnMeter columns = new ColumnMeter();
  private final boolean columnsLast;
  private final boolean isIndex;
  private ColumnScales result = ColumnScales.ABSENT;
  private long looks;

  /**
   * @param columnsLast whether columns lie on the last axis of series and images, not on axis 1
   * @param isIndex whether the numbers are looked up, so that their scale means nothing
   */
  public InputMeter(boolean columnsLast, boolean isIndex) {
    this.columnsLast = columnsLast;
    this.isIndex = isIndex;
  }

  void look(INDArray features) {
    if (!isIndex && LOOKS.isDue(looks++)) {
      int axis = columnsLast ? features.rank() - 1 : 1;
      columns.look(features, axis, features.rank() == 3 ? shown(features, axis) : null);
      result = columns.result();
    }
  }

  private static @Nullable INDArray shown(INDArray series, int axis) {
    if (!series.dataType().isFPType()) {
      return null;
    }
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray magnitudes = series.amax(axis);
      return magnitudes.minNumber().doubleValue() == 0 ? magnitudes : null;
    }
  }

  ColumnScales result() {
    return result;
  }
}
