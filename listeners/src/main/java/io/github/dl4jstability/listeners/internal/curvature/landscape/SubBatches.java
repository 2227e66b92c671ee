package io.github.dl4jstability.listeners.internal.curvature.landscape;

import io.github.dl4jstability.listeners.curvature.GradientNoise;
import io.github.dl4jstability.listeners.curvature.SampledValue;
import io.github.dl4jstability.listeners.internal.curvature.objective.MeteredObjective;
import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import io.github.dl4jstability.listeners.internal.curvature.objective.SampledObjective;
import io.github.dl4jstability.listeners.internal.curvature.objective.WorkMeter;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Equal parts of the examples; what does not divide evenly is left out. */
public final class SubBatches {
  private final List<Objective> parts = new ArrayList<>();
  private final int examplesPerPart;
  private final INDArray point;
  private final WorkMeter meter;

  public SubBatches(SampledObjective objective, int count, INDArray point, WorkMeter meter) {
    if (count < 2 || count > objective.examples()) {
      throw new IllegalArgumentException(
          "parts must be between 2 and the number of examples, "
              + objective.examples()
              + ", was "
              + count);
    }
    this.point = point;
    this.meter = meter;
    this.examplesPerPart = objective.examples() / count;
    double share = (double) examplesPerPart / objective.examples();
    for (int i = 0; i < count; i++) {
      Objective part = objective.over(i * examplesPerPart, (i + 1) * examplesPerPart);
      parts.add(new MeteredObjective(part, meter, share));
    }
  }

  public GradientNoise gradientNoise() {
    INDArray mean = Vectors.zeros(point.length());
    double squares = 0;
    for (Objective part : parts) {
      INDArray gradient = part.gradient(point);
      squares += Vectors.dot(gradient, gradient);
      Vectors.addTo(mean, 1.0 / parts.size(), gradient);
    }
    double squaredMean = Vectors.dot(mean, mean);
    Vectors.free(mean);
    int count = parts.size();
    double spread = Math.max(0, (squares - count * squaredMean) / (count - 1));
    return new GradientNoise(
        spread * examplesPerPart, squaredMean - spread / count, count, examplesPerPart);
  }

  /** vᵀHv over each part. */
  public SampledValue rayleighQuotient(INDArray direction) {
    INDArray product = Vectors.zeros(point.length());
    double squaredLength = Vectors.dot(direction, direction);
    double[] values = new double[parts.size()];
    for (int i = 0; i < values.length; i++) {
      new FiniteDifferenceHessian(parts.get(i), point, meter).multiply(direction, product);
      values[i] = Vectors.dot(direction, product) / squaredLength;
    }
    Vectors.free(product);
    return SampledValue.of(values);
  }

  /** The loss over each part at a distance from the point, less the loss at the point. */
  public SampledValue lossChange(double step, INDArray direction) {
    double[] values = new double[parts.size()];
    for (int i = 0; i < values.length; i++) {
      Surroundings around = new Surroundings(parts.get(i), point, meter);
      values[i] = around.lossAt(step, direction) - parts.get(i).loss(point);
    }
    return SampledValue.of(values);
  }
}
