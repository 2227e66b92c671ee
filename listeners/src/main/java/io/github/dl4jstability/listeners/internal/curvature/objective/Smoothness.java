package io.github.dl4jstability.listeners.internal.curvature.objective;

import java.util.Set;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Whether a layer's gradient is continuous, as far as its class tells. What is not known to be
 * smooth (ReLU and its kin, max pooling, absolute errors, custom layers) counts as kinked, which
 * costs some digits: the third derivative leaks into the second, in proportion to the step.
 */
final class Smoothness {
  private static final Set<Class<? extends IActivation>> ACTIVATIONS =
      Set.of(
          ActivationIdentity.class,
          ActivationSigmoid.class,
          ActivationTanH.class,
          ActivationSoftmax.class,
          ActivationSoftPlus.class,
          ActivationSoftSign.class,
          ActivationRationalTanh.class,
          ActivationGELU.class,
          ActivationSwish.class,
          ActivationMish.class,
          ActivationCube.class,
          ActivationELU.class);

  private static final Set<Class<? extends ILossFunction>> LOSSES =
      Set.of(
          LossMSE.class,
          LossL2.class,
          LossMCXENT.class,
          LossSparseMCXENT.class,
          LossNegativeLogLikelihood.class,
          LossBinaryXENT.class);

  private Smoothness() {}

  static boolean of(Layer layer) {
    if (layer instanceof DropoutLayer || layer instanceof ZeroPaddingLayer) {
      return true;
    }
    if (layer instanceof ActivationLayer activation) {
      return isSmooth(activation.getActivationFn());
    }
    if (layer instanceof LossLayer loss) {
      return isSmooth(loss.getLossFn()) && isSmooth(loss.getActivationFn());
    }
    if (layer instanceof PReLULayer) {
      return false; // whatever activation function it is set to
    }
    if (layer instanceof BaseOutputLayer output && !isSmooth(output.getLossFn())) {
      return false;
    }
    if (layer instanceof AbstractLSTM lstm && !isSmooth(lstm.getGateActivationFn())) {
      return false;
    }
    return layer instanceof BatchNormalization
        || (layer instanceof BaseLayer base && isSmooth(base.getActivationFn()));
  }

  private static boolean isSmooth(IActivation activation) {
    return ACTIVATIONS.contains(activation.getClass());
  }

  private static boolean isSmooth(ILossFunction loss) {
    return LOSSES.contains(loss.getClass());
  }
}
