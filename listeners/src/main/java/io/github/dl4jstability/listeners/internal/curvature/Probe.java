package io.github.dl4jstability.listeners.internal.curvature;

import io.github.dl4jstability.listeners.curvature.BallTest;
import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.CurvatureProbe;
import io.github.dl4jstability.listeners.curvature.ExtremeEigenvalues;
import io.github.dl4jstability.listeners.curvature.GradientNoise;
import io.github.dl4jstability.listeners.curvature.LossProfile;
import io.github.dl4jstability.listeners.curvature.SampledValue;
import io.github.dl4jstability.listeners.curvature.SpectralDensity;
import io.github.dl4jstability.listeners.curvature.StationaryPoint;
import io.github.dl4jstability.listeners.curvature.TraceEstimate;
import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import io.github.dl4jstability.listeners.internal.curvature.copy.ModelSnapshot;
import io.github.dl4jstability.listeners.internal.curvature.landscape.DescentPath;
import io.github.dl4jstability.listeners.internal.curvature.landscape.FiniteDifferenceHessian;
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
 * The work behind {@link CurvatureProbe}, which documents it, on any {@link Objective} and at any
 * {@link Pace}.
 */
public final class Probe implements AutoCloseable {
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

  private Probe(Objective source, INDArray point) {
    this.source = source;
    this.objective = new MeteredObjective(source, meter, 1);
    this.point = Vectors.copy(point);
    long fitting = BASIS_BYTES / (Double.BYTES * point.length());
    this.vectors = (int) Math.max(LEAST_VECTORS, Math.min(MOST_VECTORS, fitting));
  }

  /** Makes a probe of a model. */
  public static Probe on(Model model, DataSet data) {
    if (data == null) {
      throw new IllegalArgumentException("data must not be null, was null");
    }
    BatchCheck.requireArrays(data.getFeatures(), data.getLabels());
    return on(model, data.toMultiDataSet());
  }

  /** Makes a probe of a model. */
  public static Probe on(Model model, MultiDataSet data) {
    BatchCheck.require(data);
    return on(model, List.of(data));
  }

  /** Makes a probe of a model over several minibatches, which may differ in shape. */
  public static Probe on(Model model, List<? extends MultiDataSet> minibatches) {
    if (minibatches.isEmpty()) {
      throw new IllegalArgumentException("data must have examples, had none");
    }
    minibatches.forEach(BatchCheck::require);
    return on(ModelSnapshot.of(model), minibatches);
  }

  /** Makes a probe of a snapshot, on any thread. */
  public static Probe on(ModelSnapshot snapshot, List<? extends MultiDataSet> minibatches) {
    return new Probe(NetworkObjective.of(snapshot, minibatches), snapshot.params());
  }

  /** Makes a probe of any function with a gradient. */
  public static Probe on(Objective objective, INDArray point) {
    if (point.length() != objective.dimension()) {
      throw new IllegalArgumentException(
          "point must have length " + objective.dimension() + ", had " + point.length());
    }
    return new Probe(objective, point);
  }

  /** Moves the probe to the present parameters of the model, which costs one copy of them. */
  public void refill(Model model) {
    moveTo(model.params());
    if (source instanceof NetworkObjective network) {
      network.at(model);
    }
  }

  /** Moves the probe to other parameters. */
  public void moveTo(INDArray params) {
    requireLength("params", params);
    point.assign(params.reshape(1, params.length()));
  }

  /** Replaces the data. */
  public void use(DataSet data) {
    BatchCheck.requireArrays(data.getFeatures(), data.getLabels());
    use(data.toMultiDataSet());
  }

  /** Replaces the data. */
  public void use(MultiDataSet data) {
    if (!(source instanceof NetworkObjective network)) {
      throw new IllegalStateException("only a probe of a model has data");
    }
    BatchCheck.require(data);
    source = network.over(List.of(data));
    objective = new MeteredObjective(source, meter, 1);
  }

  /** Bounds the work from now on. */
  public Probe limit(Budget budget) {
    meter.start(budget);
    return this;
  }

