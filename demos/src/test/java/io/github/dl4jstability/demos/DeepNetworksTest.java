package io.github.dl4jstability.demos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.demos.data.FashionMnist;
import io.github.dl4jstability.demos.data.Layout;
import io.github.dl4jstability.demos.data.Scaling;
import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.StabilityListener;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

class DeepNetworksTest {
  private static StabilityListener train(MultiLayerNetwork network) {
    StabilityListener listener = StabilityListener.create();
    network.setListeners(listener);
    network.fit(
        FashionMnist.load()
            .split(1_920, 80, 42)
            .train(64, Layout.FLAT, Scaling.STANDARDIZED)); // 30 iterations
    return listener;
  }

  @Test
  void shouldBlameTheVanishingGradientWhenTheNetworkIsSick() {
    Diagnosis primary = train(DeepNetworks.sickSigmoid(42)).primary().orElseThrow();

    assertThat(primary.condition()).isEqualTo(Condition.VANISHING_GRADIENT);
    assertThat(primary.severity()).isEqualTo(Severity.WARNING);
    assertThat(primary.iteration()).isZero();
    assertThat(primary.layers()).startsWith("hidden-1", "hidden-2").doesNotContain("output");
    assertThat(primary.remedy()).contains("Activation.RELU");
  }

  @Test
  void shouldWarnOfNothingWhenTheNetworkIsRepaired() {
    StabilityListener listener = train(DeepNetworks.repairedRelu(42));

    assertThat(listener.diagnoses()).noneMatch(it -> it.severity() != Severity.INFO);
  }
}
