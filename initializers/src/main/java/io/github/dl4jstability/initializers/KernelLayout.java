package io.github.dl4jstability.initializers;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the axes of a weight array mean: in, out, kernel (k), and how many separate matrices it
 * holds.
 *
 * <p>Deeplearning4j uses all of these, and the shape alone does not tell which one is meant; the
 * layer's configuration does.
 */
public enum KernelLayout {
  /** [in, out]: dense, output, embedding, simple recurrent, local weights of rank 2. */
  DENSE(2, 2) {
    @Override
    List<INDArray> split(INDArray full) {
      return List.of(full.permute(1, 0));
    }
  },
  /** [in, 4·out] or [in, 4·out + 3 peepholes]: LSTM kinds, one matrix per gate. */
  GATED(2, 2) {
    @Override
    List<INDArray> split(INDArray full) {
      long out = full.size(1) / GATES;
      List<INDArray> gates = new ArrayList<>();
      for (int gate = 0; gate < GATES; gate++) {
        gates.add(full.get(all(), interval(gate * out, (gate + 1) * out)).permute(1, 0));
      }
      return gates;
    }
  },
  /** [out, in, k…]: convolution in one (with a trailing 1), two and three dimensions. */
  CONVOLUTION(3, 5) {
    @Override
    List<INDArray> split(INDArray full) {
      return List.of(full);
    }
  },
  /** [in, out, kh, kw]: two-dimensional deconvolution. */
  DECONVOLUTION(3, 5) {
    @Override
    List<INDArray> split(INDArray full) {
      int[] axes = new int[full.rank()];
      Arrays.setAll(axes, axis -> axis < 2 ? 1 - axis : axis);
      return List.of(full.permute(axes));
    }
  },
  /** [kd, kh, kw, out, in]: three-dimensional deconvolution. */
  DECONVOLUTION_3D(5, 5) {
    @Override
    List<INDArray> split(INDArray full) {
      return List.of(full.permute(3, 4, 0, 1, 2));
    }
  },
  /** [kh, kw, in, multiplier]: depthwise convolution, one matrix per input channel. */
  DEPTHWISE(4, 4) {
    @Override
    List<INDArray> split(INDArray full) {
      List<INDArray> channels = new ArrayList<>();
      for (long in = 0; in < full.size(2); in++) {
        channels.add(full.get(all(), all(), interval(in, in + 1), all()).permute(3, 2, 0, 1));
      }
      return channels;
    }
  },
  /** [multiplier, in, kh, kw]: the depthwise half of a separable convolution, likewise. */
  SEPARABLE_DEPTHWISE(4, 4) {
    @Override
    List<INDArray> split(INDArray full) {
      List<INDArray> channels = new ArrayList<>();
      for (long in = 0; in < full.size(1); in++) {
        channels.add(full.get(all(), interval(in, in + 1), all(), all()));
      }
      return channels;
    }
  },
  /** [kh, kw, in, out]: primary capsules. */
  CHANNELS_LAST(4, 4) {
    @Override
    List<INDArray> split(INDArray full) {
      return List.of(full.permute(3, 2, 0, 1));
    }
  },
  /** [heads, head size, in]: the query, key and value projections of attention. */
  PROJECTION(3, 3) {
    @Override
    List<INDArray> split(INDArray full) {
      return List.of(full.reshape('c', full.size(0) * full.size(1), full.size(2)));
    }
  },
  /** [positions, in·k, out]: locally connected layers, one matrix per position. */
  LOCALLY_CONNECTED(3, 3) {
    @Override
    List<INDArray> split(INDArray full) {
      List<INDArray> positions = new ArrayList<>();
      for (long position = 0; position < full.size(0); position++) {
        positions.add(full.get(point(position), all(), all()).permute(1, 0));
      }
      return positions;
    }
  },
  /** [1, input capsules, out, in, 1]: routing weights, one matrix per input capsule. */
  CAPSULE(5, 5) {
    @Override
    List<INDArray> split(INDArray full) {
      List<INDArray> capsules = new ArrayList<>();
      for (long capsule = 0; capsule < full.size(1); capsule++) {
        capsules.add(full.get(point(0), point(capsule), all(), all(), point(0)));
      }
      return capsules;
    }
  };

