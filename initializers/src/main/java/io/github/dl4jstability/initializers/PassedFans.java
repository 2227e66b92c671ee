package io.github.dl4jstability.initializers;

/**
 * Corrects the fans that Deeplearning4j 1.0.0-M2.1 is known to pass wrongly, where the shape proves
 * it.
 *
 * <p>Recognized: the kernels of LSTM kinds (it passes the fan-in nOut and the fan-out nIn + nOut
 * for both), of one-dimensional convolution (it counts the kernel twice) and of depthwise
 * convolution (it counts the input channels, of which a depthwise unit sees one). Everything else
 * is returned as passed. Shapes that mean different things in different layers (Deconvolution2D and
 * Convolution2D, the depthwise half of a separable convolution and Convolution2D) cannot be told
 * apart here.
 */
final class PassedFans {

  private PassedFans() {}

  static Fans corrected(double fanIn, double fanOut, long[] shape, char order) {
    if (isGated(fanIn, fanOut, shape, order)) {
      return new Fans(shape[0], fanIn);
    }
    if (order == 'c' && shape.length == 4) {
      if (isConvolution1D(fanIn, shape)) {
        double ratio = fanOut / (shape[0] * shape[2]); // k/s² as passed, instead of 1/s
        double stride = Math.max(1, Math.rint(Math.sqrt(shape[2] / ratio)));
        return new Fans(shape[1] * shape[2], shape[0] * shape[2] / stride);
      }
      if (isDepthwise(fanIn, shape)) {
        return new Fans(shape[0] * shape[1], fanOut);
      }
    }
    return new Fans(fanIn, fanOut);
  }

  /** [nIn, 4·nOut] or [nOut, 4·nOut (+ 3 peepholes)], in order f, passed as (nOut, nIn + nOut). */
  static boolean isGated(double fanIn, double fanOut, long[] shape, char order) {
    if (order != 'f' || shape.length != 2 || fanIn < 1 || fanOut <= fanIn) {
      return false;
    }
    boolean dense = fanIn == shape[0] && fanOut == shape[1];
    boolean input = shape[1] == 4 * fanIn && fanOut == shape[0] + fanIn;
    boolean recurrent = shape[0] == fanIn && (shape[1] == 4 * fanIn || shape[1] == 4 * fanIn + 3);
    return !dense && (input || recurrent);
  }

  /** [out, in, k, 1], passed as in·k². */
  private static boolean isConvolution1D(double fanIn, long[] shape) {
    return shape[3] == 1 && shape[2] > 1 && fanIn == (double) shape[1] * shape[2] * shape[2];
  }

  /** [kh, kw, in, multiplier], passed as in·kh·kw, and not readable as [out, in, kh, kw]. */
  static boolean isDepthwise(double fanIn, long[] shape) {
    double convolution = (double) shape[1] * shape[2] * shape[3];
    double deconvolution = (double) shape[0] * shape[2] * shape[3];
    return fanIn == (double) shape[0] * shape[1] * shape[2]
        && fanIn != convolution
        && fanIn != deconvolution;
  }
}
