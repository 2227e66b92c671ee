package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OrthogonalTest {

  private static INDArray init(
      StructuredInit scheme, KernelLayout layout, DataType type, char order, long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return scheme.init(layout, shape, order, Nd4j.create(type, 1, length));
  }

  /** max |QQᵀ − gain²I| over the smaller side, in double precision. */
  private static double gramError(INDArray matrix, double gain) {
    INDArray q = matrix.castTo(DataType.DOUBLE);
    INDArray wide = q.rows() <= q.columns() ? q : q.transpose();
    INDArray gram = wide.mmul(wide.transpose());
    return gram.sub(Nd4j.eye(gram.rows()).castTo(DataType.DOUBLE).mul(gain * gain))
        .amaxNumber()
        .doubleValue();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,7", "7,1", "24,24", "128,64", "64,128", "100,300", "513,257", "1024,1024"})
  void shouldBeOrthogonalWhenDense(long in, long out) {
    for (char order : new char[] {'f', 'c'}) {
      INDArray single = init(new Orthogonal(), KernelLayout.DENSE, DataType.FLOAT, order, in, out);
      INDArray doubled =
          init(new Orthogonal(1.5), KernelLayout.DENSE, DataType.DOUBLE, order, in, out);

      assertThat(gramError(single, 1)).isLessThan(1e-6);
      assertThat(gramError(doubled, 1.5)).isLessThan(1e-12);
    }
  }

  @Test
  void shouldFlattenAroundTheOutputsWhenConvolution() {
    INDArray conv =
        init(new Orthogonal(), KernelLayout.CONVOLUTION, DataType.DOUBLE, 'c', 8, 3, 3, 3);
    INDArray cube =
        init(new Orthogonal(), KernelLayout.CONVOLUTION, DataType.DOUBLE, 'c', 40, 2, 2, 3, 2);
    INDArray deconv =
        init(new Orthogonal(), KernelLayout.DECONVOLUTION, DataType.DOUBLE, 'c', 6, 5, 2, 2);
    INDArray deconv3d =
        init(new Orthogonal(), KernelLayout.DECONVOLUTION_3D, DataType.DOUBLE, 'c', 2, 2, 2, 5, 7);

    assertThat(gramError(conv.reshape('c', 8, 27), 1)).isLessThan(1e-12);
    assertThat(gramError(cube.reshape('c', 40, 24), 1)).isLessThan(1e-12);
    assertThat(gramError(deconv.reshape('c', 6, 20), 1)).isLessThan(1e-12);
    assertThat(gramError(deconv3d.reshape('c', 40, 7), 1)).isLessThan(1e-12);
  }

  @Test
  void shouldDrawOneMatrixPerChannelOrPositionWhenTheseAreSeparate() {
    INDArray depthwise =
        init(new Orthogonal(), KernelLayout.DEPTHWISE, DataType.DOUBLE, 'c', 3, 3, 5, 4);
    INDArray separable =
        init(new Orthogonal(), KernelLayout.SEPARABLE_DEPTHWISE, DataType.DOUBLE, 'c', 4, 5, 3, 3);
    INDArray local =
        init(new Orthogonal(), KernelLayout.LOCALLY_CONNECTED, DataType.DOUBLE, 'c', 6, 9, 4);
    INDArray heads =
        init(new Orthogonal(), KernelLayout.PROJECTION, DataType.DOUBLE, 'c', 4, 8, 32);

    for (int channel = 0; channel < 5; channel++) {
      INDArray one = depthwise.get(all(), all(), interval(channel, channel + 1), all()).dup('c');
      assertThat(gramError(one.reshape('c', 9, 4), 1)).isLessThan(1e-12);
      INDArray other = separable.get(all(), interval(channel, channel + 1), all(), all()).dup('c');
      assertThat(gramError(other.reshape('c', 4, 9), 1)).isLessThan(1e-12);
    }
    for (int position = 0; position < 6; position++) {
      assertThat(gramError(local.slice(position), 1)).isLessThan(1e-12);
    }
    assertThat(gramError(heads.reshape('c', 32, 32), 1)).isLessThan(1e-12);
  }

  @Test
  void shouldBeOrthogonalPerGateWhenRecurrent() {
    long n = 512;
    INDArray kernel =
        new Orthogonal()
            .init(
                (double) n,
                612,
                new long[] {n, 4 * n},
                'f',
                Nd4j.create(DataType.FLOAT, 1, 4 * n * n));
    INDArray peepholes =
        new Orthogonal()
            .init(16, 20, new long[] {16, 67}, 'f', Nd4j.create(DataType.FLOAT, 1, 16 * 67));

    for (int gate = 0; gate < 4; gate++) {
      assertThat(gramError(kernel.get(all(), interval(gate * n, (gate + 1) * n)), 1))
          .isLessThan(1e-6);
      assertThat(gramError(peepholes.get(all(), interval(gate * 16, (gate + 1) * 16)), 1))
          .isLessThan(1e-6);
    }
    assertThat(peepholes.get(all(), interval(64, 67)).amaxNumber().doubleValue()).isZero();
  }

  /** Haar on O(2): the angle is uniform and half of the determinants are −1. */
  @Test
  void shouldBeHaarDistributedWhenDrawnOften() {
    Nd4j.getRandom().setSeed(2);
    int n = 4000;
    int negative = 0;
    int[] octant = new int[8];
    double[] entry = new double[5];
    for (int i = 0; i < n; i++) {
      INDArray q = HaarMatrix.draw(2, 2);
      double a = q.getDouble(0, 0);
      double b = q.getDouble(1, 0);
      double determinant = a * q.getDouble(1, 1) - b * q.getDouble(0, 1);
      negative += determinant < 0 ? 1 : 0;
      octant[(int) ((Math.atan2(b, a) + Math.PI) / (Math.PI / 4)) % 8]++;
      INDArray wide = HaarMatrix.draw(5, 9);
      for (int j = 0; j < 5; j++) {
        entry[j] += wide.getDouble(j, j) * Math.sqrt(9.0 / n);
      }
    }
    double chiSquare = 0;
    for (int count : octant) {
      chiSquare += (count - n / 8.0) * (count - n / 8.0) / (n / 8.0);
    }

    assertThat((double) negative).isCloseTo(n / 2.0, within(4 * Math.sqrt(n / 4.0)));
    assertThat(chiSquare).as("chi-square, 7 degrees of freedom, p = 1e-4").isLessThan(29.88);
    for (double sum : entry) {
      assertThat(sum).as("standard normal mean of a diagonal entry").isBetween(-4.5, 4.5);
    }
  }

  @Test
  void shouldHaveDeterminantsOfBothSignsWhenSquare() {
    Nd4j.getRandom().setSeed(9);
    int negative = 0;
    for (int i = 0; i < 100; i++) {
      double[][] rows = HaarMatrix.draw(24, 24).toDoubleMatrix();
      double determinant = new LUDecomposition(new Array2DRowRealMatrix(rows)).getDeterminant();
      assertThat(Math.abs(determinant)).isCloseTo(1, within(1e-12));
      negative += determinant < 0 ? 1 : 0;
    }

    assertThat(negative).isBetween(25, 75);
  }

  @Test
  void shouldNotCrashWhenRunThousandsOfTimes() {
    for (int i = 0; i < 3000; i++) {
      long in = 1L + i % 37;
      long out = 1L + i % 61;
      INDArray q = init(new Orthogonal(), KernelLayout.DENSE, DataType.FLOAT, 'f', in, out);
      if (i % 50 == 0) {
        assertThat(gramError(q, 1)).isLessThan(1e-6);
      }
    }
  }

  @Test
  void shouldGiveTheSameWeightsWhenTheSeedIsTheSame() {
    Nd4j.getRandom().setSeed(3);
    INDArray first = init(new Orthogonal(), KernelLayout.DENSE, DataType.FLOAT, 'f', 20, 30);
    INDArray second = init(new Orthogonal(), KernelLayout.DENSE, DataType.FLOAT, 'f', 20, 30);
    Nd4j.getRandom().setSeed(3);
    INDArray again = init(new Orthogonal(), KernelLayout.DENSE, DataType.FLOAT, 'f', 20, 30);

    assertThat(again).isEqualTo(first);
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void shouldNameTheRuleWhenTheShapeDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Orthogonal().init(5, 5, new long[] {5}, 'c', Nd4j.create(DataType.FLOAT, 5)))
        .withMessage("shape must have at least 2 dimensions, was [5]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> init(new Orthogonal(), KernelLayout.CONVOLUTION, DataType.FLOAT, 'c', 4, 4))
        .withMessage(
            "shape of a kernel of layout CONVOLUTION must have from 3 to 5 dimensions, was [4, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Orthogonal()
                    .init(3, 4, new long[] {3, 4}, 'c', Nd4j.create(DataType.FLOAT, 1, 11)))
        .withMessage("paramView must hold 12 values for shape [3, 4], was 11");
  }
}
