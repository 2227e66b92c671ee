package io.github.dl4jstability.initializers;

import static java.util.Objects.requireNonNull;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An activation as a function of one number, in double precision and inference mode.
 *
 * <p>Three activations of Deeplearning4j are not such functions and stand for one: softmax for the
 * identity, a randomized leaky ReLU for the leaky ReLU with its mean slope, a PReLU for the leaky
 * ReLU with the root mean square of its present slopes.
 */
final class ScalarActivation {

  private final IActivation activation;

  ScalarActivation(IActivation activation) {
    this.activation = scalar(requireNonNull(activation, "activation"));
  }

  private static IActivation scalar(IActivation activation) {
    if (activation instanceof ActivationSoftmax) {
      return new ActivationIdentity();
    }
    if (activation instanceof ActivationRReLU randomized) {
      return new ActivationLReLU(0.5 * (randomized.getL() + randomized.getU()));
    }
    if (activation instanceof ActivationPReLU prelu) {
      INDArray slopes = prelu.getAlpha();
      double norm = slopes.norm2Number().doubleValue();
      return new ActivationLReLU(norm / Math.sqrt((double) slopes.length()));
    }
    return activation;
  }

  double[] values(double[] points) {
    return activation.getActivation(row(points), false).toDoubleVector();
  }

  double[] derivatives(double[] points) {
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 1, points.length);
    return activation.backprop(row(points), ones).getFirst().toDoubleVector();
  }

  private static INDArray row(double[] points) {
    return Nd4j.createFromArray(points.clone()).reshape(1, points.length);
  }

  @Override
  public String toString() {
    return activation.toString();
  }
}
