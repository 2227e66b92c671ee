package io.github.dl4jstability.initializers;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes into the part of the parameter vector that Deeplearning4j hands to an initializer.
 *
 * <p>On the CPU, a contiguous float or double view is written block by block with one native copy
 * each. Everything else (other types, other devices, strided views) is assigned.
 */
final class ParameterView {

  private static final int BLOCK = 2048;

  private ParameterView() {}

  /** Fills the view with independent values and returns it in the wanted shape. */
  static INDArray fill(INDArray view, long[] shape, char order, Sampler sampler) {
    INDArray shaped = shaped(view, shape, order);
    RandomStream random = RandomStream.fromNd4j();
    if (writable(view)) {
      fillBuffer(view, random, sampler);
    } else {
      INDArray values = Nd4j.createUninitialized(DataType.DOUBLE, new long[] {view.length()}, 'c');
      for (long start = 0; start < view.length(); start += BLOCK) {
        double[] block = new double[(int) Math.min(BLOCK, view.length() - start)];
        sampler.fill(random, block, block.length);
        for (int i = 0; i < block.length; i++) {
          values.putScalar(start + i, block[i]);
        }
      }
      shaped.assign(values.reshape(order, shape));
    }
    return shaped;
  }

  /** Copies values (of the wanted shape) into the view and returns it in that shape. */
  static INDArray assign(INDArray view, char order, INDArray values) {
    INDArray shaped = shaped(view, values.shape(), order);
    shaped.assign(values);
    return shaped;
  }

  static INDArray shaped(INDArray view, long[] shape, char order) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    if (view.length() != length) {
      throw new IllegalArgumentException(
          "paramView must hold "
              + length
              + " values for shape "
              + Arrays.toString(shape)
              + ", was "
              + view.length());
    }
    return view.reshape(order, shape);
  }

  private static boolean writable(INDArray view) {
    boolean realType = view.dataType() == DataType.FLOAT || view.dataType() == DataType.DOUBLE;
    return realType
        && !view.isEmpty()
        && view.elementWiseStride() == 1
        && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }

  private static void fillBuffer(INDArray view, RandomStream random, Sampler sampler) {
    Pointer address = view.data().addressPointer();
    double[] block = new double[BLOCK];
    long length = view.length();
    if (view.dataType() == DataType.DOUBLE) {
      DoublePointer target = new DoublePointer(address);
      for (long start = 0; start < length; start += BLOCK) {
        int count = (int) Math.min(BLOCK, length - start);
        sampler.fill(random, block, count);
        target.position(start).put(block, 0, count);
      }
    } else {
      FloatPointer target = new FloatPointer(address);
      float[] rounded = new float[BLOCK];
      float lowest = smallestFloatFrom(sampler.lower());
      float highest = -smallestFloatFrom(-sampler.upper());
      for (long start = 0; start < length; start += BLOCK) {
        int count = (int) Math.min(BLOCK, length - start);
        sampler.fill(random, block, count);
        for (int i = 0; i < count; i++) {
          rounded[i] = Math.min(Math.max((float) block[i], lowest), highest);
        }
        target.position(start).put(rounded, 0, count);
      }
    }
  }

  private static float smallestFloatFrom(double bound) {
    float rounded = (float) bound;
    return rounded < bound ? Math.nextUp(rounded) : rounded;
  }
}