  /**
   * Bounds the vectors of parameter length that Lanczos keeps; with fewer than it needs it restarts
   * and takes more products.
   */
  public Probe keepAtMost(int vectors) {
    if (vectors < 6) {
      throw new IllegalArgumentException("vectors must be at least 6, was " + vectors);
    }
    this.vectors = vectors;
    return this;
  }

  /**
   * Sets the pace: it is asked before each piece of work, and the time of a {@link Budget} is the
   * time that it says was worked.
   */
  public Probe pacedBy(Pace pace) {
    if (source instanceof NetworkObjective network) {
      network.pacedBy(pace);
    }
    meter.timedBy(pace::workedNanos);
    return this;
  }

  /**
   * Evaluates in pieces: larger minibatches are cut and smaller ones of the same shapes joined,
   * unless a layer mixes the examples of a minibatch ({@link #mixesExamples()}).
   */
  public Probe inPiecesOf(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException("examples must be at least 1, was " + examples);
    }
    if (source instanceof NetworkObjective network) {
      use(network.inPiecesOf(examples));
    }
    return this;
  }

  /** Evaluates in pieces that keep bounds, see {@link PieceSizes}. */
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

  /** Leaves out examples. */
  public Probe withFirst(int examples) {
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

  /** Returns the loss at some distance from the parameters. */
  public double lossAlong(INDArray direction, double step) {
    return around().lossAt(step, inside("direction", direction));
  }

  /** Returns the gradient of the loss at the parameters, shape [1, parameters]. */
  public INDArray gradient() {
    return Vectors.copy(objective.gradient(point));
  }

  /** Returns the Hessian times a vector, by central differences of gradients: two gradients. */
  public INDArray hessianVectorProduct(INDArray vector) {
    INDArray product = Vectors.zeros(dimension());
    hessian().multiply(inside("vector", vector), product);
    return product;
  }

  /** Returns the curvature along a direction: vᵀHv/vᵀv. */
  public double rayleighQuotient(INDArray direction) {
    INDArray inside = inside("direction", direction);
    INDArray product = Vectors.zeros(dimension());
    hessian().multiply(inside, product);
    return Vectors.dot(inside, product) / Vectors.dot(inside, inside);
  }

  /** Returns the curvature along a direction over parts of the examples. */
  public SampledValue rayleighQuotient(INDArray direction, int parts) {
    return parts(parts).rayleighQuotient(inside("direction", direction));
  }

  /**
   * Returns the error of Hessian-vector products as their lack of symmetry tells it: |uᵀHv − vᵀHu|
   * of two random directions, relative to what products of random error would give.
   */
  public double asymmetry() {
    return new SymmetryCheck(hessian(), Scale.of(loss(), parameterNorm()).curvature())
        .asymmetry(new SplittableRandom(SEED));
  }

  /** Returns the extreme eigenvalues of the Hessian with their eigenvectors, by Lanczos. */
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

  /** Returns the trace of the Hessian, by Hutch++: at most two products for each sample. */
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

  /** Returns the spectral density, by stochastic Lanczos quadrature. */
  public SpectralDensity density(int directions, int steps) {
    if (directions < 1 || steps < 1) {
      throw new IllegalArgumentException(
          "directions and steps must be at least 1, were " + directions + " and " + steps);
    }
    return new LanczosQuadrature(hessian(), new SplittableRandom(SEED)).density(directions, steps);
  }

  /** Returns signal and noise of the gradient, from parts of the examples: costs one gradient. */
  public GradientNoise gradientNoise(int parts) {
    return parts(parts).gradientNoise();
  }

  /** Returns how the loss changes at some distance, over parts of the examples. */
  public SampledValue lossChange(INDArray direction, double step, int parts) {
    return parts(parts).lossChange(step, inside("direction", direction));
  }

  /** Looks for the lowest loss along a direction, with about 20 losses. */
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

  /** Returns what kind of point the parameters are at. */
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
