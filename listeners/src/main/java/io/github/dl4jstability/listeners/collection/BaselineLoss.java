package io.github.dl4jstability.listeners.collection;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
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
    if (loss instanceof LossMCXENT entropy && entropy.getWeights() == null && isSoftmax(output)) {
      perStep = crossEntropy(labels.means());
    } else if (loss instanceof LossBinaryXENT entropy && entropy.getWeights() == null) {
      perStep = binaryEntropies(labels.means());
    } else if (loss instanceof LossL2 squares && squares.getWeights() == null) {
      perStep = sum(labels.variances());
    }
    boolean overOutputs = loss instanceof LossMSE;
    double outputs = labels.columnsPerTaken();
    double divisor = overOutputs ? labels.means().length : 1 / outputs;
    return perStep / divisor * labels.stepsPerExample();
  }

  private static boolean isSoftmax(Layer output) {
    return output instanceof BaseLayer base && base.getActivationFn() instanceof ActivationSoftmax;
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

  private static double sum(double[] terms) {
    double sum = 0;
    for (double term : terms) {
      sum += term;
    }
    return sum;
  }
}
