package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.DIVERGING_LOSS;
import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.INPUT_SCALE;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_HIGH;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Faults that begin in the middle of a run that was well until then. */
public final class LateFaults implements ScenarioProvider {
  private static final int ONSET = 400;
  private static final int LENGTH = 800;

  /** Creates the provider. */
  public LateFaults() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Variant.each(Activation.RELU)
        .flatMap(variant -> Stream.of(rateJump(variant), layerDies(variant), scaleJumps(variant)));
  }

  /** A schedule with a misplaced decimal point: the rate jumps to 300 times. */
  private static Scenario rateJump(Variant variant) {
    double rate = variant.optimizer().rate;
    return Recipe.classifier(variant, Data::teacher)
        .updater(
            variant
                .optimizer()
                .at(new MapSchedule(ScheduleType.ITERATION, Map.of(0, rate, ONSET, 300 * rate))))
        .scenario(
            "late-rate-jump",
            Expected.fault(LEARNING_RATE_TOO_HIGH)
                .or(DIVERGING_LOSS)
                .beside(Aftermath.ofExplosion())
                .from(ONSET),
            LENGTH);
  }

  private static Scenario layerDies(Variant variant) {
    int layer = variant.widths().size() / 2;
    return Recipe.classifier(variant, Data::teacher)
        .disturbed(
            (iteration, network, batch) -> {
              if (iteration == ONSET) {
                network.getLayer(layer).getParam("b").assign(-30);
              }
            })
        .scenario(
            "late-dead-layer",
            Expected.fault(DEAD_UNITS)
                .beside(Aftermath.ofStandstill())
                .at("layer" + layer)
                .from(ONSET),
            LENGTH);
  }

  /** The source of the data changes its unit. */
  private static Scenario scaleJumps(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .disturbed(
            (iteration, network, batch) -> {
              if (iteration >= ONSET) {
                batch.getFeatures().muli(1000);
              }
            })
        .scenario(
            "late-scale-jump",
            Expected.fault(INPUT_SCALE)
                .or(EXPLODING_GRADIENT, DIVERGING_LOSS)
                .beside(Aftermath.ofExplosion())
                .from(ONSET),
            LENGTH);
  }
}
