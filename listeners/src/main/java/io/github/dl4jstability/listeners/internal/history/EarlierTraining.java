package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.stream.DoubleStream;

/**
 * Which layers a run did not start with random weights: those of a run that goes on, or that
 * transfer learning took over. What holds for random weights does not hold for them.
 *
 * <p>Taken for trained are all layers if the first iteration seen is not number 0; frozen layers;
 * and, since transfer learning and copies start again at 0, layers whose first biases differ from
 * unit to unit. Deeplearning4j starts all biases of a layer at the same value, and training moves
 * each by its own gradient. They differ if their standard deviation is above {@value #DIFFERENT} of
 * their root mean square: a hundred times what measuring and rounding leave, and what ten ordinary
 * steps, of a thousandth of a layer each, are certain to exceed. Biases larger than weighted inputs
 * of unit variance, σ·√fanIn, decide alone what units give: no sound training leaves such, and they
 * are judged like any others.
 *
 * <p>What such a layer shows at first is what earlier training made of it, and says nothing about
 * this run until that has had its chance: {@value #CHANCE} iterations, in which ordinary steps of a
 * thousandth of a layer's size replace it once.
 */
public final class EarlierTraining {
  private static final double DIFFERENT = 1e-3;
  private static final int CHANCE = 1000;

  private final boolean[] trained;
  private final int start;

  /** Starts from the first observation of a run. */
  EarlierTraining(Observation first) {
    NetworkStructure structure = first.structure();
    start = first.iteration();
    trained = new boolean[structure.layers().size()];
    for (int layer = 0; layer < trained.length; layer++) {
      trained[layer] = start > 0 || structure.layers().get(layer).setup().frozen();
    }
    double[] weightedInputs = weightedInputs(first);
    for (int i = 0; i < first.initialParameters().size(); i++) {
      Parameter parameter = structure.parameters().get(i);
      Moments biases = first.initialParameters().get(i);
      trained[parameter.layer()] |=
          isOnePerUnit(structure, parameter)
              && areDifferent(biases)
              && biases.rootMeanSquare() <= weightedInputs[parameter.layer()];
    }
  }

  /**
   * By layer: the root mean square of the weighted inputs that features of unit variance make,
   * infinite where there are no weights.
   */
  private static double[] weightedInputs(Observation first) {
    NetworkStructure structure = first.structure();
    double[] sizes = new double[structure.layers().size()];
    for (int i = 0; i < first.initialParameters().size(); i++) {
      Parameter parameter = structure.parameters().get(i);
      if (parameter.role() == Role.WEIGHT) {
        double rms = first.initialParameters().get(i).rootMeanSquare();
        sizes[parameter.layer()] =
            Math.hypot(sizes[parameter.layer()], rms * Math.sqrt(parameter.fanIn()));
      }
    }
    return DoubleStream.of(sizes).map(size -> size > 0 ? size : Double.POSITIVE_INFINITY).toArray();
  }

  /** The gates of an LSTM start with biases of their own. */
  private static boolean isOnePerUnit(NetworkStructure structure, Parameter parameter) {
    int units = structure.layers().get(parameter.layer()).setup().units();
    return parameter.role() == Role.BIAS && (units == 0 || parameter.count() == units);
  }

  private static boolean areDifferent(Moments biases) {
    return biases.standardDeviation() > DIFFERENT * biases.rootMeanSquare();
  }

  /** Tells whether a layer had been trained. */
  public boolean of(int layer) {
    return trained[layer];
  }

  /** The first iteration seen. */
  public int start() {
    return start;
  }

  /** Tells whether the run has had its chance to make something of such layers. */
  public boolean isLongAgo(Observation now) {
    return now.iteration() - start >= CHANCE;
  }
}
