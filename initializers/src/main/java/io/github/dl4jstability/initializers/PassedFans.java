package io.github.dl4jstability.initializers;

/**
 * Corrects the fans that Deeplearning4j 1.0.0-M2.1 is known to pass wrongly, where shape and fans
 * prove it.
 *
 * <p>Recognized: the kernels of LSTM kinds (it passes the fan-in nOut and the fan-out nIn + nOut
 * for both), of one-dimensional convolution (it counts the kernel twice), of depthwise convolution
 * (it counts the input channels, of which a depthwise unit sees one) and of deconvolution (its
 * stride divides the fan-in; Deeplearning4j divides the fan-out). Everything else is returned as
 * passed.
 *
 * <p>What cannot be told apart is taken for the plain kind: a Deconvolution2D with as many inputs
 * as outputs for a Convolution2D (its fan-in then is too large by the product of the strides), the
 * depthwise half of a separable convolution likewise (by the number of its input channels), and a
 * few depthwise kernels whose numbers of channels happen to fit another reading.
 */
final class PassedFans {

  private PassedFans() {}

  static Fans corrected(double fanIn, double fanOut, long[] shape, char order) {
    if (isGated(fanIn, fanOut, shape, order)) {
      return new Fans(shape[0], fanIn);
    }
    if (order == 'c') {
      return PassedKernel.of(fanIn, fanOut, shape)
          .map(kernel -> kernel.layout().fans(shape, kernel.stride()))
          .orElseGet(() -> new Fans(fanIn, fanOut));
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
}
