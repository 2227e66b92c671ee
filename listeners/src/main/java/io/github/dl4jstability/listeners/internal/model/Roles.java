package io.github.dl4jstability.listeners.internal.model;

import io.github.dl4jstability.initializers.network.Kernel;
import io.github.dl4jstability.initializers.network.ParameterRole;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Asks the initializers what the parameters of a part are. */
final class Roles {
  private Roles() {}

  /** Returns the kernels of a part by parameter name; empty if its type is not known. */
  static Map<String, Kernel> of(Part part) {
    Map<String, INDArray> parameters = part.trainable().paramTable(false);
    try {
      return part.configuration()
          .map(layer -> Kernel.ofLayer(layer, parameters))
          .orElseGet(() -> ofVertex(part.trainable(), parameters));
    } catch (RuntimeException unknown) {
      return Map.of(); // a custom layer may have any parameters under any name
    }
  }

  private static Map<String, Kernel> ofVertex(Trainable vertex, Map<String, INDArray> parameters) {
    return vertex instanceof FrozenVertex ? Map.of() : Kernel.ofAttention(parameters);
  }

  static Role role(Kernel kernel) {
    return switch (kernel.role()) {
      case WEIGHT -> Role.WEIGHT;
      case RECURRENT_WEIGHT -> Role.RECURRENT_WEIGHT;
      case BIAS -> Role.BIAS;
      case EMBEDDING, SCALE, OTHER -> Role.OTHER;
    };
  }

  static boolean hasFans(Kernel kernel) {
    return kernel.role() != ParameterRole.OTHER && kernel.fans().in() + kernel.fans().out() > 0;
  }
}
