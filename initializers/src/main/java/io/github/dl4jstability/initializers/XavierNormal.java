package io.github.dl4jstability.initializers;

import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Xavier (Glorot) normal weights: a compromise between forward and backward variance.
 *
 * <p>Formula: N(0, std²) with std = gain·√(2/(fanIn + fanOut)), not truncated. The gain is 1 by
 * default; with an activation it is the He-style gain 1/√E[f(z)²], z ~ N(0, 1), of that activation
 * ({@link Gain#of}).
 *
 * <p>Shapes, fans, randomness and edge cases as in {@link VarianceScaling}, of which this is the
 * preset ({@code gain²}, {@code FAN_AVG}, {@code NORMAL}).
 *
 * @param gain the factor of the standard deviation, positive
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio 2010,
 *     Understanding the difficulty of training deep feedforward neural networks</a>
 */
public record XavierNormal(double gain) implements ScaledInit {

  /** Rejects a gain that is not positive and finite. */
  @JsonCreator
  public XavierNormal(@JsonProperty("gain") double gain) {
    this.gain = Require.positive("gain", gain);
  }

  /** Uses gain 1. */
  public XavierNormal() {
    this(1);
  }

  /**
   * Uses the gain of an activation.
   *
   * @param activation the activation of the layer that owns the weights
   */
  public XavierNormal(Activation activation) {
    this(Gain.of(activation));
  }

  /**
   * Uses the gain of an activation.
   *
   * @param activation the activation of the layer that owns the weights
   */
  public XavierNormal(IActivation activation) {
    this(Gain.of(activation));
  }

  @Override
  public VarianceScaling scaling() {
    return new VarianceScaling(gain * gain, FanMode.FAN_AVG, Distribution.NORMAL);
  }
}
