package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GradientNoiseTest {

  @Test
  void shouldCompareTheNoiseOfOneExampleWithTheGradientAndThatOfAllWithWhatIsSeen() {
    // 8 parts of 16 examples: chance alone makes a squared mean of 80/128.
    GradientNoise noise = new GradientNoise(80, 4, 8, 16);
    assertThat(noise.noiseScale()).isCloseTo(20, within(1e-12));
    assertThat(noise.signalToNoise()).isCloseTo((4 + 0.625) / 0.625, within(1e-12));
  }

  @Test
  void shouldHaveNoScaleWhenNoiseHidesTheGradient() {
    GradientNoise noise = new GradientNoise(80, -0.125, 8, 16);
    assertThat(noise.noiseScale()).isInfinite().isPositive();
    assertThat(noise.signalToNoise()).isCloseTo(0.8, within(1e-12));
  }
}
