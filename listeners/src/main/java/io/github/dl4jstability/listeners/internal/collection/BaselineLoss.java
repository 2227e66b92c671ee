package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.LossNames;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * The loss of the best answer that does not look at the features, as Deeplearning4j computes it:
 * summed over the outputs and the steps of a series, mean over examples.
 *
 * <p>Softmax with cross-entropy: Σ m·ln(S/m) for label means m with sum S. Sigmoid with binary
 * cross-entropy: −Σ (m·ln m + (1 − m)·ln(1 − m)). L2: the sum of the labels' variances; MSE: that
 * divided by the number of outputs.
 *
 * <p>Beside it the loss of weighted inputs that are all 0, with which a network starts whose
 * weights are very small. Of C classes each gets 1/C, which costs S·ln C; each of K sigmoids gives
 * ½, which costs K·ln 2; a distance is measured from 0.
 */
final class BaselineLoss {
  private BaselineLoss() {}

  /** Returns the loss; NaN for other losses, for weighted ones and before there were labels. */
  static double of(Layer output, ColumnMeter labels) {
    ILossFunction loss = LossNames.lossOf(output).orElse(null);
    if (loss == null || !labels.isPresent()) {
      return Double.NaN;
    }
    double perStep = Double.NaN;
    if (isCrossEntropy(loss, output)) {
      perStep = crossEntropy(labels.means());
    } else if (loss instanceof LossBinaryXENT entropy && entropy.getWeights() == null) {
      perStep = binaryEntropies(labels.means());
    } else if (isDistance(loss)) {
      perStep = sum(labels.variances());
    }
    return perExample(perStep, loss, labels);
  }

  /** Returns the loss of zeros before the activation; NaN also where that is not the loss's own. */
  static double ofZeros(Layer output, ColumnMeter labels) {
    ILossFunction loss = LossNames.lossOf(output).orElse(null);
    if (loss == null || !labels.isPresent()) {
      return Double.NaN;
    }
    double[] means = labels.means();
    double perStep = Double.NaN;
    if (isCrossEntropy(loss, output)) {
      perStep = sum(means) * Math.log(means.length * labels.columnsPerTaken());
    } else if (loss instanceof LossBinaryXENT entropy
        && entropy.getWeights() == null
        && activation(output) instanceof ActivationSigmoid) {
      perStep = means.length * Math.log(2);
    } else if (isDistance(loss) && activation(output) instanceof ActivationIdentity) {
      perStep = sum(labels.variances()) + sumOfSquares(means);
    }
    return perExample(perStep, loss, labels);
  }

  private static double perExample(double perStep, ILossFunction loss, ColumnMeter labels) {
    boolean overOutputs = loss instanceof LossMSE;
    double divisor = overOutputs ? labels.means().length : 1 / labels.columnsPerTaken();
    return perStep / divisor * labels.stepsPerExample();
  }

  private static boolean isCrossEntropy(ILossFunction loss, Layer output) {
    return loss instanceof LossMCXENT entropy
        && entropy.getWeights() == null
        && activation(output) instanceof ActivationSoftmax;
  }

  private static boolean isDistance(ILossFunction loss) {
    return loss instanceof LossL2 squares && squares.getWeights() == null;
  }

  private static @Nullable IActivation activation(Layer output) {
    return output instanceof BaseLayer base ? base.getActivationFn() : null;
  }

  private static double crossEntropy(double[] means) {
    double total = sum(means);
    double loss = 0;
    for (double mean : means) {
      loss += mean == 0 ? 0 : mean * Math.log(total / mean);
    }
    return loss;
  }

  private static double binaryEntropies(double[] means) {
    double loss = 0;
    for (double mean : means) {
      loss -= logProduct(mean) + logProduct(1 - mean);
    }
    return loss;
  }

  private static double logProduct(double x) {
    return x == 0 ? 0 : x * Math.log(x);
  }

  private static double sumOfSquares(double[] terms) {
    double sum = 0;
    for (double term : terms) {
      sum += term * term;
    }
    return sum;
  }

  private static double sum(double[] terms) {
    double sum = 0;
    for (double term : terms) {
      sum += term;
    }
    return sum;
  }
}
