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

  private final String name;
  private final IActivation activation;
  private Moments weightedInput = Moments.ABSENT;
  private Moments activations = Moments.ABSENT;
  private Moments gradient = Moments.ABSENT;
  private int units;
  private double saturatedShare;
  private double deadShare;
  private double @Nullable [][] inputs;
  private double @Nullable [][] gradients;

  LayerAudit(String name, IActivation activation) {
    this.name = name;
    this.activation = activation;
  }

  String name() {
    return name;
  }

  boolean wasSeen() {
    return weightedInput.isPresent() && gradient.isPresent();
  }

  @Override
  public void preActivation(INDArray z) {
    weightedInput = Moments.of(z);
    try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      inputs = perUnit(z);
      measureSlopes(z);
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
      gradients = perUnit(delta);
    }
  }

  AuditReport.Layer row(double forwardGrowth, double backwardGrowth) {
    return new AuditReport.Layer(
        name,
        units,
        weightedInput,
        activations,
        gradient,
        forwardGrowth,
        backwardGrowth,
        saturatedShare,
        deadShare,
        identicalShare());
  }

  double inputSpread() {
    return weightedInput.standardDeviation();
  }

  double gradientSpread() {
    return gradient.standardDeviation();
  }

  boolean isFinite() {
    return weightedInput.isFinite() && gradient.isFinite();
  }

  private void measureSlopes(INDArray z) {
    INDArray points = z.dup();
    INDArray ones = Nd4j.ones(points.dataType(), points.shape());
    INDArray slopes = activation.backprop(points, ones).getFirst();
    double[][] perUnit = perUnit(slopes);
    long dead = Arrays.stream(perUnit).filter(LayerAudit::isZero).count();
    units = perUnit.length;
    deadShare = dead / (double) perUnit.length;
    if (isBounded()) {
      double limit = FLAT * largestSlope();
      double flat =
          Arrays.stream(perUnit)
              .flatMapToDouble(Arrays::stream)
              .filter(slope -> Math.abs(slope) < limit)
              .count();
      saturatedShare = flat / ((double) perUnit.length * perUnit[0].length);
    }
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

  /** One row per unit or channel (dimension 1), with at most {@value #SAMPLES_PER_UNIT} values. */
  private static double[][] perUnit(INDArray array) {
    int[] axes = new int[array.rank()];
    Arrays.setAll(axes, axis -> axis < 2 ? 1 - axis : axis);
    long units = array.size(1);
    INDArray rows = array.castTo(DataType.DOUBLE).permute(axes).dup('c');
    INDArray matrix = rows.reshape('c', units, rows.length() / units);
    double[][] values = matrix.toDoubleMatrix();
    for (int i = 0; i < values.length; i++) {
      values[i] = Arrays.copyOf(values[i], Math.min(values[i].length, SAMPLES_PER_UNIT));
    }
    return values;
  }

  private double identicalShare() {
    if (inputs == null || gradients == null) {
      return Double.NaN;
    }
    return Twins.share(inputs, gradients);
  }
}
