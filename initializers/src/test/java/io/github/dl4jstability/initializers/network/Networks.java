package io.github.dl4jstability.initializers.network;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Small networks for the tests of this package. */
final class Networks {

  private Networks() {}

  static MultiLayerNetwork of(InputType input, Layer... layers) {
    return of(Activation.IDENTITY, input, layers);
  }

  static MultiLayerNetwork of(Activation activation, InputType input, Layer... layers) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .activation(activation)
                .list(layers)
                .setInputType(input)
                .validateOutputLayerConfig(false)
                .build());
    network.init();
    return network;
  }
}
