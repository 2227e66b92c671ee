package io.github.dl4jstability.listeners.internal.model;

import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.network.Kernel;
import io.github.dl4jstability.listeners.internal.collection.DuplicateUnitSearch;
import io.github.dl4jstability.listeners.internal.collection.InputMeter;
import io.github.dl4jstability.listeners.internal.collection.OutputMeter;
import io.github.dl4jstability.listeners.internal.collection.TimeGradient;
import io.github.dl4jstability.listeners.internal.collection.UnitMeter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import io.github.dl4jstability.measurement.Segment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A built model as the collector sees it: its layers, and where each parameter lies in the flat
 * views of parameters and gradients.
 *
 * <p>Offsets come from the parameter arrays themselves, because a graph lists its parameters in
 * another order than it lays them out.
 *
 * <p>It keeps neither the model nor any of its arrays: a listener may outlive the models it
 * watched.
 */
public final class BuiltNetwork {
  private final WeakReference<Model> live;
  private final List<Part> parts;
  private final Topology topology;
  private final List<Slot> slots;
  private final boolean averages;
  private final NetworkStructure structure;
  private final int[] firstTrained;

  private BuiltNetwork(Model model, List<Part> parts, boolean averages) {
    this.live = new WeakReference<>(model);
    this.parts = parts;
    this.averages = averages;
    this.topology = Topology.of(model, parts);
    this.slots = slots(model, parts);
    this.structure = describe(model);
    this.firstTrained = IntStream.range(0, parts.size()).map(this::firstTrained).toArray();
  }

  /**
   * The first trained weight of a part rather than its bias, which may have an updater of its own.
   */
  private int firstTrained(int part) {
    List<NetworkStructure.Parameter> all = structure.parameters();
    int[] own =
        IntStream.range(0, all.size())
            .filter(i -> all.get(i).layer() == part && all.get(i).trained())
            .toArray();
    return IntStream.of(own)
        .filter(i -> all.get(i).role() == NetworkStructure.Parameter.Role.WEIGHT)
        .findFirst()
        .orElse(own.length == 0 ? -1 : own[0]);
  }

