package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * Which initializer which parameters get. Immutable; each filter returns a narrower rule.
 *
 * <pre>{@code
 * Rule.weights(new Orthogonal()).onLayerType(LSTM.class).onParameter("RW")
 * }</pre>
 */
public final class Rule {

  private final Predicate<NetworkParameter> condition;
  private final Function<NetworkParameter, IWeightInit> scheme;
  private final boolean keepsForgetGate;
  private final String reason;
  private final String description;

  private Rule(
      Predicate<NetworkParameter> condition,
      Function<NetworkParameter, IWeightInit> scheme,
      boolean keepsForgetGate,
      String reason,
      String description) {
    this.condition = condition;
    this.scheme = scheme;
    this.keepsForgetGate = keepsForgetGate;
    this.reason = reason;
    this.description = description;
  }

  private Rule narrowed(Predicate<NetworkParameter> further, String filter) {
    return new Rule(condition.and(further), scheme, keepsForgetGate, reason, description + filter);
  }

  private Rule described(String newDescription) {
    return new Rule(condition, scheme, keepsForgetGate, reason, newDescription);
  }

  /**
   * A rule for all kernels, input and recurrent.
   *
   * @param scheme the initializer
   * @return the rule
   */
  public static Rule weights(IWeightInit scheme) {
    requireNonNull(scheme, "scheme");
    return weights(parameter -> scheme).described("weights(" + scheme + ")");
  }

  /**
   * A rule for all kernels, input and recurrent, whose initializer depends on the parameter.
   *
   * @param scheme the initializer of a parameter
   * @return the rule
   */
  public static Rule weights(Function<NetworkParameter, IWeightInit> scheme) {
    return any(scheme)
        .on(
            parameter ->
                parameter.role() == ParameterRole.WEIGHT
                    || parameter.role() == ParameterRole.RECURRENT_WEIGHT)
        .described("weights(…)");
  }

  /**
   * A rule for all biases. The part of an LSTM's bias that belongs to the forget gate keeps what
   * its configuration says, unless {@link #includingForgetGate()}.
   *
   * @param scheme the initializer
   * @return the rule
   */
  public static Rule biases(IWeightInit scheme) {
    requireNonNull(scheme, "scheme");
    return any(parameter -> scheme).on(ParameterRole.BIAS).described("biases(" + scheme + ")");
  }

  /**
   * A rule for every parameter, to be narrowed.
   *
   * @param scheme the initializer of a parameter
   * @return the rule
   */
  public static Rule any(Function<NetworkParameter, IWeightInit> scheme) {
    return new Rule(parameter -> true, requireNonNull(scheme, "scheme"), true, "", "any(…)");
  }

  /**
   * Narrows to parameters that fulfil a condition.
   *
   * @param further the condition
   * @return the narrower rule
   */
  public Rule on(Predicate<NetworkParameter> further) {
    return narrowed(requireNonNull(further, "further"), ".on(…)");
  }

  /**
   * Narrows to parameters of a role.
   *
   * @param role the role
   * @return the narrower rule
   */
  public Rule on(ParameterRole role) {
    requireNonNull(role, "role");
    return narrowed(parameter -> parameter.role() == role, ".on(" + role + ")");
  }

  /**
   * Narrows to a layer or vertex.
   *
   * @param layerName its name
   * @return the narrower rule
   */
  public Rule onLayer(String layerName) {
    requireNonNull(layerName, "layerName");
    return narrowed(
        parameter -> parameter.layerName().equals(layerName), ".onLayer(" + layerName + ")");
  }

  /**
   * Narrows to layers of a type or its subtypes, whatever they are wrapped in.
   *
   * @param type the class of the layer's configuration
   * @return the narrower rule
   */
  public Rule onLayerType(Class<? extends Layer> type) {
    requireNonNull(type, "type");
    return narrowed(
        parameter -> parameter.layer().filter(type::isInstance).isPresent(),
        ".onLayerType(" + type.getSimpleName() + ")");
  }

  /**
   * Narrows to parameters of a name.
   *
   * @param name the name in the layer, for example {@code "RW"}
   * @return the narrower rule
   */
  public Rule onParameter(String name) {
    requireNonNull(name, "name");
    return narrowed(parameter -> parameter.name().equals(name), ".onParameter(" + name + ")");
  }

  /**
   * Narrows to layers with an activation.
   *
   * @param activation one of Deeplearning4j's activations
   * @return the narrower rule
   */
  public Rule onActivation(Activation activation) {
    Class<?> type = requireNonNull(activation, "activation").getActivationFunction().getClass();
    return narrowed(
        parameter -> parameter.activation().getClass() == type,
        ".onActivation(" + activation + ")");
  }

  /**
   * Overwrites the forget gate's part of an LSTM's bias, too.
   *
   * @return the rule without that exception
   */
  public Rule includingForgetGate() {
    return new Rule(condition, scheme, false, reason, description);
  }

  /**
   * Says why this rule is there; the table shows it behind the scheme.
   *
   * @param newReason a few words, such as {@code "no stable edge of chaos at variance 0.05"}
   * @return the rule with that reason
   */
  public Rule because(String newReason) {
    requireNonNull(newReason, "newReason");
    return new Rule(condition, scheme, keepsForgetGate, newReason, description);
  }

  Optional<IWeightInit> schemeFor(NetworkParameter parameter) {
    return condition.test(parameter) ? Optional.of(scheme.apply(parameter)) : Optional.empty();
  }

  boolean keepsForgetGate() {
    return keepsForgetGate;
  }

  String reason() {
    return reason;
  }

  /** Returns the calls that made it; conditions and schemes that are functions are shown as "…". */
  @Override
  public String toString() {
    return description;
  }
}