  /** Input, forget, output and modulation, in this order. */
  static final int GATES = 4;

  private final int lowestRank;
  private final int highestRank;

  KernelLayout(int lowestRank, int highestRank) {
    this.lowestRank = lowestRank;
    this.highestRank = highestRank;
  }

  abstract List<INDArray> split(INDArray full);

  /**
   * Returns the true fans of a kernel of this layout: the number of inputs that a unit sums over,
   * and the number of units that an input reaches, averaged over positions.
   *
   * <p>A convolution with stride s skips positions, so that an input reaches 1/s of the units; a
   * deconvolution, its adjoint, spreads its inputs, so that a unit sums over 1/s of them. An LSTM's
   * fan-out counts the units of one gate.
   *
   * @param shape the shape of the kernel
   * @param stride the product of the strides over all dimensions, at least 1; 1 without strides
   * @return the fans
   */
  public Fans fans(long[] shape, double stride) {
    return switch (this) {
      case DENSE -> new Fans(shape[0], shape[1]);
      case GATED -> {
        long unitsOfAGate = shape[1] / GATES; // three peephole columns do not count
        yield new Fans(shape[0], unitsOfAGate);
      }
      case CONVOLUTION -> {
        double taps = product(shape, 2, shape.length);
        yield new Fans(shape[1] * taps, shape[0] * taps / stride);
      }
      case DECONVOLUTION -> {
        double taps = product(shape, 2, shape.length);
        yield new Fans(shape[0] * taps / stride, shape[1] * taps);
      }
      case DECONVOLUTION_3D -> {
        double taps = product(shape, 0, 3);
        yield new Fans(shape[4] * taps / stride, shape[3] * taps);
      }
      case DEPTHWISE -> {
        double taps = product(shape, 0, 2);
        yield new Fans(taps, shape[3] * taps / stride);
      }
      case SEPARABLE_DEPTHWISE -> {
        double taps = product(shape, 2, 4);
        yield new Fans(taps, shape[0] * taps / stride);
      }
      case CHANNELS_LAST -> {
        double taps = product(shape, 0, 2);
        yield new Fans(shape[2] * taps, shape[3] * taps / stride);
      }
      case PROJECTION -> new Fans(shape[2], product(shape, 0, 2));
      case LOCALLY_CONNECTED -> new Fans(shape[1], shape[2] / stride);
      case CAPSULE -> new Fans(product(shape, 3, 4) * shape[1], shape[2]);
    };
  }

  private static double product(long[] shape, int from, int to) {
    double product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape[axis];
    }
    return product;
  }

  /**
   * Splits an array of this layout (in order c) into its separate linear maps.
   *
   * @return views of shape [out, in, k…]; peepholes belong to none
   */
  List<INDArray> maps(INDArray full) {
    if (full.rank() < lowestRank || full.rank() > highestRank) {
      throw new IllegalArgumentException(
          "shape of a kernel of layout "
              + this
              + " must have "
              + (lowestRank == highestRank ? "" : "from " + lowestRank + " to ")
              + highestRank
              + " dimensions, was "
              + Arrays.toString(full.shape()));
    }
    return split(full);
  }

  /** Whether it is the adjoint of a convolution. */
  boolean isTransposed() {
    return this == DECONVOLUTION || this == DECONVOLUTION_3D;
  }

  /**
   * The layout that a call of Deeplearning4j's own {@code IWeightInit.init} most likely means.
   * Where two fit, the more common one is taken.
   */
  static KernelLayout guess(double fanIn, double fanOut, long[] shape, char order) {
    return switch (shape.length) {
      case 0, 1 ->
          throw new IllegalArgumentException(
              "shape must have at least 2 dimensions, was " + Arrays.toString(shape));
      case 2 -> PassedFans.isGated(fanIn, fanOut, shape, order) ? GATED : DENSE;
      default ->
          order == 'c'
              ? PassedKernel.of(fanIn, fanOut, shape).map(PassedKernel::layout).orElse(CONVOLUTION)
              : CONVOLUTION;
    };
  }
}
