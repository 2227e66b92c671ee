package io.github.dl4jstability.initializers;

import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * LeCun normal weights: unit variance through linear and self-normalizing layers.
 *
 * <p>Formula: N(0, std²) with std = gain/√fanIn, not truncated. The gain is 1 by default; with an
 * activation it is the He-style gain 1/√E[f(z)²], z ~ N(0, 1), of that activation ({@link
 * Gain#of}).
 *
 * <p>Shapes, fans, randomness and edge cases as in {@link VarianceScaling}, of which this is the
 * preset ({@code gain²}, {@code FAN_IN}, {@code NORMAL}).
 *
 * @param gain the factor of the standard deviation, positive
 * @see <a href="https://doi.org/10.1007/3-540-49430-8_2">LeCun et al. 1998, Efficient BackProp</a>
 */
public record LeCunNormal(double gain) implements ScaledInit {

  /** Rejects a gain that is not positive and finite. */
  @JsonCreator
  public LeCunNormal(@JsonProperty("gain") double gain) {
    this.gain = Require.positive("gain", gain);
  }

  /** Uses gain 1. */
  public LeCunNormal() {
    this(1);
  }

  /**
   * Uses the gain of an activation.
   *
   * @param activation the activation of the layer that owns the weights
   */
  public LeCunNormal(Activation activation) {
    this(Gain.of(activation));
  }

  /**
   * Uses the gain of an activation.
   *
   * @param activation the activation of the layer that owns the weights
   */
  public LeCunNormal(IActivation activation) {
    this(Gain.of(activation));
  }

  @Override
  public VarianceScaling scaling() {
    return new VarianceScaling(gain * gain, FanMode.FAN_IN, Distribution.NORMAL);
  }
}
