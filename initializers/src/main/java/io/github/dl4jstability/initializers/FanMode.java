package io.github.dl4jstability.initializers;

/** Which count of connections a variance is divided by. */
public enum FanMode {
  /** The number of inputs of a unit: keeps the variance of activations on the way forward. */
  FAN_IN {
    @Override
    double of(double fanIn, double fanOut) {
      return fanIn;
    }
  },
  /** The number of outputs an input reaches: keeps the variance of gradients on the way back. */
  FAN_OUT {
    @Override
    double of(double fanIn, double fanOut) {
      return fanOut;
    }
  },
  /** The arithmetic mean of both, (fanIn + fanOut) / 2. */
  FAN_AVG {
    @Override
    double of(double fanIn, double fanOut) {
      return 0.5 * fanIn + 0.5 * fanOut;
    }
  },
  /** The geometric mean of both, √(fanIn · fanOut). */
  FAN_GEO_AVG {
    @Override
    double of(double fanIn, double fanOut) {
      return Math.sqrt(fanIn) * Math.sqrt(fanOut);
    }
  };

  abstract double of(double fanIn, double fanOut);
}
