package io.github.dl4jstability.benchmarks.zoo;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** A layer without parameters as a user writes one. */
final class Doubled extends SameDiffLambdaLayer {
  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public SDVariable defineLayer(SameDiff sameDiff, SDVariable input) {
    return input.mul(2.0);
  }
}
