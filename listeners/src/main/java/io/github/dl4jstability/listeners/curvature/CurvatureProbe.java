package io.github.dl4jstability.listeners.curvature;

import io.github.dl4jstability.listeners.internal.curvature.Probe;
import java.time.Duration;
import java.util.List;
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
  private final Probe probe;

  private CurvatureProbe(Probe probe) {
    this.probe = probe;
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
    return new CurvatureProbe(Probe.on(model, data));
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
    return new CurvatureProbe(Probe.on(model, data));
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
    return new CurvatureProbe(Probe.on(model, minibatches));
  }

  /**
   * Moves the probe to the present parameters of the model, which costs one copy of them.
   *
   * @param model the model that the probe was made of, or one of the same configuration
   */
  public void refill(Model model) {
    probe.refill(model);
  }

  /**
   * Moves the probe to other parameters.
   *
   * @param params as many as the probe has; copied
   */
  public void moveTo(INDArray params) {
    probe.moveTo(params);
  }

  /**
   * Replaces the data.
   *
   * @param data the examples over which the loss is taken from now on; copied
   */
  public void use(DataSet data) {
    probe.use(data);
  }

  /**
   * Replaces the data.
   *
   * @param data the examples over which the loss is taken from now on; copied
   */
  public void use(MultiDataSet data) {
    probe.use(data);
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
    probe.limit(budget);
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
    probe.keepAtMost(vectors);
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
    probe.inPiecesOf(examples);
    return this;
  }

  /**
   * Evaluates in pieces that keep bounds, measured with one example first, then with more.
   *
   * @param longest the longest that a piece may take
   * @param bytes the most memory that a piece may take
   * @return the time that a gradient takes for each example
   * @throws IllegalStateException if not even one example, or one minibatch that cannot be cut,
   *     keeps them; the message has the numbers
   */
  public Duration fitPieces(Duration longest, long bytes) {
    return probe.fitPieces(longest, bytes);
  }

  /** Gives the memory back at once; nothing can be asked after that. */
  @Override
  public void close() {
    probe.close();
  }

  /**
   * Leaves out examples.
   *
   * @param examples how many stay; at least 1
   * @return this probe
   */
  public CurvatureProbe withFirst(int examples) {
    probe.withFirst(examples);
    return this;
  }

  /**
   * Returns whether a layer mixes the examples of a minibatch, as batch normalization does, so that
   * it cannot be cut without another loss.
   */
  public boolean mixesExamples() {
    return probe.mixesExamples();
  }

  /** Returns the most examples that are evaluated at once; 0 if the objective has none. */
  public int largestPiece() {
    return probe.largestPiece();
  }

  /** Returns the gradient evaluations used since the probe was made, see {@link Budget}. */
  public double gradientsUsed() {
    return probe.gradientsUsed();
  }

  /** Returns whether the budget allows no further gradient. */
  public boolean isExhausted() {
    return probe.isExhausted();
  }

  /** Returns the number of examples; 0 if the objective has none. */
  public int examples() {
    return probe.examples();
  }

  /** Returns the number of parameters, with those that training does not move. */
  public long dimension() {
    return probe.dimension();
  }

  /** Returns the number of parameters that training moves. */
  public long freedom() {
    return probe.freedom();
  }

  /** Returns the norm of all parameters. */
  public double parameterNorm() {
    return probe.parameterNorm();
  }

  /** Returns the loss at the parameters. */
  public double loss() {
    return probe.loss();
  }

  /**
   * Returns the loss at some distance from the parameters.
   *
   * @param direction where to
   * @param step multiple of the direction
   * @return the loss; may be NaN or infinite
   */
  public double lossAlong(INDArray direction, double step) {
    return probe.lossAlong(direction, step);
  }

  /** Returns the gradient of the loss at the parameters, shape [1, parameters]. */
  public INDArray gradient() {
    return probe.gradient();
  }

  /**
   * Returns the Hessian times a vector, by central differences of gradients: two gradients. Right
   * to about 1e-9 for smooth networks and 1e-7 for those with kinks.
   *
   * @param vector any vector; parts along parameters that training does not move are ignored
   * @return the product, shape [1, parameters]
   */
  public INDArray hessianVectorProduct(INDArray vector) {
    return probe.hessianVectorProduct(vector);
  }

  /**
   * Returns the curvature along a direction: vᵀHv/vᵀv.
   *
   * @param direction such as the gradient or the last update; not zero
   * @return the curvature; NaN for a direction of length 0
   */
  public double rayleighQuotient(INDArray direction) {
    return probe.rayleighQuotient(direction);
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
    return probe.rayleighQuotient(direction, parts);
  }

  /**
   * Returns the error of Hessian-vector products as their lack of symmetry tells it: |uᵀHv − vᵀHu|
   * of two random directions, relative to what products of random error would give. A smooth
   * network gives less than 1e-6; above 1e-3 kinks or something not deterministic disturb the
   * products. Products too small to matter to the loss count as large as those that would.
   */
  public double asymmetry() {
    return probe.asymmetry();
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
    return probe.extremeEigenvalues(count);
  }

  /** Returns the trace of the Hessian, by Hutch++ with 30 samples. */
  public TraceEstimate trace() {
    return probe.trace();
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
    return probe.trace(samples);
  }

  /** Returns the spectral density from 5 random directions with 30 Lanczos steps each. */
  public SpectralDensity density() {
    return probe.density();
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
    return probe.density(directions, steps);
  }

  /**
   * Returns signal and noise of the gradient, from parts of the examples: costs one gradient.
   *
   * @param parts number of parts, from 2 to the number of examples
   * @return the noise of the gradient
   */
  public GradientNoise gradientNoise(int parts) {
    return probe.gradientNoise(parts);
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
    return probe.lossChange(direction, step, parts);
  }

  /**
   * Looks for the lowest loss along a direction, with about 20 losses.
   *
   * @param direction where to; with the negative gradient, steps are learning rates
   * @param largestStep the largest multiple of the direction to try; must be positive
   * @return the loss at the steps that were tried
   */
  public LossProfile lineSearch(INDArray direction, double largestStep) {
    return probe.lineSearch(direction, largestStep);
  }

  /** Returns how the loss answers to moving one layer at a time: two losses for each layer. */
  public BallTest ballTest() {
    return probe.ballTest();
  }

  /**
   * Returns what kind of point the parameters are at.
   *
   * @return the verdict with its evidence
   * @throws ArithmeticException if the curvature is not finite
   * @throws IllegalStateException if the budget does not allow a single eigenvalue
   */
  public StationaryPoint stationaryPoint() {
    return probe.stationaryPoint();
  }
}
