package io.github.dl4jstability.benchmarks.zoo;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A dense layer as a user writes one. */
final class OwnDense extends SameDiffLayer {
  private final int units;
  private long inputs;

  OwnDense(int units) {
    this.units = units;
    weightInit = WeightInit.XAVIER;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    inputs = inputType.arrayElementsPerExample();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(units);
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.addWeightParam("weights", inputs, units);
    params.addBiasParam("bias", 1, units);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.forEach(
        (name, values) -> {
          if (name.equals("weights")) {
            initWeights((int) inputs, units, weightInit, values);
          } else {
            values.assign(0);
          }
        });
  }

  @Override
  public SDVariable defineLayer(
      SameDiff sameDiff, SDVariable input, Map<String, SDVariable> params, SDVariable mask) {
    return sameDiff.math().tanh(input.mmul(params.get("weights")).add(params.get("bias")));
  }
}
