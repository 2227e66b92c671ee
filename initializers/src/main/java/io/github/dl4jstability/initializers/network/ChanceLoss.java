package io.github.dl4jstability.initializers.network;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * The loss of a network that knows nothing, per sample, summed over the outputs.
 *
 * <p>Deeplearning4j sums a sequence's loss over the time steps that the mask keeps and divides by
 * the number of sequences, so the loss at chance is multiplied by the mean number of steps.
 */
final class ChanceLoss {

  private ChanceLoss() {}

  /** NaN if one of the losses has no such level. */
  static double of(Model model, MultiDataSet batch) {
    double sum = 0;
    List<Layer> outputs = TappedCopy.outputLayers(model);
    for (int i = 0; i < outputs.size(); i++) {
      if (!(Unwrapped.of(outputs.get(i)).layer() instanceof BaseOutputLayer output)) {
        return Double.NaN;
      }
      INDArray mask =
          mask(batch.getLabelsMaskArrays(), i) != null
              ? mask(batch.getLabelsMaskArrays(), i)
              : outputs.size() == 1 ? mask(batch.getFeaturesMaskArrays(), 0) : null;
      sum += ofStep(output) * steps(output, batch.getLabels(i), mask);
    }
    return sum;
  }

  private static double ofStep(BaseOutputLayer output) {
    ILossFunction function = output.getLossFn();
    IActivation activation = output.getActivationFn();
    if (function instanceof LossMCXENT && activation instanceof ActivationSoftmax) {
      return Math.log((double) output.getNOut());
    }
    if (function instanceof LossBinaryXENT && activation instanceof ActivationSigmoid) {
      return output.getNOut() * Math.log(2);
    }
    return Double.NaN;
  }

  private static double steps(BaseOutputLayer output, INDArray labels, @Nullable INDArray mask) {
    if (!(output instanceof RnnOutputLayer series) || labels.rank() != 3) {
      return 1;
    }
    long length = labels.size(series.getRnnDataFormat() == RNNFormat.NWC ? 1 : 2);
    if (mask == null || mask.rank() != 2 || mask.size(1) != length) {
      return length;
    }
    return mask.sumNumber().doubleValue() / labels.size(0);
  }

  private static @Nullable INDArray mask(INDArray @Nullable [] masks, int index) {
    return masks == null ? null : masks[index];
  }
}
