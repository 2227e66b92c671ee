package io.github.dl4jstability.benchmarks.zoo;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An output with a loss as a user writes one. */
final class OwnLoss extends SameDiffOutputLayer {
  private static final int OUTPUTS = 3;
  private long inputs;

  @Override
  public void setNIn(InputType inputType, boolean override) {
    inputs = inputType.arrayElementsPerExample();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(OUTPUTS);
  }

  @Override
  public String activationsVertexName() {
    return "answers";
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.addWeightParam("weights", inputs, OUTPUTS);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    initWeights((int) inputs, OUTPUTS, WeightInit.XAVIER, params.get("weights"));
  }

  @Override
  public SDVariable defineLayer(
      SameDiff sameDiff, SDVariable input, SDVariable labels, Map<String, SDVariable> params) {
    SDVariable answers = sameDiff.mmul("answers", input, params.get("weights"));
    SDVariable errors = answers.sub(labels);
    return errors.mul(errors).mean("loss");
  }
}
