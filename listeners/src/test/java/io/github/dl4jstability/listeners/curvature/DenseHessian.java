package io.github.dl4jstability.listeners.curvature;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * A naive reference for networks in double: the whole Hessian, column by column, from the gradients
 * of the network itself. Penalties are added by hand: a curvature of λ for every parameter named.
 */
final class DenseHessian {
  private final Model model;
  private final MultiDataSet data;

  DenseHessian(Model model, MultiDataSet data) {
    this.model = model;
    this.data = data;
  }

  /** The mean gradient as Deeplearning4j computes it, without penalties. */
  double[] gradient() {
    if (model instanceof MultiLayerNetwork network) {
      network.setInput(data.getFeatures(0));
      network.setLabels(data.getLabels(0));
      if (data.hasMaskArrays()) {
        network.setLayerMaskArrays(data.getFeaturesMaskArray(0), data.getLabelsMaskArray(0));
      }
      network.computeGradientAndScore();
      network.clearLayerMaskArrays();
    } else {
      ComputationGraph graph = (ComputationGraph) model;
      graph.setInputs(data.getFeatures());
      graph.setLabels(data.getLabels());
      graph.computeGradientAndScore();
    }
    return model.getGradientsViewArray().div(data.getFeatures(0).size(0)).toDoubleVector();
  }

  /** Rows and columns of running statistics are zero. */
  double[][] matrix(double weightPenalty, double biasPenalty) {
    INDArray params = model.params();
    int size = (int) params.length();
    double[] penalties = new double[size];
    boolean[] trained = new boolean[size];
    describe(penalties, trained, weightPenalty, biasPenalty);
    double[][] hessian = new double[size][size];
    double h = 1e-5;
    for (int j = 0; j < size; j++) {
      double value = params.getDouble(j);
      params.putScalar(j, value + h);
      double[] above = gradient();
      params.putScalar(j, value - h);
      double[] below = gradient();
      params.putScalar(j, value);
      for (int i = 0; i < size; i++) {
        if (trained[i] && trained[j]) {
          hessian[i][j] = (above[i] - below[i]) / (2 * h) + (i == j ? penalties[i] : 0);
        }
      }
    }
    return hessian;
  }

  private void describe(
      double[] penalties, boolean[] trained, double weightPenalty, double biasPenalty) {
    for (Trainable part : parts()) {
      part.paramTable(false)
          .forEach(
              (name, array) -> {
                int from = (int) (array.offset() - model.params().offset());
                boolean normalization =
                    List.of("gamma", "beta", "mean", "log10stdev").contains(name);
                boolean statistic = List.of("mean", "log10stdev").contains(name);
                double penalty = normalization ? 0 : name.equals("b") ? biasPenalty : weightPenalty;
                for (int i = from; i < from + array.length(); i++) {
                  penalties[i] = penalty;
                  trained[i] = !statistic;
                }
              });
    }
  }

  private List<Trainable> parts() {
    List<Trainable> parts = new ArrayList<>();
    if (model instanceof MultiLayerNetwork network) {
      parts.addAll(List.of(network.getLayers()));
    } else {
      parts.addAll(List.of(((ComputationGraph) model).getVertices()));
    }
    return parts.stream().filter(part -> part.numParams() > 0).toList();
  }

  static double[] times(double[][] matrix, double[] vector) {
    return new Array2DRowRealMatrix(matrix, false).operate(vector);
  }

  /** All eigenvalues, descending. */
  static double[] eigenvalues(double[][] matrix) {
    int size = matrix.length;
    double[][] symmetric = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        symmetric[i][j] = (matrix[i][j] + matrix[j][i]) / 2;
      }
    }
    double[] values =
        new EigenDecomposition(new Array2DRowRealMatrix(symmetric, false)).getRealEigenvalues();
    java.util.Arrays.sort(values);
    for (int i = 0; i < size / 2; i++) {
      double swapped = values[i];
      values[i] = values[size - 1 - i];
      values[size - 1 - i] = swapped;
    }
    return values;
  }
}
