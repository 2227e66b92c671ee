package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.BuiltNetwork;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.measurement.Moments;
import io.github.dl4jstability.measurement.SparseSample;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Steps of plain gradient descent: what is taken away from a parameter is its rate times its
 * gradient, so the moments of the update are those of the gradient times the rate, and a pass over
 * memory is spared.
 *
 * <p>Nothing is taken on trust. It has to hold for all trained parameters by configuration ({@code
 * Sgd}, no penalty, no gradient normalization), there must be no listener but Deeplearning4j's and
 * ours that could edit gradients, and in each iteration some hundred sampled elements of the
 * update, from every parameter, have to be the rate times the gradient. Where an update is measured
 * all the same and shows something else, it is measured ever after.
 */
final class PlainSteps {
  /** Two multiplications round a float by 2^-23 at the most, sums by 1e-5. */
  private static final double TOLERANCE = 2e-5;

  /** Norms of updates between which no element overflows and none that counts underflows. */
  private static final double SMALLEST_NORM = 1e-25;

  private static final double LARGEST_NORM = 1e37;

  private static final int LARGEST_SAMPLE = 256;

  private final BuiltNetwork network;
  private final int[] trained;
  private final double[] rates;
  private final SparseSample sample;
  private final double[] before;
  private final double[] after;
  private boolean plain;

  /**
   * @param trained the parameters from which elements are sampled
   */
  PlainSteps(BuiltNetwork network, int[] trained) {
    this.network = network;
    this.trained = trained.clone();
    rates = new double[network.structure().parameters().size()];
    sample =
        new SparseSample(
            IntStream.of(trained).mapToObj(network.segments()::get).toList(), LARGEST_SAMPLE);
    before = new double[sample.size()];
    after = new double[sample.size()];
    plain = true;
    for (int i : trained) {
      Parameter parameter = network.structure().parameters().get(i);
      boolean clipped =
          !network.structure().layers().get(parameter.layer()).setup().clipping().isEmpty();
      plain &= !clipped && isPlain(network.configuration(i), parameter.name());
    }
  }

  private static boolean isPlain(@Nullable TrainingConfig configuration, String name) {
    if (configuration == null || !(configuration.getUpdaterByParam(name) instanceof Sgd)) {
      return false;
    }
    List<Regularization> penalties = configuration.getRegularizationByParam(name);
    return penalties == null || penalties.isEmpty();
  }

  private static Collection<TrainingListener> listeners(Model model) {
    if (model instanceof MultiLayerNetwork chain) {
      return chain.getListeners();
    }
    return model instanceof ComputationGraph graph ? graph.getListeners() : List.of();
  }

  private static boolean isUndisturbed(Model model) {
    for (TrainingListener listener : listeners(model)) {
      if (!onlyReads(listener)) {
        return false;
      }
    }
    return true;
  }

  private static boolean onlyReads(TrainingListener listener) {
    String type = listener.getClass().getName();
    return type.startsWith("org.deeplearning4j.") || type.startsWith("io.github.dl4jstability.");
  }

  /** Keeps what has to be compared after the step, in the gradient hook. */
  void keep(INDArray gradientView) {
    if (plain) {
      sample.read(gradientView, before);
    }
  }

  /**
   * Tells whether the updates follow from the gradients in this iteration.
   *
   * @param model the model, in its hook after the step
   * @param gradients of the mean loss, by parameter
   * @param updateView what was taken away
   * @param factor what gradients in the hook have to be multiplied with
   */
  boolean explain(Model model, List<Moments> gradients, INDArray updateView, double factor) {
    if (!plain || gradients.isEmpty() || !isUndisturbed(model)) {
      return false;
    }
    for (int i : trained) {
      rates[i] = network.learningRate(i);
      double norm = gradients.get(i).l2Norm() * rates[i];
      if (norm != 0 && !(norm >= SMALLEST_NORM && norm <= LARGEST_NORM)) {
        return false;
      }
    }
    sample.read(updateView, after);
    int from = 0;
    for (int i = 0; i < trained.length; i++) {
      int to = from + sample.sizeOf(i);
      double step = rates[trained[i]] * factor;
      if (!follow(from, to, step)) {
        return false;
      }
      from = to;
    }
    return true;
  }

  private boolean follow(int from, int to, double step) {
    for (int i = from; i < to; i++) {
      double expected = step * before[i];
      double distance = Math.abs(after[i] - expected);
      if (!(distance <= TOLERANCE * Math.abs(expected) + Float.MIN_NORMAL)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the moments of the updates that follow from the gradients. */
  List<Moments> updates(List<Moments> gradients) {
    Moments[] updates = new Moments[gradients.size()];
    for (int i = 0; i < updates.length; i++) {
      updates[i] = gradients.get(i).times(rates[i]);
    }
    return List.of(updates);
  }

  /** Compares what was measured with what would have followed. */
  void compare(List<Moments> measured, List<Moments> gradients) {
    if (!plain || gradients.isEmpty()) {
      return;
    }
    for (int i : trained) {
      double expected = gradients.get(i).l2Norm() * network.learningRate(i);
      plain &= Math.abs(measured.get(i).l2Norm() - expected) <= TOLERANCE * expected;
    }
  }
}