  /**
   * Looks at a model.
   *
   * @param model a network, a graph, or the single layer that is being pretrained
   * @return the model's layers and parameters
   */
  public static BuiltNetwork of(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return new BuiltNetwork(model, Parts.of(network), network.conf().isMiniBatch());
    }
    if (model instanceof ComputationGraph graph) {
      boolean averages = graph.getConfiguration().getDefaultConfiguration().isMiniBatch();
      return new BuiltNetwork(model, Parts.of(graph), averages);
    }
    return new BuiltNetwork(model, Parts.ofSingle(model), model.conf().isMiniBatch());
  }

  private static List<Slot> slots(Model model, List<Part> parts) {
    INDArray view = model.params();
    if (view == null) {
      return List.of();
    }
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      for (Map.Entry<String, INDArray> entry :
          parts.get(i).trainable().paramTable(false).entrySet()) {
        INDArray array = entry.getValue();
        slots.add(Slot.of(i, entry.getKey(), array.offset() - view.offset(), array));
      }
    }
    slots.sort(Comparator.comparingLong(Slot::offset));
    return isLaidOutOneAfterTheOther(slots, view.length()) ? slots : List.of();
  }

  /** Only then are flat views of gradients cut at the same places. */
  private static boolean isLaidOutOneAfterTheOther(List<Slot> slots, long length) {
    long expected = 0;
    for (Slot slot : slots) {
      if (slot.offset() != expected) {
        return false;
      }
      expected += slot.length();
    }
    return expected == length;
  }

  private NetworkStructure describe(Model model) {
    List<Map<String, Kernel>> kernels = parts.stream().map(Roles::of).toList();
    List<NetworkStructure.Parameter> parameters =
        slots.stream()
            .map(slot -> describe(slot, kernels.get(slot.part()).get(slot.parameter())))
            .toList();
    List<Setup> setups = Setups.of(model, parts, topology);
    List<NetworkStructure.Layer> layers = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      int index = i;
      Part part = parts.get(i);
      layers.add(
          new NetworkStructure.Layer(
              part.name(),
              part.type(),
              part.activation().map(Object::toString).orElse(""),
              part.stepsToOutput(),
              part.output(),
              parameters.stream().anyMatch(p -> p.layer() == index && p.trained()),
              setups.get(i)));
    }
    return new NetworkStructure(model.getClass().getSimpleName(), layers, parameters);
  }

  private NetworkStructure.Parameter describe(Slot slot, @Nullable Kernel kernel) {
    Fans fans = kernel != null && Roles.hasFans(kernel) ? kernel.fans() : null;
    return new NetworkStructure.Parameter(
        slot.part(),
        slot.parameter(),
        slot.length(),
        isTrained(slot),
        kernel == null ? NetworkStructure.Parameter.Role.OTHER : Roles.role(kernel),
        fans == null ? Double.NaN : fans.in(),
        fans == null ? Double.NaN : fans.out());
  }

  private boolean isTrained(Slot slot) {
    Part part = parts.get(slot.part());
    Set<String> trained = part.trainable().paramTable(true).keySet();
    boolean statistic = !part.trainable().updaterDivideByMinibatch(slot.parameter());
    return trained.contains(slot.parameter()) && !part.frozen() && !statistic;
  }

  /** The model itself, which lives as long as its hooks are called. */
  private Model model() {
    return Part.alive(live);
  }

  public NetworkStructure structure() {
    return structure;
  }

  public List<Part> parts() {
    return parts;
  }

  /** Returns a meter for the units of each part. */
  public List<UnitMeter> unitMeters() {
    boolean[] unitsLast = Axes.unitsLast(parts, topology);
    return IntStream.range(0, parts.size())
        .mapToObj(
            i ->
                new UnitMeter(
                    parts.get(i),
                    topology.readers(i).stream().map(parts::get).toList(),
                    unitsLast[i]))
        .toList();
  }

  /** Returns the searches for identical units, by part that can have them. */
  public Map<Integer, List<DuplicateUnitSearch>> twinSearches() {
    Map<Integer, List<DuplicateUnitSearch>> searches = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).output() && structure.layers().get(i).trainable()) {
        List<List<UnitBlock>> groups =
            UnitBlocks.of(parts.get(i), Roles.of(parts.get(i)), slotsOf(i));
        if (!groups.isEmpty()) {
          searches.put(i, groups.stream().map(DuplicateUnitSearch::new).toList());
        }
      }
    }
    return searches;
  }

  /** Returns the measurements of gradients through time, by recurrent part. */
  public Map<Integer, TimeGradient> timeGradients() {
    Map<Integer, TimeGradient> gradients = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      List<Slot> own = slotsOf(i);
      if (!own.isEmpty()) {
        int part = i;
        TimeGradient.of(parts.get(i), own.get(0).offset())
            .ifPresent(gradient -> gradients.put(part, gradient));
      }
    }
    return gradients;
  }

  private List<Slot> slotsOf(int part) {
    return slots.stream().filter(slot -> slot.part() == part).toList();
  }

  /** Returns a meter for each network input. */
  public List<InputMeter> inputMeters() {
    boolean[] unitsLast = Axes.unitsLast(parts, topology);
    List<InputMeter> meters = new ArrayList<>();
    for (int input = 0; input < topology.networkInputs(); input++) {
      List<Integer> readers = topology.readersOfInput(input);
      meters.add(
          new InputMeter(
              readers.stream().anyMatch(reader -> unitsLast[reader]),
              readers.stream()
                  .map(parts::get)
                  .anyMatch(
                      part ->
                          part.inner().orElse(null) instanceof EmbeddingLayer
                              || part.inner().orElse(null) instanceof EmbeddingSequenceLayer)));
    }
    return meters;
  }

  /** Returns a meter for each network output. */
  public List<OutputMeter> outputMeters() {
    Model model = model();
    if (model instanceof ComputationGraph graph) {
      List<String> names = parts.stream().map(Part::name).toList();
      return graph.getConfiguration().getNetworkOutputs().stream()
          .map(names::indexOf)
          .filter(index -> index >= 0)
          .flatMap(this::outputMeter)
          .toList();
    }
    return model instanceof MultiLayerNetwork ? outputMeter(parts.size() - 1).toList() : List.of();
  }

  private Stream<OutputMeter> outputMeter(int index) {
    Part part = parts.get(index);
    return part.inner().stream().map(layer -> new OutputMeter(index, part, layer, averages));
  }

  public List<Segment> segments() {
    return slots.stream().map(slot -> new Segment(slot.offset(), slot.length())).toList();
  }

  /**
   * Returns what a parameter's gradient in the hooks has to be multiplied with to become the
   * gradient of the mean loss: they are sums over the minibatch if the configuration averages.
   */
  public double gradientFactor(int examples) {
    return averages ? 1.0 / examples : 1;
  }

  /** Returns the learning rate of each part's first trained parameter; NaN without one. */
  public List<Double> learningRates() {
    List<Double> rates = new ArrayList<>(firstTrained.length);
    for (int parameter : firstTrained) {
      rates.add(parameter < 0 ? Double.NaN : learningRate(parameter));
    }
    return rates;
  }

  /** Returns how a parameter is trained; null if its layer has no such configuration. */
  public @Nullable TrainingConfig configuration(int parameter) {
    return parts.get(slots.get(parameter).part()).trainable().getConfig();
  }

  /** Returns a parameter's learning rate at the model's present iteration; NaN without one. */
  public double learningRate(int parameter) {
    TrainingConfig configuration = configuration(parameter);
    IUpdater updater =
        configuration == null
            ? null
            : configuration.getUpdaterByParam(slots.get(parameter).parameter());
    if (updater == null || !updater.hasLearningRate()) {
      return Double.NaN;
    }
    Model model = model();
    return updater.getLearningRate(
        BaseOptimizer.getIterationCount(model), BaseOptimizer.getEpochCount(model));
  }
}
