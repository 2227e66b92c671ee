package io.github.dl4jstability.listeners.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a recording comes out again, bit for bit and in its order. */
class RecordingRoundTripTest {
  @TempDir Path folder;

  /** Keeps all that it hears. */
  private static final class Heard implements RecordingHandler, Witness {
    final List<Object> all = new ArrayList<>();

    @Override
    public Witness began(int run, RunSettings settings) {
      all.add(settings);
      return this;
    }

    @Override
    public void observed(Observation observation) {
      all.add(observation);
    }

    @Override
    public void lookedAt(StationaryNumbers numbers) {
      all.add(numbers);
    }

    @Override
    public void notLookedAt(String reason) {
      all.add(reason);
    }
  }

  @Test
  void shouldGiveBackEverythingInItsOrder() throws IOException {
    SyntheticRun run = SyntheticRun.withLayers(List.of("entrée", "出力"));
    NetworkStructure whole = withSetups(run.structure());
    List<Double> odd = List.of(Math.PI * 1e-300, Double.NaN);
    List<Object> given =
        List.of(
            SyntheticRun.settings(),
            SyntheticRun.in(whole, run.inspected(0, Math.E, odd)),
            SyntheticRun.stationaryNumbers(0),
            "the curvature is not finite",
            SyntheticRun.in(whole, run.observation(1, Double.NEGATIVE_INFINITY, odd)),
            run.inspected(2, -0.0, List.of(Double.MIN_VALUE, Double.MAX_VALUE)));
    Path path = folder.resolve("run.stability");
    RecordingWriter writer = new RecordingWriter(path, 1 << 20);
    writer.began(0, (RunSettings) given.get(0));
    writer.observed(0, (Observation) given.get(1));
    writer.lookedAt(0, (StationaryNumbers) given.get(2));
    writer.notLookedAt(0, (String) given.get(3));
    writer.observed(0, (Observation) given.get(4));
    writer.observed(0, (Observation) given.get(5));
    writer.closed();
    Heard heard = new Heard();
    RecordingReader.read(path, heard);
    assertThat(heard.all).isEqualTo(given);
  }

  /** All that rules need to know of a layer. */
  private static NetworkStructure withSetups(NetworkStructure plain) {
    Setup setup =
        new Setup(
            7,
            new Setup.Wiring(List.of(0), List.of(0, 2), true),
            new Setup.Training(
                "Adam", "MCXENT", "ClipL2PerLayer", true, new Penalty(1e-3, 1e-4, 0.1)),
            true,
            true);
    Layer first = plain.layers().get(0);
    Layer last = plain.layers().get(1);
    Layer known =
        new Layer(last.name(), last.type(), last.activation(), 0, true, last.trainable(), setup);
    return new NetworkStructure(
        "ComputationGraph",
        List.of(first, known),
        List.of(
            new Parameter(0, "W", 65_536, true, Role.WEIGHT, 256, 256),
            new Parameter(0, "b", 256, true, Role.BIAS, Double.NaN, Double.NaN),
            new Parameter(1, "RW", 65_536, false, Role.RECURRENT_WEIGHT, 256, 1.0 / 3),
            new Parameter(1, "b", 256, true, Role.OTHER, Double.NaN, Double.NaN)));
  }
}
