package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.KernelLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the layer's configuration says about one of its parameters.
 *
 * @param role what it does
 * @param layout what its axes mean; empty for biases and other parameters that are not kernels
 * @param fans its true fans; for a bias, those of the layer's input kernel; 0 where they mean
 *     nothing
 */
public record Kernel(ParameterRole role, Optional<KernelLayout> layout, Fans fans) {

  /**
   * Describes the parameters of a layer, frozen or not.
   *
   * @param configuration the layer's configuration, with its wrappers
   * @param parameters its parameter arrays by the names that the layer gives them
   * @return what each of them is, in the same order
   */
  public static Map<String, Kernel> ofLayer(Layer configuration, Map<String, INDArray> parameters) {
    Unwrapped unwrapped = Unwrapped.of(configuration);
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    Fans inputFans = null;
    for (Map.Entry<String, INDArray> entry : parameters.entrySet()) {
      String name = unwrapped.nameInside(entry.getKey());
      Kernel kernel = Kernels.describe(unwrapped.layer(), name, entry.getValue().shape());
      kernels.put(entry.getKey(), kernel);
      boolean readsInput =
          kernel.role() == ParameterRole.WEIGHT || kernel.role() == ParameterRole.EMBEDDING;
      inputFans = readsInput && inputFans == null ? kernel.fans() : inputFans;
    }
    Fans biasFans = inputFans;
    if (biasFans != null) {
      kernels.replaceAll(
          (name, kernel) ->
              kernel.role() == ParameterRole.BIAS
                  ? kernel.withFans(biasFans.in(), biasFans.out())
                  : kernel);
    }
    return kernels;
  }

  /**
   * Describes the parameters of an {@code AttentionVertex}.
   *
   * @param parameters its parameter arrays by name
   * @return what each of them is, in the same order
   */
  public static Map<String, Kernel> ofAttention(Map<String, INDArray> parameters) {
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    parameters.forEach((name, array) -> kernels.put(name, Kernels.attention(name, array.shape())));
    return kernels;
  }

  static Kernel of(KernelLayout layout, long[] shape, double stride) {
    return new Kernel(ParameterRole.WEIGHT, Optional.of(layout), layout.fans(shape, stride));
  }

  static Kernel of(KernelLayout layout, long[] shape) {
    return of(layout, shape, 1);
  }

  static Kernel other() {
    return new Kernel(ParameterRole.OTHER, Optional.empty(), new Fans(0, 0));
  }

  /** A bias, with the fans of the kernel that it is added to. */
  static Kernel bias(Fans fans) {
    return new Kernel(ParameterRole.BIAS, Optional.empty(), fans);
  }

  Kernel as(ParameterRole newRole) {
    return new Kernel(newRole, layout, fans);
  }

  Kernel withFans(double in, double out) {
    return new Kernel(role, layout, new Fans(in, out));
  }
}
