package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import io.github.dl4jstability.measurement.Segment;
import io.github.dl4jstability.measurement.SparseSample;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class AgreementTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF"})
  void shouldReadTheChosenElementsOfEveryType(DataType type) {
    INDArray view = Nd4j.rand(DataType.DOUBLE, 1, 1000).castTo(type);
    SparseSample all = new SparseSample(List.of(new Segment(3, 100), new Segment(200, 7)), 4096);
    assertThat(all.size()).isEqualTo(107);
    double[] read = new double[107];
    all.read(view, read);
    for (int i = 0; i < 107; i++) {
      assertThat(read[i]).isEqualTo(view.getDouble(i < 100 ? 3 + i : 100 + i));
    }
    SparseSample some = new SparseSample(List.of(new Segment(0, 1000)), 160);
    assertThat(some.size()).isEqualTo(160);
    double[] few = new double[160];
    some.read(view, few);
    assertThat(few[17]).isEqualTo(view.getDouble(101));
  }

  @Test
  void shouldComputeTheCosineOfSuccessiveViews() {
    AgreementMeter meter = new AgreementMeter(List.of(new Segment(0, 50)));
    INDArray first = Nd4j.randn(DataType.DOUBLE, 1, 50);
    INDArray second = Nd4j.randn(DataType.DOUBLE, 1, 50);
    assertThat(meter.look(first)).isNaN();
    assertThat(meter.look(second)).isCloseTo(Transforms.cosineSim(first, second), within(1e-12));
    assertThat(meter.look(second.mul(7))).isCloseTo(1, within(1e-12));
    assertThat(meter.look(second.mul(-1e-9))).isCloseTo(-1, within(1e-12));
    assertThat(meter.look(Nd4j.zeros(DataType.DOUBLE, 1, 50))).isNaN();
  }

  @Test
  void shouldBeCloseToTheCosineOfAllElementsOfALargeView() {
    int length = 300_000;
    INDArray first = Nd4j.randn(DataType.FLOAT, 1, length);
    INDArray second = first.mul(0.5).addi(Nd4j.randn(DataType.FLOAT, 1, length));
    AgreementMeter meter = new AgreementMeter(List.of(new Segment(0, length)));
    meter.look(first);
    // 1024 samples leave a standard error of 0.8/√1024 = 0.025: this is 2.6 of them.
    assertThat(meter.look(second))
        .isCloseTo(Transforms.cosineSim(first, second), within(5 * 0.013));
  }

  @Test
  void shouldSwingWhenGradientDescentCrossesTheValley() {
    INDArray features = Nd4j.create(new double[][] {{1}, {-1}});
    DataSet batch = new DataSet(features, features.mul(3));
    assertThat(lastOf(linear(0.9), batch, 4).gradientAgreement()).isCloseTo(-1, within(1e-6));
    assertThat(lastOf(linear(0.1), batch, 4).gradientAgreement()).isCloseTo(1, within(1e-6));
    assertThat(lastOf(linear(0.1), batch, 1).gradientAgreement()).isNaN();
  }

  /** One weight without bias: the loss is (w − 3)², with curvature 2. */
  private static MultiLayerNetwork linear(double rate) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .hasBias(false)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(1))
                .build());
    network.init();
    return network;
  }

  private static Observation lastOf(Model model, DataSet batch, int iterations) {
    Watching watching = new Watching(model, Watching.EVERY_TWENTIETH);
    for (int i = 0; i < iterations; i++) {
      watching.fit(model, batch);
    }
    return watching.last();
  }

  @Test
  void shouldTellTheRateOfEachLayerAtEachIteration() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5)))
                .list()
                .layer(new DenseLayer.Builder().nOut(4).biasUpdater(new Sgd(9)).build())
                .layer(new DenseLayer.Builder().nOut(4).updater(new Sgd(0.3)).build())
                .layer(new DenseLayer.Builder().nOut(4).updater(new NoOp()).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    Watching watching = new Watching(network, Watching.EVERY_TWENTIETH);
    Networks.batches("dense", DataType.FLOAT, 3).forEach(batch -> watching.fit(network, batch));
    for (int i = 0; i < 3; i++) {
      double scheduled = 0.1 * Math.pow(0.5, i);
      assertThat(watching.observations.get(i).learningRates())
          .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : a.compareTo(b))
          .containsExactly(scheduled, 0.3, Double.NaN, scheduled);
    }
  }

  @Test
  void shouldMeasureTheParametersBeforeTheFirstStepOnce() {
    Model model = Networks.build("dense", new Sgd(0.5), DataType.DOUBLE);
    INDArray before = model.params().dup();
    Watching watching = new Watching(model, Watching.EVERY_TWENTIETH);
    Networks.batches("dense", DataType.DOUBLE, 2).forEach(batch -> watching.fit(model, batch));
    List<Moments> initial = watching.observations.get(0).initialParameters();
    double norm = 0;
    for (Moments moments : initial) {
      norm = Math.hypot(norm, moments.l2Norm());
    }
    assertThat(norm).isCloseTo(before.norm2Number().doubleValue(), within(1e-9));
    assertThat(watching.observations.get(1).initialParameters()).isEmpty();
  }
}
