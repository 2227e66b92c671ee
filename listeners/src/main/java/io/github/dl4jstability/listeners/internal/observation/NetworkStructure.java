package io.github.dl4jstability.listeners.internal.observation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What stays the same while a network is trained. Immutable; equal if all that it holds is. */
public final class NetworkStructure {
  private final String model;
  private final List<Layer> layers;
  private final List<Parameter> parameters;
  private final List<List<Integer>> trainedParameters;
  private final List<List<Integer>> trainableByDistance;

  /**
   * Describes a network.
   *
   * @param model simple name of the model's class, for example {@code "MultiLayerNetwork"}
   * @param layers its layers with parameters or activations of their own, from input to output
   * @param parameters its parameter arrays, in the order in which they lie in the flat view
   */
  public NetworkStructure(String model, List<Layer> layers, List<Parameter> parameters) {
    this.model = model;
    this.layers = List.copyOf(layers);
    this.parameters = List.copyOf(parameters);
    this.trainedParameters = trainedParameters(layers.size(), parameters);
    this.trainableByDistance =
        IntStream.range(0, layers.size())
            .boxed()
            .filter(i -> layers.get(i).trainable())
            .collect(groupingBy(i -> layers.get(i).stepsToOutput(), TreeMap::new, toList()))
            .values()
            .stream()
            .map(List::copyOf)
            .toList();
  }

  private static List<List<Integer>> trainedParameters(int layers, List<Parameter> parameters) {
    List<List<Integer>> trained = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      trained.add(new ArrayList<>());
    }
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      if (parameter.trained() && parameter.layer() < layers) {
        trained.get(parameter.layer()).add(i);
      }
    }
    return trained.stream().map(List::copyOf).toList();
  }

  /**
   * Returns what kind of model it is.
   *
   * @return simple name of the model's class, for example {@code "MultiLayerNetwork"}
   */
  public String model() {
    return model;
  }

  /**
   * Returns the layers with parameters or activations of their own.
   *
   * @return the layers, from input to output
   */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * Returns the parameter arrays.
   *
   * @return the parameters, in the order in which they lie in the flat view
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Returns which parameters of a layer a gradient changes.
   *
   * @param layer index of the layer in {@link #layers()}
   * @return indices in {@link #parameters()}; empty if there are none
   */
  public List<Integer> trainedParameters(int layer) {
    return trainedParameters.get(layer);
  }

  /**
   * Returns the layers that training changes, those equally far from the output together.
   *
   * @return indices in {@link #layers()}, from the output to the input
   */
  public List<List<Integer>> trainableByDistance() {
    return trainableByDistance;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NetworkStructure that
        && model.equals(that.model)
        && layers.equals(that.layers)
        && parameters.equals(that.parameters);
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, layers, parameters);
  }

  @Override
  public String toString() {
    return "NetworkStructure[" + model + ", " + layers + ", " + parameters + "]";
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
   * @param setup how it is configured
   */
  public record Layer(
      String name,
      String type,
      String activation,
      int stepsToOutput,
      boolean output,
      boolean trainable,
      Setup setup) {

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
   * @param role what it does
   * @param fanIn number of inputs that a unit sums over with it; NaN where that means nothing
   * @param fanOut number of units that an input reaches through it; NaN where that means nothing
   */
  public record Parameter(
      int layer, String name, long count, boolean trained, Role role, double fanIn, double fanOut) {

    /** What a parameter does in its layer. */
    public enum Role {
      /** Multiplies the layer's input. */
      WEIGHT,
      /** Multiplies the layer's own previous output. */
      RECURRENT_WEIGHT,
      /** Is added. */
      BIAS,
      /** Anything else. */
      OTHER
    }
  }

  /**
   * How a layer is configured, as far as rules need it.
   *
   * @param units number of its units (channels of a convolution); 0 if unknown
   * @param wiring what feeds it
   * @param training how it is trained
   * @param dropout whether its output is dropped or disturbed on its way to a next layer
   * @param normalized whether batch normalization stands directly behind it, or it has layer
   *     normalization inside
   */
  public record Setup(
      int units, Wiring wiring, Training training, boolean dropout, boolean normalized) {
    /** Stands where nothing is known. */
    public static final Setup UNKNOWN =
        new Setup(
            0,
            new Wiring(List.of(), List.of(), false),
            new Setup.Training("", "", "", false, Penalty.NONE),
            false,
            false);

    /**
     * What feeds a layer.
     *
     * @param inputs indices of the layers that feed it, directly or through vertices without
     *     parameters or activations of their own; empty for layers that read the features
     * @param features numbers of the network's inputs that it reads, directly or through such
     *     vertices, from 0
     * @param bypassed whether there is a way around it from what comes before it to what comes
     *     after
     */
    public record Wiring(List<Integer> inputs, List<Integer> features, boolean bypassed) {
      /** Copies the lists. */
      public Wiring {
        inputs = List.copyOf(inputs);
        features = List.copyOf(features);
      }
    }

    /**
     * How a layer is trained.
     *
     * @param updater simple name of its updater's configuration, for example {@code "Adam"}; empty
     *     if unknown
     * @param loss name of its loss function, for example {@code "MCXENT"}; empty but for output
     *     layers
     * @param clipping its gradient normalization, for example {@code "ClipL2PerLayer"}; empty if
     *     none
     * @param frozen whether it is frozen
     * @param penalty what its weights are penalized with
     */
    public record Training(
        String updater, String loss, String clipping, boolean frozen, Penalty penalty) {}

    /** See {@link Wiring}. */
    public List<Integer> inputs() {
      return wiring.inputs();
    }

    /** See {@link Wiring}. */
    public List<Integer> features() {
      return wiring.features();
    }

    /** See {@link Wiring}. */
    public boolean bypassed() {
      return wiring.bypassed();
    }

    /** See {@link Training}. */
    public String updater() {
      return training.updater();
    }

    /** See {@link Training}. */
    public String loss() {
      return training.loss();
    }

    /** See {@link Training}. */
    public String clipping() {
      return training.clipping();
    }

    /** See {@link Training}. */
    public boolean frozen() {
      return training.frozen();
    }

    /** See {@link Training}. */
    public Penalty penalty() {
      return training.penalty();
    }

    /**
     * Tells whether the layer reads the network's features themselves.
     *
     * @return false if it reads only what layers give
     */
    public boolean readsFeatures() {
      return !features().isEmpty();
    }
  }

  /**
   * Coefficients of what pulls weights toward 0; those of the first iteration, if they change.
   *
   * @param l1 λ of λ·Σ|w| in the loss
   * @param l2 λ of λ/2·Σw² in the loss
   * @param decay λ of rate·λ·w in the step
   */
  public record Penalty(double l1, double l2, double decay) {
    /** No penalty. */
    public static final Penalty NONE = new Penalty(0, 0, 0);
  }
}
