package io.github.dl4jstability.benchmarks.zoo;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** A vertex without parameters as a user writes one. */
final class Squared extends SameDiffLambdaVertex {
  @Override
  public GraphVertex clone() {
    return new Squared();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... types) {
    return types[0];
  }

  @Override
  public SDVariable defineVertex(SameDiff sameDiff, VertexInputs inputs) {
    return inputs.getInput(0).mul(inputs.getInput(0));
  }
}
