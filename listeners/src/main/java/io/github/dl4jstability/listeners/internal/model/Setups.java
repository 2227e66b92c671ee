package io.github.dl4jstability.listeners.internal.model;

import io.github.dl4jstability.initializers.network.ParameterRole;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** Reads from configurations how each part is set up. */
final class Setups {
  private final List<Part> parts;
  private final Topology topology;
  private final int[] units;

  private Setups(Model model, List<Part> parts, Topology topology) {
    this.parts = parts;
    this.topology = topology;
    this.units = Widths.of(model, parts);
  }

  static List<Setup> of(Model model, List<Part> parts, Topology topology) {
    Setups setups = new Setups(model, parts, topology);
    List<Setup> all = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      all.add(setups.setup(i));
    }
    return all;
  }

  private Setup setup(int index) {
    Part part = parts.get(index);
    TrainingConfig configuration = part.frozen() ? null : part.trainable().getConfig();
    return new Setup(
        units[index],
        new Setup.Wiring(
            topology.inputs(index), topology.features(index), topology.isBypassed(index)),
        new Setup.Training(
            updater(part, configuration),
            part.output() ? part.inner().flatMap(LossNames::of).orElse("") : "",
            clipping(configuration),
            part.frozen(),
            penalty(part, configuration)),
        topology.readers(index).stream().anyMatch(reader -> parts.get(reader).dropsItsInput()),
        isNormalized(index));
  }

  private static String updater(Part part, @Nullable TrainingConfig configuration) {
    Iterator<String> trained = part.trainable().paramTable(true).keySet().iterator();
    if (configuration == null || !trained.hasNext()) {
      return "";
    }
    IUpdater updater = configuration.getUpdaterByParam(trained.next());
    return updater == null ? "" : updater.getClass().getSimpleName();
  }

  private static String clipping(@Nullable TrainingConfig configuration) {
    GradientNormalization clipping =
        configuration == null ? null : configuration.getGradientNormalization();
    return clipping == null || clipping == GradientNormalization.None ? "" : clipping.toString();
  }

  /** Of the part's weights, as far as Deeplearning4j's own penalties are concerned. */
  private static Penalty penalty(Part part, @Nullable TrainingConfig configuration) {
    double l1 = 0;
    double l2 = 0;
    double decay = 0;
    for (Regularization one : penalties(part, configuration)) {
      if (one instanceof L1Regularization lasso) {
        l1 += lasso.getL1().valueAt(0, 0);
      } else if (one instanceof L2Regularization ridge) {
        l2 += ridge.getL2().valueAt(0, 0);
      } else if (one instanceof WeightDecay shrinking && shrinking.isApplyLR()) {
        decay += shrinking.getCoeff().valueAt(0, 0);
      }
    }
    return new Penalty(l1, l2, decay);
  }

  private static List<Regularization> penalties(Part part, @Nullable TrainingConfig configuration) {
    if (configuration == null) {
      return List.of();
    }
    return Roles.of(part).entrySet().stream()
        .filter(parameter -> parameter.getValue().role() == ParameterRole.WEIGHT)
        .map(parameter -> configuration.getRegularizationByParam(parameter.getKey()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(List.of());
  }

  private boolean isNormalized(int index) {
    Layer own = parts.get(index).inner().orElse(null);
    boolean inside =
        (own instanceof DenseLayer dense && dense.hasLayerNorm())
            || (own instanceof SimpleRnn recurrent && recurrent.hasLayerNorm());
    List<Integer> readers = topology.readers(index);
    return inside
        || (!readers.isEmpty()
            && readers.stream()
                .allMatch(
                    reader ->
                        parts.get(reader).inner().orElse(null) instanceof BatchNormalization));
  }
}
