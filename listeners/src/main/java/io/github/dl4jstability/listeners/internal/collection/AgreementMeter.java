package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.measurement.Segment;
import io.github.dl4jstability.measurement.SparseSample;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes the cosine between a flat view and itself one look earlier, on a sample of its elements.
 *
 * <p>For n sampled elements of unrelated directions it is off by about 1/√n from the cosine of all
 * elements, about 0.03 for the sample of 1024.
 */
final class AgreementMeter {
  private static final int LARGEST_SAMPLE = 1024;

  private final SparseSample sample;
  private double[] now;
  private double[] before;
  private double normBefore = Double.NaN;

  AgreementMeter(List<Segment> segments) {
    sample = new SparseSample(segments, LARGEST_SAMPLE);
    now = new double[sample.size()];
    before = new double[sample.size()];
  }

  /** Returns the cosine; NaN at the first look and where either is zero or not finite. */
  double look(INDArray view) {
    sample.read(view, now);
    double product = 0;
    double square = 0;
    for (int i = 0; i < now.length; i++) {
      product += now[i] * before[i];
      square += now[i] * now[i];
    }
    double norm = Math.sqrt(square);
    double cosine = product / (norm * normBefore);
    double[] free = before;
    before = now;
    now = free;
    normBefore = norm;
    return Math.max(-1, Math.min(1, cosine));
  }
}
