package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.measurement.Moments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Collects what passes through one layer in one forward and backward run. */
final class LayerAudit implements ActivationTap.Observer {

  private static final double FLAT = 0.05;
  private static final double FAR = 1000;
  private static final int SAMPLES_PER_UNIT = 512;

  private final Tap tap;
  private final IActivation activation;
  private Moments weightedInput = Moments.ABSENT;
  private Moments activations = Moments.ABSENT;
  private Moments gradient = Moments.ABSENT;
  private int units;
  private long[] shape = {};
  private double saturatedShare;
  private boolean[] isDead = {};
  private double @Nullable [][] inputs;
  private double @Nullable [][] gradients;

  LayerAudit(Tap tap) {
    this.tap = tap;
    this.activation = tap.activation();
  }

  boolean wasSeen() {
    return weightedInput.isPresent() && gradient.isPresent();
  }

  @Override
  public void preActivation(INDArray z) {
    weightedInput = Moments.of(z);
    try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      shape = z.shape();
      inputs = perUnit(z, channels(z));
      measureSlopes(z, inputs);
    }
  }

  @Override
  public void activation(INDArray a) {
    activations = Moments.of(a);
  }

  @Override
  public void gradient(INDArray delta) {
    gradient = Moments.of(delta).times(1.0 / delta.size(0));
    try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      gradients = perUnit(delta, channels(delta));
    }
  }

  AuditReport.Layer row(double forwardGrowth, double backwardGrowth) {
    return new AuditReport.Layer(
        tap.name(),
        tap.isAtOutput(),
        units,
        weightedInput,
        activations,
        gradient,
        forwardGrowth,
        backwardGrowth,
        saturatedShare,
        deadShare(),
        identicalShare());
  }

  private double deadShare() {
    int dead = 0;
    for (boolean one : isDead) {
      dead += one ? 1 : 0;
    }
    return dead / (double) units;
  }

  double inputSpread() {
    return weightedInput.standardDeviation();
  }

  double gradientSpread() {
    return gradient.standardDeviation();
  }

  private void measureSlopes(INDArray z, double[][] points) {
    INDArray ones = Nd4j.ones(z.dataType(), z.shape());
    INDArray slopes = activation.backprop(z.dup(), ones).getFirst();
    double[][] perUnit = perUnit(slopes, channels(z));
    units = perUnit.length;
    isDead = new boolean[units];
    for (int unit = 0; unit < units; unit++) {
      isDead[unit] = isZero(perUnit[unit]);
    }
    saturatedShare = isBounded() ? saturated(perUnit, points) : 0;
  }

  /** Below 0 a bounded rectifier such as ReLU6 is off, which is not saturation. */
  private double saturated(double[][] slopes, double[][] points) {
    double limit = FLAT * largestSlope();
    double lowest = isRectifier() ? 0 : Double.NEGATIVE_INFINITY;
    double flat = 0;
    for (int unit = 0; unit < slopes.length; unit++) {
      for (int i = 0; i < slopes[unit].length; i++) {
        flat += points[unit][i] > lowest && Math.abs(slopes[unit][i]) < limit ? 1 : 0;
      }
    }
    return flat / ((double) slopes.length * slopes[0].length);
  }

  /** Whether it is 0 and flat everywhere below 0, near and far. */
  private boolean isRectifier() {
    INDArray below = Nd4j.createFromArray(-FAR, -1.0, -1e-3).reshape(1, 3);
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 1, 3);
    return activation.getActivation(below.dup(), false).amaxNumber().doubleValue() == 0
        && activation.backprop(below, ones).getFirst().amaxNumber().doubleValue() == 0;
  }

  /**
   * The axis of the units. Deeplearning4j turns channels-last images over before it goes back,
   * which shows in the shape, save where there are as many channels as rows and columns.
   */
  private int channels(INDArray array) {
    boolean isAsForward = Arrays.equals(array.shape(), shape);
    return tap.isChannelsLast() && isAsForward ? array.rank() - 1 : 1;
  }

  private static boolean isZero(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == 0);
  }

  private boolean isBounded() {
    INDArray far = Nd4j.createFromArray(-FAR, FAR).reshape(1, 2);
    return activation.getActivation(far, false).amaxNumber().doubleValue() < FAR / 100;
  }

  private double largestSlope() {
    INDArray points = Nd4j.linspace(DataType.DOUBLE, -6, 0.01, 1201).reshape(1, 1201);
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 1, 1201);
    return activation.backprop(points, ones).getFirst().amaxNumber().doubleValue();
  }

  /** One row per unit or channel, with at most {@value #SAMPLES_PER_UNIT} values. */
  private static double[][] perUnit(INDArray array, int channels) {
    int[] axes = new int[array.rank()];
    Arrays.setAll(axes, axis -> axis == 0 ? channels : axis <= channels ? axis - 1 : axis);
    long units = array.size(channels);
    INDArray rows = array.castTo(DataType.DOUBLE).permute(axes).dup('c');
    INDArray matrix = rows.reshape('c', units, rows.length() / units);
    double[][] values = matrix.toDoubleMatrix();
    for (int i = 0; i < values.length; i++) {
      values[i] = Arrays.copyOf(values[i], Math.min(values[i].length, SAMPLES_PER_UNIT));
    }
    return values;
  }

  double identicalShare() {
    if (inputs == null || gradients == null) {
      return Double.NaN;
    }
    return Twins.share(inputs, gradients, isDead);
  }
}
