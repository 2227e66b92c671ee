package io.github.dl4jstability.listeners.collection;

import io.github.dl4jstability.listeners.observation.Inspection.ColumnScales;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares the columns of one network input.
 *
 * <p>A step of a series in which all features are 0 is taken for padding and left out: not every
 * kind of model shows its mask.
 */
final class InputMeter {
  private final ColumnMeter columns = new ColumnMeter();
  private final boolean columnsLast;
  private final boolean isIndex;

  /**
   * @param columnsLast whether columns lie on the last axis of series and images, not on axis 1
   * @param isIndex whether the numbers are looked up, so that their scale means nothing
   */
  InputMeter(boolean columnsLast, boolean isIndex) {
    this.columnsLast = columnsLast;
    this.isIndex = isIndex;
  }

  void look(INDArray features) {
    if (!isIndex) {
      int axis = columnsLast ? features.rank() - 1 : 1;
      columns.look(features, axis, features.rank() == 3 ? shown(features, axis) : null);
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
    return columns.result();
  }
}
