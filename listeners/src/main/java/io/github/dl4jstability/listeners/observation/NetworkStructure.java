package io.github.dl4jstability.listeners.observation;

import java.util.List;

/**
 * What stays the same while a network is trained.
 *
 * @param model simple name of the model's class, for example {@code "MultiLayerNetwork"}
 * @param layers its layers with parameters or activations of their own, from input to output
 * @param parameters its parameter arrays, in the order in which they lie in the flat view
 */
public record NetworkStructure(String model, List<Layer> layers, List<Parameter> parameters) {

  /** Copies the lists. */
  public NetworkStructure {
    layers = List.copyOf(layers);
    parameters = List.copyOf(parameters);
  }

  /**
   * One layer.
   *
   * @param name the user's name for it or, without one, what Deeplearning4j calls it: the index in
   *     a {@code MultiLayerNetwork}, the vertex name in a {@code ComputationGraph}
   * @param type simple name of its configuration class, for example {@code "DenseLayer"}
   * @param activation name of its activation function, for example {@code "relu"}; empty if it has
   *     none
   * @param stepsToOutput number of layers after it on the longest way to an output; 0 for an output
   * @param output whether it is an output layer, with a loss
   * @param trainable whether training changes any of its parameters
   */
  public record Layer(
      String name,
      String type,
      String activation,
      int stepsToOutput,
      boolean output,
      boolean trainable) {

    /**
     * Returns name and type, as shown to people.
     *
     * @return for example {@code "3 (DenseLayer)"}
     */
    public String title() {
      return name + " (" + type + ")";
    }
  }

  /**
   * One parameter array.
   *
   * @param layer index of its layer in {@link NetworkStructure#layers()}
   * @param name Deeplearning4j's name for it within the layer, for example {@code "W"}
   * @param count number of elements
   * @param trained whether a gradient changes it; false in frozen layers and for the running
   *     statistics of batch normalization
   */
  public record Parameter(int layer, String name, long count, boolean trained) {}
}
