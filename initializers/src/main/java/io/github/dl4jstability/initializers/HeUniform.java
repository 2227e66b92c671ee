package io.github.dl4jstability.initializers;

import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * He (Kaiming) uniform weights: keeps the variance of activations through rectifiers.
 *
 * <p>Formula: U(−l, l) with l = gain·√(3/fanIn), so that std = gain/√fanIn. The gain is √2 by
 * default; with an activation it is the He-style gain 1/√E[f(z)²], z ~ N(0, 1), of that activation
 * ({@link Gain#of}).
 *
 * <p>Shapes, fans, randomness and edge cases as in {@link VarianceScaling}, of which this is the
 * preset ({@code gain²}, {@code FAN_IN}, {@code UNIFORM}).
 *
 * @param gain the factor of the standard deviation, positive
 * @see <a href="https://doi.org/10.1109/ICCV.2015.123">He et al. 2015, Delving deep into
 *     rectifiers</a>
 */
public record HeUniform(double gain) implements ScaledInit {

  /** Rejects a gain that is not positive and finite. */
  @JsonCreator
  public HeUniform(@JsonProperty("gain") double gain) {
    this.gain = Require.positive("gain", gain);
  }

  /** Uses gain √2. */
  public HeUniform() {
    this(Math.sqrt(2));
  }

  /**
   * Uses the gain of an activation.
   *
   * @param activation the activation of the layer that owns the weights
   */
  public HeUniform(Activation activation) {
    this(Gain.of(activation));
  }

  /**
   * Uses the gain of an activation.
   *
   * @param activation the activation of the layer that owns the weights
   */
  public HeUniform(IActivation activation) {
    this(Gain.of(activation));
  }

  @Override
  public VarianceScaling scaling() {
    return new VarianceScaling(gain * gain, FanMode.FAN_IN, Distribution.UNIFORM);
  }
}
