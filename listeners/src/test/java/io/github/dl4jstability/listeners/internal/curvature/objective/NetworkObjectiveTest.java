package io.github.dl4jstability.listeners.internal.curvature.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.BallTest;
import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.CurvatureProbe;
import io.github.dl4jstability.listeners.curvature.GradientNoise;
import io.github.dl4jstability.listeners.curvature.ProbedNetworks;
import io.github.dl4jstability.listeners.curvature.SampledValue;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The loss that a probe sees: the training's, with the gradient that belongs to it. */
class NetworkObjectiveTest {
  private final MultiDataSet data =
      new MultiDataSet(ProbedNetworks.normal(1, 18, 4), ProbedNetworks.classes(18, 3));

  static Stream<Model> models() {
    return Stream.of(
        ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common().l1(0.02).l2(0.05)),
        ProbedNetworks.dense(
            Activation.SIGMOID, ProbedNetworks.common().l1Bias(0.01).weightDecayBias(0.03)),
        ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common().miniBatch(false).l2(0.1)),
        normalized());
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheGradientOfItsOwnLoss(Model model) {
    // given
    perturb(model);
    CurvatureProbe probe = CurvatureProbe.on(model, data);
    INDArray direction = ProbedNetworks.normal(3, 1, probe.dimension());
    // when
    double h = 1e-6;
    double difference = (probe.lossAlong(direction, h) - probe.lossAlong(direction, -h)) / (2 * h);
    // then
    INDArray gradient = probe.gradient();
    assertThat(Vectors.dot(gradient, Vectors.copy(direction)))
        .isCloseTo(difference, within(1e-7 * Math.max(1, Math.abs(difference))));
    assertThat(probe.loss()).isCloseTo(trainingLoss(model), within(1e-12));
  }

  /** The score that the model itself reports for training on the same data. */
  private double trainingLoss(Model model) {
    return ((MultiLayerNetwork) model)
        .score(new DataSet(data.getFeatures(0), data.getLabels(0)), true);
  }

  @Test
  void shouldNotTakeTheJumpOfAnAbsolutePenaltyForCurvature() {
    // given: weights at the kink of the L1 penalty
    Model plain = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common());
    Model penalized = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common().l1(0.1));
    plain.params().muli(1e-9);
    penalized.params().assign(plain.params());
    INDArray direction = ProbedNetworks.normal(3, 1, plain.params().length());
    // then
    INDArray expected = CurvatureProbe.on(plain, data).hessianVectorProduct(direction);
    INDArray product = CurvatureProbe.on(penalized, data).hessianVectorProduct(direction);
    assertThat(product.distance2(expected)).isLessThan(1e-9);
  }

  @Test
  void shouldSeeTheSameLossWithoutTheNoiseOfTheTraining() {
    // given
    Model quiet = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common());
    MultiLayerNetwork noisy =
        ProbedNetworks.dense(
            Activation.TANH,
            ProbedNetworks.common().dropOut(new Dropout(0.5)).weightNoise(new DropConnect(0.5)));
    noisy.setParams(quiet.params());
    String before = noisy.getLayerWiseConfigurations().toJson();
    // then
    assertThat(CurvatureProbe.on(noisy, data).loss())
        .isEqualTo(CurvatureProbe.on(quiet, data).loss());
    assertThat(CurvatureProbe.on(noisy, data).gradient())
        .isEqualTo(CurvatureProbe.on(quiet, data).gradient());
    assertThat(noisy.getLayerWiseConfigurations().toJson()).isEqualTo(before);
  }

  @Test
  void shouldLeaveTheLayersInsideWrappersAsTheyAre() {
    // given
    MultiLayerNetwork network = bidirectional();
    Bidirectional wrapper =
        (Bidirectional) network.getLayerWiseConfigurations().getConf(0).getLayer();
    // when
    CurvatureProbe probe = CurvatureProbe.on(network, sequences());
    double loss = probe.loss();
    // then
    assertThat(wrapper.getFwd().getIDropout()).isInstanceOf(GaussianNoise.class);
    assertThat(probe.loss()).isEqualTo(loss);
    wrapper.getFwd().setIDropout(null);
    wrapper.getBwd().setIDropout(null);
    assertThat(CurvatureProbe.on(network, sequences()).loss()).isEqualTo(loss);
  }

  @Test
  void shouldBackpropagateThroughWholeSequencesWhenTrainingTruncates() {
    MultiLayerNetwork network = bidirectional();
    network.getLayerWiseConfigurations().setBackpropType(BackpropType.Standard);
    double whole = CurvatureProbe.on(network, sequences()).loss();
    network.getLayerWiseConfigurations().setBackpropType(BackpropType.TruncatedBPTT);
    network.getLayerWiseConfigurations().setTbpttFwdLength(2);
    network.getLayerWiseConfigurations().setTbpttBackLength(2);
    assertThat(CurvatureProbe.on(network, sequences()).loss()).isEqualTo(whole);
    assertThat(network.getLayerWiseConfigurations().getBackpropType())
        .isEqualTo(BackpropType.TruncatedBPTT);
  }

  @Test
  void shouldLeaveOutFrozenLayersAndRunningStatistics() {
    // given
    MultiLayerNetwork network =
        ProbedNetworks.initialized(
            new MultiLayerNetwork(
                ProbedNetworks.common()
                    .list()
                    .layer(
                        new FrozenLayer(
                            new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build()))
                    .layer(new BatchNormalization())
                    .layer(softmax(3))
                    .setInputType(InputType.feedForward(4))
                    .build()));
    CurvatureProbe probe = CurvatureProbe.on(network, data);
    // then: 25 frozen parameters, 10 of scale and shift, 10 statistics, 18 of the output
    assertThat(probe.dimension()).isEqualTo(63);
    assertThat(probe.freedom()).isEqualTo(28);
    INDArray product = probe.hessianVectorProduct(Nd4j.ones(DataType.DOUBLE, 1, 63));
    for (INDArray left : List.of(probe.gradient(), product)) {
      assertThat(Vectors.slice(left, 0, 25).norm2Number().doubleValue()).isZero();
      assertThat(Vectors.slice(left, 35, 45).norm2Number().doubleValue()).isZero();
    }
    assertThat(probe.ballTest().changes()).extracting(BallTest.Change::parameters).hasSize(2);
  }

  @Test
  void shouldAgreeWithTheGradientsOfSingleExamplesWhenNoiseIsMeasured() {
    // given: one class only, so that the examples agree on where to go
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 18, 3);
    labels.getColumn(0).assign(1);
    Model model = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common());
    INDArray sum = Nd4j.zeros(DataType.DOUBLE, 1, model.params().length());
    double squares = 0;
    for (int i = 0; i < 18; i++) {
      INDArray gradient =
          CurvatureProbe.on(
                  model,
                  new MultiDataSet(data.getFeatures(0).getRow(i, true), labels.getRow(i, true)))
              .gradient();
      sum.addi(gradient);
      squares += Vectors.dot(gradient, gradient);
    }
    double squaredMean = Vectors.dot(sum, sum) / (18 * 18);
    double trace = (squares - 18 * squaredMean) / 17;
    // when
    GradientNoise noise =
        CurvatureProbe.on(model, new MultiDataSet(data.getFeatures(0), labels)).gradientNoise(18);
    // then
    assertThat(noise.covarianceTrace()).isCloseTo(trace, within(1e-9));
    assertThat(noise.squaredNorm()).isCloseTo(squaredMean - trace / 18, within(1e-9));
    assertThat(noise.noiseScale()).isCloseTo(trace / (squaredMean - trace / 18), within(1e-6));
    assertThat(noise.signalToNoise()).isCloseTo(squaredMean / (trace / 18), within(1e-6));
  }

  @Test
  void shouldAverageToTheWholeWhenARayleighQuotientIsTakenOverParts() {
    Model model = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common().l2(0.1));
    CurvatureProbe probe = CurvatureProbe.on(model, data);
    INDArray direction = probe.gradient();
    SampledValue parts = probe.rayleighQuotient(direction, 6);
    assertThat(parts.mean()).isCloseTo(probe.rayleighQuotient(direction), within(1e-8));
    assertThat(parts.standardError()).isPositive();
  }

  @Test
  void shouldFollowTheModelWhenItIsRefilled() {
    Model model = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common());
    CurvatureProbe probe = CurvatureProbe.on(model, data);
    double before = probe.loss();
    perturb(model);
    assertThat(probe.loss()).isEqualTo(before);
    probe.refill(model);
    assertThat(probe.loss()).isEqualTo(CurvatureProbe.on(model, data).loss()).isNotEqualTo(before);
  }

  @Test
  void shouldSayWhatIsWrongWithItsArguments() {
    Model model = ProbedNetworks.dense(Activation.TANH, ProbedNetworks.common());
    CurvatureProbe probe = CurvatureProbe.on(model, data);
    assertThatThrownBy(() -> CurvatureProbe.on(model, new MultiDataSet(data.getFeatures(0), null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("labels");
    assertThatThrownBy(() -> probe.hessianVectorProduct(Nd4j.ones(1, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vector must have length 83, had 3");
    assertThatThrownBy(() -> probe.gradientNoise(19))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parts must be between 2 and the number of examples, 18, was 19");
    assertThatThrownBy(() -> probe.extremeEigenvalues(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count must be at least 1, was 0");
    assertThatThrownBy(() -> Budget.ofGradients(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gradients must be at least 0, was -1");
    model.params().putScalar(0, Double.NaN);
    probe.refill(model);
    assertThat(probe.loss()).isNaN();
    assertThatThrownBy(probe::stationaryPoint).isInstanceOf(ArithmeticException.class);
  }

  private static void perturb(Model model) {
    model.params().addi(ProbedNetworks.normal(9, model.params().shape()).mul(0.1));
  }

  private static MultiLayerNetwork normalized() {
    return ProbedNetworks.initialized(
        new MultiLayerNetwork(
            ProbedNetworks.common()
                .weightDecay(0.1)
                .list()
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.SOFTPLUS).build())
                .layer(new BatchNormalization())
                .layer(softmax(3))
                .setInputType(InputType.feedForward(4))
                .build()));
  }

  private static OutputLayer softmax(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork bidirectional() {
    return ProbedNetworks.initialized(
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(
                    new Bidirectional(
                        Bidirectional.Mode.ADD,
                        new LSTM.Builder().nOut(3).dropOut(new GaussianNoise(0.5)).build()))
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(2))
                .build()));
  }

  private static DataSet sequences() {
    MultiDataSet masked = ProbedNetworks.LSTM_WITH_MASKS.data();
    return new DataSet(masked.getFeatures(0), masked.getLabels(0));
  }
}
