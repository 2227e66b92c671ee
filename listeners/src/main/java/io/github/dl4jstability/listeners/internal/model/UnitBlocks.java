package io.github.dl4jstability.listeners.internal.model;

import io.github.dl4jstability.initializers.KernelLayout;
import io.github.dl4jstability.initializers.network.Kernel;
import io.github.dl4jstability.initializers.network.ParameterRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;

/**
 * Groups the parameter arrays of a part by the units whose incoming weights they hold. A part that
 * runs in both directions has two groups.
 */
final class UnitBlocks {
  private UnitBlocks() {}

  /** Returns the groups; empty where the layer type has no units in this sense. */
  static List<List<UnitBlock>> of(Part part, Map<String, Kernel> kernels, List<Slot> slots) {
    Map<String, List<UnitBlock>> groups = new LinkedHashMap<>();
    for (Slot slot : slots) {
      Kernel kernel = kernels.get(slot.parameter());
      if (kernel == null) {
        continue;
      }
      int axis = unitAxis(kernel);
      if (axis >= 0) {
        groups
            .computeIfAbsent(direction(part, slot.parameter()), key -> new ArrayList<>())
            .add(UnitBlock.of(slot, axis, gates(kernel)));
      }
    }
    for (Slot slot : slots) {
      List<UnitBlock> group = groups.get(direction(part, slot.parameter()));
      Kernel kernel = kernels.get(slot.parameter());
      if (group != null && kernel != null && kernel.role() == ParameterRole.BIAS) {
        int gates = group.get(0).gates();
        UnitBlock bias = UnitBlock.of(slot, slot.rank() - 1, gates);
        if (bias.units() == group.get(0).units()) {
          group.add(bias);
        }
      }
    }
    return groups.values().stream().filter(UnitBlocks::isOfOneWidth).toList();
  }

  private static boolean isOfOneWidth(List<UnitBlock> group) {
    int units = group.get(0).units();
    return units > 1 && group.stream().allMatch(block -> block.units() == units);
  }

  private static String direction(Part part, String parameter) {
    if (part.bidirectional().isPresent()) {
      return parameter.substring(0, 1);
    }
    return part.inner().orElse(null) instanceof GravesBidirectionalLSTM
        ? parameter.substring(parameter.length() - 1)
        : "";
  }

  private static int gates(Kernel kernel) {
    return kernel.layout().filter(layout -> layout == KernelLayout.GATED).isPresent() ? 4 : 1;
  }

  private static int unitAxis(Kernel kernel) {
    boolean isWeight =
        kernel.role() == ParameterRole.WEIGHT || kernel.role() == ParameterRole.RECURRENT_WEIGHT;
    if (!isWeight || kernel.layout().isEmpty()) {
      return -1;
    }
    return switch (kernel.layout().get()) {
      case DENSE, GATED, DECONVOLUTION -> 1;
      case CONVOLUTION -> 0;
      case DECONVOLUTION_3D -> 3;
      default -> -1;
    };
  }
}
