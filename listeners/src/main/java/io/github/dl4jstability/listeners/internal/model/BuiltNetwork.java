package io.github.dl4jstability.listeners.internal.model;

import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.network.Kernel;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import io.github.dl4jstability.measurement.Segment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
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

  public NetworkStructure structure() {
    return structure;
  }

  public List<Part> parts() {
    return parts;
  }

  /** The parts that read what a part gives. */
  public List<Part> readersOf(int part) {
    return topology.readers(part).stream().map(parts::get).toList();
  }

  /** For each input of the network, the parts that read it. */
  public List<List<Integer>> readersOfInputs() {
    return IntStream.range(0, topology.networkInputs()).mapToObj(topology::readersOfInput).toList();
  }

  /** Where the incoming weights of a part's units lie in the flat view, by parameter array. */
  public List<List<UnitBlock>> unitBlocksOf(int part) {
    return UnitBlocks.of(parts.get(part), Roles.of(parts.get(part)), slotsOf(part));
  }

  /** Where a part's parameters begin in the flat view; empty if it has none. */
  public OptionalLong offsetOf(int part) {
    return slotsOf(part).stream().mapToLong(Slot::offset).findFirst();
  }

  private List<Slot> slotsOf(int part) {
    return slots.stream().filter(slot -> slot.part() == part).toList();
  }

  /** Tells for each part whether its units are the last axis of its output. */
  public boolean[] unitsLast() {
    return Axes.unitsLast(parts, topology);
  }

  /** Tells whether the loss is averaged over the minibatch, rather than summed. */
  public boolean averages() {
    return averages;
  }

  /** The parts that are outputs of the network, in the order of its labels. */
  public List<Integer> outputs() {
    Model model = Part.alive(live);
    if (model instanceof ComputationGraph graph) {
      List<String> names = parts.stream().map(Part::name).toList();
      return graph.getConfiguration().getNetworkOutputs().stream()
          .map(names::indexOf)
          .filter(index -> index >= 0)
          .toList();
    }
    return model instanceof MultiLayerNetwork ? List.of(parts.size() - 1) : List.of();
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
    Model model = Part.alive(live);
    return updater.getLearningRate(
        BaseOptimizer.getIterationCount(model), BaseOptimizer.getEpochCount(model));
  }
}
