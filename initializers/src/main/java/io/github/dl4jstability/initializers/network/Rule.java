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

  private Rule(
      Predicate<NetworkParameter> condition,
      Function<NetworkParameter, IWeightInit> scheme,
      boolean keepsForgetGate,
      String reason) {
    this.condition = condition;
    this.scheme = scheme;
    this.keepsForgetGate = keepsForgetGate;
    this.reason = reason;
  }

  /**
   * A rule for all kernels, input and recurrent.
   *
   * @param scheme the initializer
   * @return the rule
   */
  public static Rule weights(IWeightInit scheme) {
    requireNonNull(scheme, "scheme");
    return weights(parameter -> scheme);
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
                    || parameter.role() == ParameterRole.RECURRENT_WEIGHT);
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
    return any(parameter -> scheme).on(ParameterRole.BIAS);
  }

  /**
   * A rule for every parameter, to be narrowed.
   *
   * @param scheme the initializer of a parameter
   * @return the rule
   */
  public static Rule any(Function<NetworkParameter, IWeightInit> scheme) {
    return new Rule(parameter -> true, requireNonNull(scheme, "scheme"), true, "");
  }

  /**
   * Narrows to parameters that fulfil a condition.
   *
   * @param further the condition
   * @return the narrower rule
   */
  public Rule on(Predicate<NetworkParameter> further) {
    return new Rule(
        condition.and(requireNonNull(further, "further")), scheme, keepsForgetGate, reason);
  }

  /**
   * Narrows to parameters of a role.
   *
   * @param role the role
   * @return the narrower rule
   */
  public Rule on(ParameterRole role) {
    requireNonNull(role, "role");
    return on(parameter -> parameter.role() == role);
  }

  /**
   * Narrows to a layer or vertex.
   *
   * @param layerName its name
   * @return the narrower rule
   */
  public Rule onLayer(String layerName) {
    requireNonNull(layerName, "layerName");
    return on(parameter -> parameter.layerName().equals(layerName));
  }

  /**
   * Narrows to layers of a type or its subtypes, whatever they are wrapped in.
   *
   * @param type the class of the layer's configuration
   * @return the narrower rule
   */
  public Rule onLayerType(Class<? extends Layer> type) {
    requireNonNull(type, "type");
    return on(parameter -> parameter.layer().filter(type::isInstance).isPresent());
  }

  /**
   * Narrows to parameters of a name.
   *
   * @param name the name in the layer, for example {@code "RW"}
   * @return the narrower rule
   */
  public Rule onParameter(String name) {
    requireNonNull(name, "name");
    return on(parameter -> parameter.name().equals(name));
  }

  /**
   * Narrows to layers with an activation.
   *
   * @param activation one of Deeplearning4j's activations
   * @return the narrower rule
   */
  public Rule onActivation(Activation activation) {
    Class<?> type = requireNonNull(activation, "activation").getActivationFunction().getClass();
    return on(parameter -> parameter.activation().getClass() == type);
  }

  /**
   * Overwrites the forget gate's part of an LSTM's bias, too.
   *
   * @return the rule without that exception
   */
  public Rule includingForgetGate() {
    return new Rule(condition, scheme, false, reason);
  }

  /**
   * Says why this rule is there; the table shows it behind the scheme.
   *
   * @param newReason a few words, such as {@code "no stable edge of chaos at variance 0.05"}
   * @return the rule with that reason
   */
  public Rule because(String newReason) {
    return new Rule(condition, scheme, keepsForgetGate, requireNonNull(newReason, "newReason"));
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
}
