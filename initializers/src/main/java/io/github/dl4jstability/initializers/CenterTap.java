package io.github.dl4jstability.initializers;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;

/** The matrix [out, in] in the middle of a kernel [out, in, k…]; the whole of a matrix. */
final class CenterTap {

  private CenterTap() {}

  static INDArray of(INDArray map) {
    if (map.rank() == 2) {
      return map;
    }
    INDArrayIndex[] indices = new INDArrayIndex[map.rank()];
    indices[0] = all();
    indices[1] = all();
    for (int axis = 2; axis < indices.length; axis++) {
      indices[axis] = point((map.size(axis) - 1) / 2);
    }
    return map.get(indices).reshape(map.size(0), map.size(1));
  }
}
