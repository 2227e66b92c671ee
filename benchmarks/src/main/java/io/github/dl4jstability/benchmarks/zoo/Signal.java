package io.github.dl4jstability.benchmarks.zoo;

import java.util.Random;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What goes into a network or is expected of it: shape, values and mask. */
enum Signal {
  VECTOR(Values.NORMAL, Extent.EXAMPLE, 8),
  WORD(Values.INDEX, Extent.EXAMPLE, 1),
  SEQUENCE(Values.NORMAL, Extent.STEPS, 4),
  WORDS(Values.INDEX, Extent.STEPS, 1),
  IMAGE(Values.NORMAL, Extent.AREA, 2),
  IMAGE_CHANNELS_LAST(Values.NORMAL, Extent.AREA_CHANNELS_LAST, 2),
  VOLUME(Values.NORMAL, Extent.SPACE, 2),
  VOLUME_CHANNELS_LAST(Values.NORMAL, Extent.SPACE_CHANNELS_LAST, 2),
  NUMBERS(Values.NORMAL, Extent.EXAMPLE, 3),
  CLASS(Values.ONE_HOT, Extent.EXAMPLE, 3),
  CLASS_INDEX(Values.INDEX, Extent.EXAMPLE, 1),
  STEP_CLASSES(Values.ONE_HOT, Extent.STEPS, 3),
  PIXELS(Values.BINARY, Extent.AREA, 2),
  PIXELS_CHANNELS_LAST(Values.BINARY, Extent.AREA_CHANNELS_LAST, 2),
  QUARTERS(Values.BINARY, Extent.QUARTERS, 2),
  VOXELS(Values.BINARY, Extent.SPACE, 2),
  BOXES(Values.BOX, Extent.AREA, 4 + 3);

  private static final int VOCABULARY = 3;

  private final Values values;
  private final Extent extent;
  private final int width;

  Signal(Values values, Extent extent, int width) {
    this.values = values;
    this.extent = extent;
    this.width = width;
  }

  private enum Values {
    NORMAL,
    INDEX,
    ONE_HOT,
    BINARY,
    BOX
  }

  private enum Extent {
    EXAMPLE,
    STEPS,
    AREA,
    AREA_CHANNELS_LAST,

    /** Four examples for each, of half the side. */
    QUARTERS,
    SPACE,
    SPACE_CHANNELS_LAST;

    long[] shape(Shape.Size size, long width) {
      long n = size.examples();
      long s = size.side();
      return switch (this) {
        case EXAMPLE -> new long[] {n, width};
        case STEPS -> new long[] {n, width, size.steps()};
        case AREA -> new long[] {n, width, s, s};
        case AREA_CHANNELS_LAST -> new long[] {n, s, s, width};
        case QUARTERS -> new long[] {4 * n, width, s / 2, s / 2};
        case SPACE -> new long[] {n, width, s, s, s};
        case SPACE_CHANNELS_LAST -> new long[] {n, s, s, s, width};
      };
    }

    int channelAxis() {
      return switch (this) {
        case EXAMPLE, STEPS, AREA, QUARTERS, SPACE -> 1;
        case AREA_CHANNELS_LAST -> 3;
        case SPACE_CHANNELS_LAST -> 4;
      };
    }
  }

  /** Returns whether it is made of steps in time. */
  boolean hasSteps() {
    return extent == Extent.STEPS;
  }

  /** Returns whether Deeplearning4j knows a mask for it. */
  boolean hasMask() {
    return values != Values.BOX;
  }

  /** Returns what a network is told of its input. */
  InputType inputType(Shape.Size usual) {
    int side = usual.side();
    int features = values == Values.INDEX ? VOCABULARY : width;
    return switch (extent) {
      case EXAMPLE -> InputType.feedForward(features);
      case STEPS -> InputType.recurrent(features);
      case AREA, QUARTERS -> InputType.convolutional(side, side, width);
      case AREA_CHANNELS_LAST -> InputType.convolutional(side, side, width, CNN2DFormat.NHWC);
      case SPACE ->
          InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, side, side, side, width);
      case SPACE_CHANNELS_LAST ->
          InputType.convolutional3D(Convolution3D.DataFormat.NDHWC, side, side, side, width);
    };
  }

  INDArray array(Shape.Size size, DataType type, Random random) {
    INDArray array = Nd4j.zeros(type, extent.shape(size, width));
    switch (values) {
      case NORMAL -> fill(array, random::nextGaussian);
      case INDEX -> fill(array, () -> random.nextInt(VOCABULARY));
      case BINARY -> fill(array, () -> random.nextInt(2));
      case ONE_HOT -> oneHot(array, random);
      case BOX -> boxes(array, random);
    }
    return array;
  }

  private interface Source {
    double next();
  }

  private static void fill(INDArray array, Source source) {
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, source.next());
    }
  }

  private void oneHot(INDArray array, Random random) {
    for (long i = 0; i < array.tensorsAlongDimension(extent.channelAxis()); i++) {
      array.tensorAlongDimension(i, extent.channelAxis()).putScalar(random.nextInt(width), 1);
    }
  }

  /** One object in each image: the corners of its box and its class, in the cell of its centre. */
  private static void boxes(INDArray array, Random random) {
    for (long i = 0; i < array.size(0); i++) {
      long row = random.nextInt((int) array.size(2));
      long column = random.nextInt((int) array.size(3));
      double[] values = {column, row, column + 1, row + 1};
      for (int j = 0; j < values.length; j++) {
        array.putScalar(new long[] {i, j, row, column}, values[j]);
      }
      array.putScalar(new long[] {i, 4 + random.nextInt(3), row, column}, 1);
    }
  }

  /**
   * Makes a mask for an array of this signal: of sequences the ends are left out, of images the
   * lower rows if they are features, and of everything else some at random.
   *
   * @param features whether the array is an input
   */
  INDArray mask(INDArray array, boolean features, Random random) {
    INDArray mask = Nd4j.ones(array.dataType(), maskShape(array, features));
    if (hasSteps()) {
      cutEnds(mask, random);
    } else {
      leaveOut(mask, random);
    }
    return mask;
  }

  /** Makes a mask of the shape of an array, of which about a third is left out. */
  static INDArray perOutput(INDArray array, Random random) {
    INDArray mask = Nd4j.ones(array.dataType(), array.shape());
    leaveOut(mask, random);
    return mask;
  }

  private long[] maskShape(INDArray array, boolean features) {
    if (extent == Extent.STEPS) {
      return new long[] {array.size(0), array.size(2)};
    }
    long[] shape = array.shape();
    shape[extent.channelAxis()] = 1;
    if (features && extent == Extent.AREA) {
      shape[3] = 1;
    }
    return LongStream.of(shape).toArray();
  }

  private static void cutEnds(INDArray mask, Random random) {
    for (long i = 0; i < mask.size(0); i++) {
      for (long t = 1L + random.nextInt((int) mask.size(1)); t < mask.size(1); t++) {
        mask.putScalar(i, t, 0);
      }
    }
  }

  /** The first stays, since a loss over nothing is none. */
  private static void leaveOut(INDArray mask, Random random) {
    for (long i = 1; i < mask.length(); i++) {
      if (random.nextInt(3) == 0) {
        mask.putScalar(i, 0);
      }
    }
  }
}
