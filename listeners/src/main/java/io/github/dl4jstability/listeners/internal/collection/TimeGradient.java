package io.github.dl4jstability.listeners.internal.collection;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import io.github.dl4jstability.listeners.internal.model.Part;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures how the gradient of a recurrent layer's last output fades or grows on its way back
 * through time.
 *
 * <p>It runs on a copy of the layer in double precision, without dropout, on a few sequences of the
 * layer's real input: a random gradient is put on the output of the last step, and the slope of the
 * logarithm of what arrives at the input of each earlier step is fitted by least squares. The same
 * is done along inputs near 0, which saturate no unit: what is lost there, the weights alone lose.
 * Only the nearest steps count for that: farther back, all that is left of random weights is their
 * largest eigenvalue, which varies more by chance than their scale does. Of a layer that runs in
 * both directions the forward one is measured. Steps that a mask hides count like others.
 */
public final class TimeGradient {
  /** Below, a slope says little about a hundred steps. */
  private static final int FEWEST_STEPS = 8;

  /** What a gradient does in 256 steps it does in all. */
  private static final int MOST_STEPS = 256;

  private static final int MOST_SEQUENCES = 4;

  /** The largest input that counts as near 0: tanh differs from its argument by a millionth. */
  private static final double NEAR_ZERO = 1e-3;

  private final NeuralNetConfiguration configuration;
  private final RNNFormat format;
  private final long offset;
  private final long length;
  private @Nullable INDArray input;

  private TimeGradient(BaseRecurrentLayer original, NeuralNetConfiguration network, long offset) {
    BaseRecurrentLayer layer = (BaseRecurrentLayer) original.clone();
    layer.setIDropout(null);
    layer.setWeightNoise(null);
    layer.setRnnDataFormat(RNNFormat.NCW);
    configuration = network.clone();
    configuration.setLayer(layer);
    configuration.setDataType(DataType.DOUBLE);
    format = original.getRnnDataFormat();
    this.offset = offset;
    length = layer.initializer().numParams(configuration);
  }

  /**
   * Prepares to measure a part.
   *
   * @param offset index of the part's first parameter in the flat view
   * @return empty if it is not recurrent
   */
  public static Optional<TimeGradient> of(Part part, long offset) {
    return part.inner().orElse(null) instanceof BaseRecurrentLayer layer
            && !(layer instanceof GravesBidirectionalLSTM)
        ? part.built().map(built -> new TimeGradient(layer, built.conf(), offset))
        : Optional.empty();
  }

  /** Keeps a few sequences of the part's input for {@link #measure}. */
  void keep(PartInputs inputs, int part, int minibatch) {
    input = null;
    INDArray raw = inputs.raw(part).orElse(null);
    if (raw == null || !raw.dataType().isFPType()) {
      return;
    }
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray sequences =
          inputs
              .preProcessor(part)
              .map(
                  before ->
                      before
                          .clone()
                          .preProcess(raw.dup(), minibatch, LayerWorkspaceMgr.noWorkspaces()))
              .orElse(raw);
      int time = format == RNNFormat.NWC ? 1 : 2;
      if (sequences.rank() != 3 || sequences.size(time) < FEWEST_STEPS) {
        return;
      }
      INDArray few =
          sequences.get(interval(0, Math.min(MOST_SEQUENCES, sequences.size(0))), all(), all());
      INDArray byStep = time == 1 ? few.permute(0, 2, 1) : few;
      long steps = byStep.size(2);
      input =
          byStep
              .get(all(), all(), interval(Math.max(0, steps - MOST_STEPS), steps))
              .castTo(DataType.DOUBLE)
              .dup('f');
    }
  }

  /**
   * Measures on what was kept.
   *
   * @param view all parameters of the network
   */
  GradientThroughTime measure(INDArray view) {
    INDArray sequences = input;
    input = null;
    if (sequences == null) {
      return GradientThroughTime.ABSENT;
    }
    org.nd4j.linalg.api.rng.Random random = Nd4j.getRandom();
    long rootState = random.rootState();
    long nodeState = random.nodeState();
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray own = view.reshape(view.length()).get(interval(offset, offset + length));
      Layer layer = layer();
      layer.params().assign(own.reshape(1, length));
      long count = sequences.size(0);
      INDArray arrived = arriving(layer, withNearZero(sequences));
      return new GradientThroughTime(
          (int) sequences.size(2),
          slope(arrived.get(interval(0, count), all(), all()), (int) sequences.size(2)),
          slope(arrived.get(interval(count, 2 * count), all(), all()), FEWEST_STEPS));
    } finally {
      random.setStates(rootState, nodeState);
    }
  }

  /**
   * Is built for each of the few measurements, outside of workspaces, which come and go: kept, its
   * parameters would take more than the network's own.
   */
  private Layer layer() {
    INDArray parameters = Nd4j.zeros(DataType.DOUBLE, 1, length);
    Layer layer =
        configuration
            .getLayer()
            .instantiate(configuration, null, 0, parameters, false, DataType.DOUBLE);
    layer.setBackpropGradientsViewArray(Nd4j.zeros(DataType.DOUBLE, 1, length));
    return layer;
  }

  /** Adds each sequence once more, made so small that it saturates no unit. */
  private static INDArray withNearZero(INDArray sequences) {
    double largest = sequences.amaxNumber().doubleValue();
    double scale = largest > 0 ? NEAR_ZERO / largest : 0;
    return Nd4j.concat(0, sequences, sequences.mul(scale)).dup('f');
  }

  /** Returns the gradient by the input of each step. */
  private static INDArray arriving(Layer layer, INDArray sequences) {
    LayerWorkspaceMgr plain = LayerWorkspaceMgr.noWorkspaces();
    layer.setInput(sequences, plain);
    INDArray output = layer.activate(true, plain);
    INDArray gradient = Nd4j.create(DataType.DOUBLE, output.shape(), 'f');
    Random random = new Random(1);
    long last = output.size(2) - 1;
    for (int example = 0; example < output.size(0); example++) {
      for (int unit = 0; unit < output.size(1); unit++) {
        gradient.putScalar(example, unit, last, random.nextGaussian());
      }
    }
    INDArray arrived = layer.backpropGradient(gradient, plain).getSecond();
    layer.clear();
    return arrived;
  }

  /** Fits log10 of the norm at the last steps over the distance to the very last. */
  private static double slope(INDArray arrived, int steps) {
    long last = arrived.size(2) - 1;
    double meanDistance = (steps - 1) / 2.0;
    double covariance = 0;
    double variance = 0;
    for (int distance = 0; distance < steps; distance++) {
      INDArray step = arrived.get(all(), all(), point(last - distance));
      double decades = Math.log10(step.norm2Number().doubleValue());
      if (Double.isInfinite(decades) && decades < 0) {
        return Double.NEGATIVE_INFINITY;
      }
      covariance += (distance - meanDistance) * decades;
      variance += (distance - meanDistance) * (distance - meanDistance);
    }
    return covariance / variance;
  }
}
