package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.KernelLayout;
import java.util.Optional;

/** What the layer's configuration says about one of its parameters. */
record Kernel(ParameterRole role, Optional<KernelLayout> layout, Fans fans) {

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
