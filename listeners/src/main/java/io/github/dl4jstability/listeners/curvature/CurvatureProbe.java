package io.github.dl4jstability.listeners.curvature;

import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import io.github.dl4jstability.listeners.internal.curvature.copy.ModelSnapshot;
import io.github.dl4jstability.listeners.internal.curvature.landscape.DescentPath;
import io.github.dl4jstability.listeners.internal.curvature.landscape.FiniteDifferenceHessian;
import io.github.dl4jstability.listeners.internal.curvature.landscape.PointClassifier;
import io.github.dl4jstability.listeners.internal.curvature.landscape.Scale;
import io.github.dl4jstability.listeners.internal.curvature.landscape.SubBatches;
import io.github.dl4jstability.listeners.internal.curvature.landscape.Surroundings;
import io.github.dl4jstability.listeners.internal.curvature.objective.MeteredObjective;
import io.github.dl4jstability.listeners.internal.curvature.objective.NetworkObjective;
import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import io.github.dl4jstability.listeners.internal.curvature.objective.Pace;
import io.github.dl4jstability.listeners.internal.curvature.objective.PieceSizes;
import io.github.dl4jstability.listeners.internal.curvature.objective.SampledObjective;
import io.github.dl4jstability.listeners.internal.curvature.objective.WorkMeter;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.HutchPlusPlus;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Lanczos;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.LanczosQuadrature;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.SymmetricOperator;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.SymmetryCheck;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Measures the curvature of the training loss at the present parameters of a model, on a copy in
 * double. Model, data and the thread's random generator stay as they are, and listeners of the
 * model are not called, so it can be used between two iterations of a training (in {@code
 * iterationDone}, not in {@code onForwardPass}).
 *
 * <p>The loss is the training's: the mean over the examples plus l1, l2 and weight decay, without
 * dropout and weight noise, with the batch's own statistics in batch normalization, and with
 * backpropagation through the whole given sequences from a zero state, also where training
 * truncates it. Parameters that training does not move (frozen layers, running statistics) are left
 * out: their gradient and curvature are zero.
 *
 * <pre>{@code
 * CurvatureProbe probe = CurvatureProbe.on(network, batch);
 * StationaryPoint point = probe.stationaryPoint();
 * double sharpness = probe.extremeEigenvalues(1).largest().get(0).value();
 * }</pre>
 *
 * <p>Directions have shape [1, parameters] (any shape of that length is accepted), in the order of
 * {@code params()}; results are in double.
 *
 * <p>Memory: three times the parameters in double (copy, gradient, the point itself), the data in
 * double, the activations of one pass, and the vectors of the method in use: {@link
 * #keepAtMost(int)} bounds those of Lanczos. Cost: a Hessian-vector product is two gradients.
 *
 * <p>Not thread-safe; all evaluations happen on the calling thread.
 */
public final class CurvatureProbe implements AutoCloseable {
  private static final long SEED = 1_905_0528;

  /** More vectors than this hardly speed up convergence. */
  private static final int MOST_VECTORS = 100;

  /** Fewer leave a restart too little to go on with. */
  private static final int LEAST_VECTORS = 12;

  private static final long BASIS_BYTES = 512L << 20;
  private static final int MOST_PRODUCTS = 300;
  private static final int PARTS = 8;
  private static final int TRACE_SAMPLES = 30;
  private static final int DENSITY_DIRECTIONS = 5;
  private static final int DENSITY_STEPS = 30;

  private final WorkMeter meter = new WorkMeter();
  private final INDArray point;
  private Objective source;
  private MeteredObjective objective;
  private int vectors;

  private CurvatureProbe(Objective source, INDArray point) {
    this.source = source;
    this.objective = new MeteredObjective(source, meter, 1);
    this.point = Vectors.copy(point);
    long fitting = BASIS_BYTES / (Double.BYTES * point.length());
    this.vectors = (int) Math.max(LEAST_VECTORS, Math.min(MOST_VECTORS, fitting));
  }

  /**
   * Makes a probe of a model.
   *
   * @param model an initialized {@code MultiLayerNetwork} or {@code ComputationGraph} with a loss
   * @param data the examples over which the loss is taken; copied
   * @return the probe, at the model's present parameters
   * @throws IllegalArgumentException if the model is not initialized or has no loss, or the data
   *     have no rows, no labels, other shapes than the model, or masks that do not fit
   */
  public static CurvatureProbe on(Model model, DataSet data) {
    if (data == null) {
      throw new IllegalArgumentException("data must not be null, was null");
    }
    BatchCheck.requireArrays(data.getFeatures(), data.getLabels());
    return on(model, data.toMultiDataSet());
  }

  /**
   * Makes a probe of a model.
   *
   * @param model an initialized {@code MultiLayerNetwork} or {@code ComputationGraph} with a loss
   * @param data the examples over which the loss is taken; copied
   * @return the probe, at the model's present parameters
   * @throws IllegalArgumentException as {@link #on(Model, DataSet)}
   */
  public static CurvatureProbe on(Model model, MultiDataSet data) {
    BatchCheck.require(data);
    return on(model, List.of(data));
  }

  /**
   * Makes a probe of a model over several minibatches, which may differ in shape. Each is evaluated
   * by itself, so that batch normalization takes its statistics from each, as in training.
   *
   * @param model an initialized {@code MultiLayerNetwork} or {@code ComputationGraph} with a loss
   * @param minibatches the examples over which the loss is taken; copied
   * @return the probe, at the model's present parameters
   * @throws IllegalArgumentException as {@link #on(Model, DataSet)}
   */
  public static CurvatureProbe on(Model model, List<? extends MultiDataSet> minibatches) {
    if (minibatches.isEmpty()) {
      throw new IllegalArgumentException("data must have examples, had none");
    }
    minibatches.forEach(BatchCheck::require);
    return on(ModelSnapshot.of(model), minibatches);
  }

  /**
   * Makes a probe of a snapshot, on any thread.
   *
   * @param snapshot what was taken of a model; this probe uses its parameters
   * @param minibatches the examples over which the loss is taken; copied
   * @return the probe, at the parameters of the snapshot
   * @throws IllegalArgumentException as {@link #on(Model, DataSet)}
   */
  public static CurvatureProbe on(
      ModelSnapshot snapshot, List<? extends MultiDataSet> minibatches) {
    return new CurvatureProbe(NetworkObjective.of(snapshot, minibatches), snapshot.params());
  }

  /**
   * Makes a probe of any function with a gradient.
   *
   * @param objective the function
   * @param point where to look, of length {@link Objective#dimension()}; copied
   * @return the probe
   */
  public static CurvatureProbe on(Objective objective, INDArray point) {
    if (point.length() != objective.dimension()) {
      throw new IllegalArgumentException(
          "point must have length " + objective.dimension() + ", had " + point.length());
    }
    return new CurvatureProbe(objective, point);
  }

  /**
   * Moves the probe to the present parameters of the model, which costs one copy of them.
   *
   * @param model the model that the probe was made of, or one of the same configuration
   */
  public void refill(Model model) {
    moveTo(model.params());
    if (source instanceof NetworkObjective network) {
      network.at(model);
    }
  }

  /**
   * Moves the probe to other parameters.
   *
   * @param params as many as the probe has; copied
   */
  public void moveTo(INDArray params) {
    requireLength("params", params);
    point.assign(params.reshape(1, params.length()));
  }

  /**
   * Replaces the data.
   *
   * @param data the examples over which the loss is taken from now on; copied
   */
  public void use(DataSet data) {
    BatchCheck.requireArrays(data.getFeatures(), data.getLabels());
    use(data.toMultiDataSet());
  }

  /**
   * Replaces the data.
   *
   * @param data the examples over which the loss is taken from now on; copied
   */
  public void use(MultiDataSet data) {
    if (!(source instanceof NetworkObjective network)) {
      throw new IllegalStateException("only a probe of a model has data");
    }
    BatchCheck.require(data);
    source = network.over(List.of(data));
    objective = new MeteredObjective(source, meter, 1);
  }

  /**
   * Bounds the work from now on. Methods that iterate end with what they have when it is used up,
   * or when the thread is interrupted, and say so in their result; single evaluations are always
   * done.
   *
   * @param budget the bounds
   * @return this probe
   */
  public CurvatureProbe limit(Budget budget) {
    meter.start(budget);
    return this;
  }

  /**
   * Bounds the vectors of parameter length that Lanczos keeps; with fewer than it needs it restarts
   * and takes more products. Without this call as many as fit in 512 MB, between 12 and 100.
   *
   * @param vectors at least 6
   * @return this probe
   */
  public CurvatureProbe keepAtMost(int vectors) {
    if (vectors < 6) {
      throw new IllegalArgumentException("vectors must be at least 6, was " + vectors);
    }
    this.vectors = vectors;
    return this;
  }

  /**
   * Sets the pace: it is asked before each piece of work, and the time of a {@link Budget} is the
   * time that it says was worked.
   *
   * @param pace the pace; for probes of a model
   * @return this probe
   */
  public CurvatureProbe pacedBy(Pace pace) {
    if (source instanceof NetworkObjective network) {
      network.pacedBy(pace);
    }
    meter.timedBy(pace::workedNanos);
    return this;
  }

  /**
   * Evaluates in pieces: larger minibatches are cut and smaller ones of the same shapes joined,
   * unless a layer mixes the examples of a minibatch ({@link #mixesExamples()}). The loss stays the
   * same.
   *
   * @param examples most examples that are evaluated at once; at least 1
   * @return this probe
   */
  public CurvatureProbe inPiecesOf(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException("examples must be at least 1, was " + examples);
    }
    if (source instanceof NetworkObjective network) {
      use(network.inPiecesOf(examples));
    }
    return this;
  }

  /**
   * Evaluates in pieces that keep bounds, see {@link PieceSizes}.
   *
   * @param longest the longest that a piece may take
   * @param bytes the most memory that a piece may take
   * @return the time that a gradient takes for each example
   * @throws IllegalStateException if not even one example, or one minibatch that cannot be cut,
   *     keeps them; the message has the numbers
   */
  public Duration fitPieces(Duration longest, long bytes) {
    if (!(source instanceof NetworkObjective network)) {
      throw new IllegalStateException("only a probe of a model has pieces");
    }
    PieceSizes sizes = PieceSizes.measure(network, point, longest, bytes);
    inPiecesOf(sizes.examples());
    return sizes.timePerExample();
  }

  /** Gives the memory back at once; nothing can be asked after that. */
  @Override
  public void close() {
    if (source instanceof NetworkObjective network) {
      network.close();
    }
    Vectors.free(point);
  }

  /**
   * Leaves out examples.
   *
   * @param examples how many stay; at least 1
   * @return this probe
   */
  public CurvatureProbe withFirst(int examples) {
    if (source instanceof NetworkObjective network && examples < network.examples()) {
      use(network.over(0, examples));
    }
    return this;
  }

  private void use(NetworkObjective network) {
    source = network;
    objective = new MeteredObjective(source, meter, 1);
  }

  /**
   * Returns whether a layer mixes the examples of a minibatch, as batch normalization does, so that
   * it cannot be cut without another loss.
   */
  public boolean mixesExamples() {
    return source instanceof NetworkObjective network && network.mixesExamples();
  }

  /** Returns the most examples that are evaluated at once; 0 if the objective has none. */
  public int largestPiece() {
    return source instanceof NetworkObjective network ? network.largestPiece() : 0;
  }

  /** Returns the gradient evaluations used since the probe was made, see {@link Budget}. */
  public double gradientsUsed() {
    return meter.total();
  }

  /** Returns whether the budget allows no further gradient. */
  public boolean isExhausted() {
    return !meter.allows(WorkMeter.GRADIENT);
  }

  /** Returns the number of examples; 0 if the objective has none. */
  public int examples() {
    return source instanceof SampledObjective sampled ? sampled.examples() : 0;
  }

  /** Returns the number of parameters, with those that training does not move. */
  public long dimension() {
    return objective.dimension();
  }

  /** Returns the number of parameters that training moves. */
  public long freedom() {
    return objective.freedom();
  }

  /** Returns the norm of all parameters. */
  public double parameterNorm() {
    return Vectors.norm(point);
  }

  /** Returns the loss at the parameters. */
  public double loss() {
    return objective.loss(point);
  }

  /**
   * Returns the loss at some distance from the parameters.
   *
   * @param direction where to
   * @param step multiple of the direction
   * @return the loss; may be NaN or infinite
   */
  public double lossAlong(INDArray direction, double step) {
    return around().lossAt(step, inside("direction", direction));
  }

  /** Returns the gradient of the loss at the parameters, shape [1, parameters]. */
  public INDArray gradient() {
    return Vectors.copy(objective.gradient(point));
  }

  /**
   * Returns the Hessian times a vector, by central differences of gradients: two gradients. Right
   * to about 1e-9 for smooth networks and 1e-7 for those with kinks.
   *
   * @param vector any vector; parts along parameters that training does not move are ignored
   * @return the product, shape [1, parameters]
   */
  public INDArray hessianVectorProduct(INDArray vector) {
    INDArray product = Vectors.zeros(dimension());
    hessian().multiply(inside("vector", vector), product);
    return product;
  }

  /**
   * Returns the curvature along a direction: vᵀHv/vᵀv.
   *
   * @param direction such as the gradient or the last update; not zero
   * @return the curvature; NaN for a direction of length 0
   */
  public double rayleighQuotient(INDArray direction) {
    INDArray inside = inside("direction", direction);
    INDArray product = Vectors.zeros(dimension());
    hessian().multiply(inside, product);
    return Vectors.dot(inside, product) / Vectors.dot(inside, inside);
  }

  /**
   * Returns the curvature along a direction over parts of the examples. It costs as much as {@link
   * #rayleighQuotient} and tells how well that is known. (Batch normalization has other statistics
   * in each part.)
   *
   * @param direction such as an eigenvector; not zero
   * @param parts number of parts, from 2 to the number of examples
   * @return mean and standard error
   */
  public SampledValue rayleighQuotient(INDArray direction, int parts) {
    return parts(parts).rayleighQuotient(inside("direction", direction));
  }

  /**
   * Returns the error of Hessian-vector products as their lack of symmetry tells it: |uᵀHv − vᵀHu|
   * of two random directions, relative to what products of random error would give. A smooth
   * network gives less than 1e-6; above 1e-3 kinks or something not deterministic disturb the
   * products. Products too small to matter to the loss count as large as those that would.
   */
  public double asymmetry() {
    return new SymmetryCheck(hessian(), Scale.of(loss(), parameterNorm()).curvature())
        .asymmetry(new SplittableRandom(SEED));
  }

  /**
   * Returns the extreme eigenvalues of the Hessian with their eigenvectors, by Lanczos. A multiple
   * eigenvalue may appear once.
   *
   * @param count how many at each end; at least 1
   * @return both ends; within 5e-6 of their own size if converged
   * @throws ArithmeticException if the curvature is not finite
   */
  public ExtremeEigenvalues extremeEigenvalues(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, was " + count);
    }
    return new Lanczos(hessian(), vectors, MOST_PRODUCTS, new SplittableRandom(SEED))
        .extremes(count);
  }

  /** Returns the trace of the Hessian, by Hutch++ with 30 samples. */
  public TraceEstimate trace() {
    return trace(TRACE_SAMPLES);
  }

  /**
   * Returns the trace of the Hessian, by Hutch++: at most two products for each sample. It is exact
   * for models with no more parameters than samples.
   *
   * @param samples number of random vectors, and of steps to the space on which the trace is exact;
   *     at least 2
   * @return the estimate with its standard error
   */
  public TraceEstimate trace(int samples) {
    if (samples < 2) {
      throw new IllegalArgumentException("samples must be at least 2, was " + samples);
    }
    return new HutchPlusPlus(hessian(), new SplittableRandom(SEED)).trace(samples, vectors);
  }

  /** Returns the spectral density from 5 random directions with 30 Lanczos steps each. */
  public SpectralDensity density() {
    return density(DENSITY_DIRECTIONS, Math.min(DENSITY_STEPS, vectors));
  }

  /**
   * Returns the spectral density, by stochastic Lanczos quadrature.
   *
   * @param directions number of random directions; at least 1
   * @param steps Lanczos steps from each; at least 1
   * @return the density over the parameters that training moves
   * @throws ArithmeticException if the curvature is not finite
   */
  public SpectralDensity density(int directions, int steps) {
    if (directions < 1 || steps < 1) {
      throw new IllegalArgumentException(
          "directions and steps must be at least 1, were " + directions + " and " + steps);
    }
    return new LanczosQuadrature(hessian(), new SplittableRandom(SEED)).density(directions, steps);
  }

  /**
   * Returns signal and noise of the gradient, from parts of the examples: costs one gradient.
   *
   * @param parts number of parts, from 2 to the number of examples
   * @return the noise of the gradient
   */
  public GradientNoise gradientNoise(int parts) {
    return parts(parts).gradientNoise();
  }

  /**
   * Returns how the loss changes at some distance, over parts of the examples.
   *
   * @param direction where to
   * @param step multiple of the direction
   * @param parts number of parts, from 2 to the number of examples
   * @return the loss there less the loss here, mean and standard error
   */
  public SampledValue lossChange(INDArray direction, double step, int parts) {
    return parts(parts).lossChange(step, inside("direction", direction));
  }

  /**
   * Looks for the lowest loss along a direction, with about 20 losses.
   *
   * @param direction where to; with the negative gradient, steps are learning rates
   * @param largestStep the largest multiple of the direction to try; must be positive
   * @return the loss at the steps that were tried
   */
  public LossProfile lineSearch(INDArray direction, double largestStep) {
    return lineSearch(inside("direction", direction), largestStep, loss());
  }

  public LossProfile lineSearch(INDArray direction, double largestStep, double lossHere) {
    if (!(largestStep > 0)) {
      throw new IllegalArgumentException("largestStep must be positive, was " + largestStep);
    }
    return around().along(direction, largestStep, lossHere);
  }

  public LossProfile along(DescentPath path, double lossHere) {
    return around().along(path, lossHere);
  }

  /** Returns how the loss answers to moving one layer at a time: two losses for each layer. */
  public BallTest ballTest() {
    return around().ball(loss(), new SplittableRandom(SEED));
  }

  /**
   * Returns what kind of point the parameters are at.
   *
   * @return the verdict with its evidence
   * @throws ArithmeticException if the curvature is not finite
   * @throws IllegalStateException if the budget does not allow a single eigenvalue
   */
  public StationaryPoint stationaryPoint() {
    return new PointClassifier(this).classify();
  }

  public SymmetricOperator hessian() {
    return new FiniteDifferenceHessian(objective, point, meter);
  }

  /** With too few examples for a spread, NaN. */
  public SampledValue overParts(INDArray direction) {
    return examples() < 2 * PARTS
        ? new SampledValue(Double.NaN, Double.NaN, 0)
        : parts(PARTS).rayleighQuotient(direction);
  }

  private SubBatches parts(int count) {
    if (!(source instanceof SampledObjective sampled)) {
      throw new IllegalStateException("the objective has no examples to divide");
    }
    return new SubBatches(sampled, count, point, meter);
  }

  private Surroundings around() {
    return new Surroundings(objective, point, meter);
  }

  /** A copy in double without the coordinates that training does not move. */
  private INDArray inside(String name, INDArray vector) {
    requireLength(name, vector);
    INDArray inside = Vectors.copy(vector);
    objective.restrict(inside);
    return inside;
  }

  private void requireLength(String name, INDArray vector) {
    if (vector.length() != dimension()) {
      throw new IllegalArgumentException(
          name + " must have length " + dimension() + ", had " + vector.length());
    }
  }
}
