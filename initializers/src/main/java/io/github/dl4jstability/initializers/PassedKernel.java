package io.github.dl4jstability.initializers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a kernel of rank 4 or 5 and the two numbers that Deeplearning4j 1.0.0-M2.1 passes with it
 * most likely mean.
 *
 * <p>For every kind of convolution it passes (in·taps, out·taps/stride), where taps is the product
 * of the kernel's sizes and stride that of the strides; the stride of a deconvolution is on the
 * wrong side. (In one dimension it squares taps and stride, for a depthwise convolution it counts
 * the input channels.) Every kind has its in and out at other axes, so each reading of a shape says
 * what the first number had to be, and the second one then gives its stride. A reading fits if the
 * first number is right and the stride is an integer from 1 to the number of taps. Where more than
 * one fits, the more common one is taken: convolution, deconvolution, depthwise.
 *
 * @param layout what the axes mean
 * @param stride the product of the strides
 */
record PassedKernel(KernelLayout layout, double stride) {

  /** One way to read a shape: what is passed, without the stride, if it is right. */
  private record Reading(KernelLayout layout, double fanIn, double fanOut, boolean isSquared) {

    double stride(double passedFanOut) {
      double stride = fanOut / passedFanOut;
      return isSquared ? Math.sqrt(stride) : stride;
    }
  }

  /** The reading that fits; one whose stride is larger than its kernel only if no other does. */
  static Optional<PassedKernel> of(double fanIn, double fanOut, long[] shape) {
    List<Reading> readings =
        readings(shape).stream()
            .filter(reading -> reading.fanIn == fanIn && isInteger(reading.stride(fanOut)))
            .toList();
    return readings.stream()
        .filter(reading -> reading.stride(fanOut) <= taps(reading.layout, shape) + 0.5)
        .findFirst()
        .or(() -> readings.stream().findFirst())
        .map(r -> new PassedKernel(r.layout, Math.rint(r.stride(fanOut))));
  }

  private static boolean isInteger(double stride) {
    return stride > 0.5 && Math.abs(stride - Math.rint(stride)) < 1e-6 * stride;
  }

  private static List<Reading> readings(long[] shape) {
    double[] s = Arrays.stream(shape).asDoubleStream().toArray();
    if (shape.length == 5) {
      double taps = s[2] * s[3] * s[4];
      double leading = s[0] * s[1] * s[2];
      return List.of(
          new Reading(KernelLayout.CONVOLUTION, s[1] * taps, s[0] * taps, false),
          new Reading(KernelLayout.DECONVOLUTION_3D, s[4] * leading, s[3] * leading, false));
    }
    if (shape.length != 4) {
      return List.of();
    }
    double taps = s[2] * s[3];
    Reading convolution = new Reading(KernelLayout.CONVOLUTION, s[1] * taps, s[0] * taps, false);
    Reading deconvolution =
        new Reading(KernelLayout.DECONVOLUTION, s[0] * taps, s[1] * taps, false);
    Reading depthwise =
        new Reading(KernelLayout.DEPTHWISE, s[0] * s[1] * s[2], s[0] * s[1] * s[3], false);
    if (shape[3] == 1 && shape[2] > 1) {
      double squared = s[2] * s[2]; // one dimension, [out, in, k, 1]
      Reading series = new Reading(KernelLayout.CONVOLUTION, s[1] * squared, s[0] * squared, true);
      return List.of(convolution, series, deconvolution, depthwise);
    }
    return List.of(convolution, deconvolution, depthwise);
  }

  private static double taps(KernelLayout layout, long[] shape) {
    double taps = 1;
    int from = layout == KernelLayout.DEPTHWISE || layout == KernelLayout.DECONVOLUTION_3D ? 0 : 2;
    int to = layout == KernelLayout.DEPTHWISE ? 2 : from == 0 ? 3 : shape.length;
    for (int axis = from; axis < to; axis++) {
      taps *= shape[axis];
    }
    return taps;
  }
}
