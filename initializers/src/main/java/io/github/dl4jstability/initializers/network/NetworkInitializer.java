package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jstability.initializers.ScaledInit;
import io.github.dl4jstability.initializers.StructuredInit;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Initializes a built network by the configurations of its layers.
 *
 * <p>An initializer that Deeplearning4j calls sees a shape and two numbers, which for several layer
 * types are not the fans. This class knows the layer, so it gives every scheme the true fans and
 * the meaning of the axes; it reaches layers that ignore {@code weightInit(IWeightInit)}
 * (attention, locally connected, capsules) and biases, for which there is no hook.
 *
 * <pre>{@code
 * network.init();
 * InitializationTable table =
 *     NetworkInitializer.with(ActivationAware.rules()).seed(42).initialize(network);
 * }</pre>
 *
 * <p>It leaves no trace in the configuration: the network can be saved and loaded where this
 * library is missing, which {@code weightInit(new HeNormal())} does not allow.
 *
 * <p>Frozen layers are left alone, and so is whatever no rule fits. A rule that decides nothing is
 * listed in the table and warned about. The generator of the thread is restored afterwards, so that
 * the run's own randomness does not depend on the initialization. With a seed the weights depend on
 * the seed, the layer's position and the parameter's name only; without one, a seed is drawn from
 * the thread's generator.
 */
public final class NetworkInitializer {

  private static final Logger LOG = LoggerFactory.getLogger(NetworkInitializer.class);

  private final RuleSet rules;
  private final OptionalLong seed;

  private NetworkInitializer(RuleSet rules, OptionalLong seed) {
    this.rules = rules;
    this.seed = seed;
  }

  /**
   * Makes an initializer.
   *
   * @param rules which scheme which parameter gets
   * @return the initializer, without a seed
   */
  public static NetworkInitializer with(RuleSet rules) {
    return new NetworkInitializer(requireNonNull(rules, "rules"), OptionalLong.empty());
  }

  /**
   * Makes the weights reproducible.
   *
   * @param newSeed the seed
   * @return an initializer with that seed
   */
  public NetworkInitializer seed(long newSeed) {
    return new NetworkInitializer(rules, OptionalLong.of(newSeed));
  }

  /**
   * Initializes a network.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph} after {@code init()}
   * @return what was done
   * @throws IllegalArgumentException if the model is not built, of another kind, or a scheme does
   *     not fit its parameter, which the message names; then nothing has been changed
   */
  public InitializationTable initialize(Model model) {
    return run(model, true);
  }

  /**
   * Shows what {@link #initialize} would do, and changes nothing. With a seed, the standard
   * deviations are exactly those that it will produce.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph} after {@code init()}
   * @return what would be done
   */
  public InitializationTable dryRun(Model model) {
    return run(model, false);
  }

  private InitializationTable run(Model model, boolean writes) {
    List<NetworkParameter> parameters = NetworkParameters.of(model);
    List<INDArray> values = new ArrayList<>();
    List<InitializationTable.Row> rows = new ArrayList<>();
    Set<Rule> used = new HashSet<>();
    Random random = Nd4j.getRandom();
    long rootState = random.rootState();
    long nodeState = random.nodeState();
    try {
      long base = seed.orElseGet(random::nextLong);
      for (int i = 0; i < parameters.size(); i++) {
        NetworkParameter parameter = parameters.get(i);
        random.setSeed(mix(base + i * 0x9e3779b97f4a7c15L));
        values.add(one(parameter, rows, used));
      }
    } finally {
      random.setStates(rootState, nodeState);
      if (writes && seed.isEmpty()) {
        random.nextLong(); // the next initialization without a seed must differ
      }
    }
    if (writes) {
      for (int i = 0; i < values.size(); i++) {
        parameters.get(i).array().assign(values.get(i));
      }
    }
    List<String> unused = rules.unused(used);
    if (writes && !unused.isEmpty()) {
      LOG.warn("Initialization: there is no parameter for {}", String.join("; ", unused));
    }
    return new InitializationTable(rows, unused);
  }

  private INDArray one(
      NetworkParameter parameter, List<InitializationTable.Row> rows, Set<Rule> used) {
    Optional<Rule> rule = Optional.empty();
    Optional<IWeightInit> scheme = Optional.empty();
    try {
      rule = rules.ruleFor(parameter);
      scheme = rule.flatMap(found -> found.schemeFor(parameter));
      INDArray value =
          scheme.isPresent()
              ? draw(scheme.get(), parameter, rule.get().keepsForgetGate())
              : parameter.array();
      rule.ifPresent(used::add);
      rows.add(row(parameter, value, describe(scheme, rule)));
      return value;
    } catch (RuntimeException cause) {
      throw new IllegalArgumentException(failure(parameter, rule, scheme, cause), cause);
    }
  }

  private String failure(
      NetworkParameter parameter,
      Optional<Rule> rule,
      Optional<IWeightInit> scheme,
      RuntimeException cause) {
    String by =
        scheme.map(Object::toString).orElse("the scheme")
            + rule.map(r -> " of rule " + (rules.rules().indexOf(r) + 1) + ", " + r + ",")
                .orElse("");
    return "parameter "
        + parameter.path()
        + " of shape "
        + Arrays.toString(parameter.array().shape())
        + " cannot be initialized by "
        + by
        + " because: "
        + cause.getMessage();
  }

  private static INDArray draw(
      IWeightInit scheme, NetworkParameter parameter, boolean keepsForgetGate) {
    INDArray array = parameter.array();
    INDArray view = Nd4j.createUninitialized(array.dataType(), new long[] {1, array.length()}, 'c');
    INDArray value;
    if (scheme instanceof StructuredInit structured && parameter.layout().isPresent()) {
      value = structured.init(parameter.layout().get(), array.shape(), array.ordering(), view);
    } else if (scheme instanceof ScaledInit scaled) {
      value = scaled.initWithFans(parameter.fans(), array.shape(), array.ordering(), view);
    } else {
      double fanIn = parameter.fans().in();
      double fanOut = parameter.fans().out();
      value = scheme.init(fanIn, fanOut, array.shape(), array.ordering(), view);
    }
    if (parameter.isGatedBias() && keepsForgetGate) {
      long units = array.length() / 4; // gates are input, forget, output, modulation
      INDArray forget = array.reshape(1, array.length()).get(all(), interval(units, 2 * units));
      value.reshape(1, array.length()).get(all(), interval(units, 2 * units)).assign(forget);
    }
    return value;
  }

  private static String describe(Optional<IWeightInit> scheme, Optional<Rule> rule) {
    String reason =
        rule.map(Rule::reason).filter(r -> !r.isEmpty()).map(r -> " (" + r + ")").orElse("");
    return scheme.map(s -> s + reason).orElse("unchanged");
  }

  private static InitializationTable.Row row(
      NetworkParameter parameter, INDArray value, String scheme) {
    return new InitializationTable.Row(
        parameter.layerName(),
        parameter.name(),
        Arrays.stream(value.shape()).boxed().toList(),
        parameter.fans().in(),
        parameter.fans().out(),
        scheme,
        Moments.of(value).standardDeviation());
  }

  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
