package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Regressions, whose Hessians are known in closed form. */
class AnalyticHessianTest {
  private static final int EXAMPLES = 30;
  private static final int INPUTS = 4;

  private final INDArray features = ProbedNetworks.normal(1, EXAMPLES, INPUTS);

  @Test
  void shouldGiveTheHessianOfLinearRegression() {
    // given
    int outputs = 2;
    MultiLayerNetwork network = regression(LossFunction.MSE, Activation.IDENTITY, outputs);
    INDArray labels = ProbedNetworks.normal(2, EXAMPLES, outputs);
    // when: 2/(N·nOut)·XᵀX for each output
    double[][][] weights = new double[EXAMPLES][outputs][outputs];
    for (double[][] weight : weights) {
      weight[0][0] = 2.0 / outputs;
      weight[1][1] = 2.0 / outputs;
    }
    // then
    verify(network, labels, weights);
  }

  @Test
  void shouldGiveTheHessianOfLogisticRegression() {
    MultiLayerNetwork network = regression(LossFunction.XENT, Activation.SIGMOID, 1);
    INDArray probability = network.output(features);
    double[][][] weights = new double[EXAMPLES][1][1];
    for (int i = 0; i < EXAMPLES; i++) {
      double p = probability.getDouble(i, 0);
      weights[i][0][0] = p * (1 - p);
    }
    verify(network, ProbedNetworks.classes(EXAMPLES, 2).getColumn(0, true), weights);
  }

  @Test
  void shouldGiveTheHessianOfSoftmaxRegression() {
    MultiLayerNetwork network = regression(LossFunction.MCXENT, Activation.SOFTMAX, 3);
    INDArray probability = network.output(features);
    double[][][] weights = new double[EXAMPLES][3][3];
    for (int i = 0; i < EXAMPLES; i++) {
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          double p = probability.getDouble(i, a);
          weights[i][a][b] = (a == b ? p : 0) - p * probability.getDouble(i, b);
        }
      }
    }
    verify(network, ProbedNetworks.classes(EXAMPLES, 3), weights);
  }

  /** H couples outputs a and b by (1/N)Σᵢ weights[i][a][b]·xᵢxᵢᵀ, where x ends with a 1. */
  private void verify(MultiLayerNetwork network, INDArray labels, double[][][] weights) {
    int outputs = weights[0].length;
    int size = (INPUTS + 1) * outputs;
    double[][] exact = new double[size][size];
    for (int i = 0; i < EXAMPLES; i++) {
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          exact[row][column] +=
              weights[i][output(row, outputs)][output(column, outputs)]
                  * input(i, row, outputs)
                  * input(i, column, outputs)
                  / EXAMPLES;
        }
      }
    }
    CurvatureProbe probe = CurvatureProbe.on(network, new DataSet(features, labels));
    for (int column = 0; column < size; column++) {
      INDArray unit = Nd4j.zeros(1, size);
      unit.putScalar(column, 1);
      assertThat(probe.hessianVectorProduct(unit).toDoubleVector())
          .containsExactly(exact[column], within(1e-8));
    }
    double[] spectrum = DenseHessian.eigenvalues(exact);
    ExtremeEigenvalues ends = probe.extremeEigenvalues(1);
    assertThat(ends.largest().get(0).value()).isCloseTo(spectrum[0], within(1e-7));
    assertThat(ends.smallest().get(0).value()).isCloseTo(spectrum[size - 1], within(1e-7));
  }

  /** Weights lie column by column, one column for each output, then the biases. */
  private static int output(int parameter, int outputs) {
    return parameter < INPUTS * outputs ? parameter / INPUTS : parameter - INPUTS * outputs;
  }

  private double input(int example, int parameter, int outputs) {
    return parameter < INPUTS * outputs ? features.getDouble(example, parameter % INPUTS) : 1;
  }

  private static MultiLayerNetwork regression(
      LossFunction loss, Activation activation, int outputs) {
    return ProbedNetworks.initialized(
        new MultiLayerNetwork(
            ProbedNetworks.common()
                .list()
                .layer(new OutputLayer.Builder(loss).nOut(outputs).activation(activation).build())
                .setInputType(InputType.feedForward(INPUTS))
                .build()));
  }
}
