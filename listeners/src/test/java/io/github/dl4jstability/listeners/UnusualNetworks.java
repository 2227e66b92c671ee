package io.github.dl4jstability.listeners;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitUtil;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of which we know less than of others: layers of the user's own, rare outputs, masks. */
final class UnusualNetworks {
  static final int EXAMPLES = 12;
  private static final int STEPS = 6;

  private UnusualNetworks() {}

  /** A network and a minibatch for it. */
  record Kind(String name, Supplier<Model> network, Supplier<DataSet> batch) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Kind> all() {
    return List.of(
        new Kind("layers of the user's own", UnusualNetworks::userLayers, UnusualNetworks::classes),
        new Kind("self-attention", UnusualNetworks::attention, UnusualNetworks::sequences),
        new Kind("vertices of the user's own", UnusualNetworks::vertices, UnusualNetworks::classes),
        new Kind("one class, no labels", UnusualNetworks::oneClass, UnusualNetworks::unlabelled),
        new Kind("a loss of the user's own", UnusualNetworks::ownLoss, UnusualNetworks::classes),
        new Kind("center loss", UnusualNetworks::centerLoss, UnusualNetworks::classes),
        new Kind("a loss for each pixel", UnusualNetworks::pixelLoss, UnusualNetworks::pixels),
        new Kind("objects in images", UnusualNetworks::yolo, UnusualNetworks::boxes),
        new Kind("words", () -> embedding(false), UnusualNetworks::words),
        new Kind("sequences of words", () -> embedding(true), UnusualNetworks::texts),
        new Kind("masks", UnusualNetworks::masked, UnusualNetworks::maskedSequences),
        new Kind("half precision", UnusualNetworks::half, UnusualNetworks::halfClasses));
  }

  private static NeuralNetConfiguration.Builder common() {
    return new NeuralNetConfiguration.Builder()
        .seed(12)
        .updater(new Adam(0.01))
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH);
  }

  private static MultiLayerNetwork chain(InputType input, Layer... layers) {
    return chain(common(), input, layers);
  }

  private static MultiLayerNetwork chain(
      NeuralNetConfiguration.Builder common, InputType input, Layer... layers) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(common.list(layers).setInputType(input).build());
    network.init();
    return network;
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Model userLayers() {
    return chain(
        InputType.feedForward(8), dense(10), new OwnDense(7), new Doubled(), dense(6), softmax());
  }

  private static Model attention() {
    return chain(
        InputType.recurrent(5, STEPS),
        new LSTM.Builder().nOut(8).build(),
        new SelfAttentionLayer.Builder().nOut(8).nHeads(2).projectInput(true).build(),
        new GlobalPoolingLayer.Builder().poolingType(PoolingType.MAX).build(),
        softmax());
  }

  private static Model vertices() {
    ComputationGraph graph =
        new ComputationGraph(
            common()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(8))
                .addLayer("first", dense(6), "in")
                .addVertex("squared", new Squared(), "first")
                .addVertex("mixed", new Mixed(6), "squared")
                .addLayer("out", softmax(), "mixed")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static Model oneClass() {
    ComputationGraph graph =
        new ComputationGraph(
            common()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(8))
                .addLayer("hidden", dense(6), "in")
                .addLayer(
                    "out",
                    new OCNNOutputLayer.Builder()
                        .nIn(6)
                        .hiddenLayerSize(4)
                        .nu(0.1)
                        .activation(Activation.SIGMOID.getActivationFunction())
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static Model ownLoss() {
    return chain(InputType.feedForward(8), dense(6), new OwnLoss());
  }

  private static Model centerLoss() {
    return chain(
        InputType.feedForward(8),
        dense(6),
        new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .alpha(0.1)
            .lambda(0.1)
            .build());
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .convolutionMode(ConvolutionMode.Same)
        .nOut(channels)
        .build();
  }

  private static Model pixelLoss() {
    return chain(
        InputType.convolutional(6, 6, 2),
        convolution(4),
        convolution(1),
        new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build());
  }

  /** Two kinds of boxes for three classes: 2·(5 + 3) channels. */
  private static Model yolo() {
    return chain(
        InputType.convolutional(6, 6, 2),
        convolution(4),
        convolution(16),
        new Yolo2OutputLayer.Builder()
            .boundingBoxPriors(Nd4j.createFromArray(new float[][] {{1, 1}, {2, 2}}))
            .build());
  }

  private static Model embedding(boolean sequence) {
    return sequence
        ? chain(
            InputType.recurrent(20, STEPS),
            new EmbeddingSequenceLayer.Builder().nIn(20).nOut(5).inputLength(STEPS).build(),
            new LSTM.Builder().nOut(6).build(),
            new GlobalPoolingLayer.Builder().poolingType(PoolingType.AVG).build(),
            softmax())
        : chain(
            InputType.feedForward(20),
            new EmbeddingLayer.Builder().nIn(20).nOut(5).build(),
            dense(6),
            softmax());
  }

  private static Model masked() {
    return chain(
        InputType.recurrent(5, STEPS),
        dense(6),
        new LSTM.Builder().nOut(6).build(),
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
  }

  /** Plain gradient descent: the 1e-8 that Adam adds to a denominator is 0 in half precision. */
  private static Model half() {
    return chain(
        common().dataType(DataType.HALF).updater(new Sgd(0.05)),
        InputType.feedForward(8),
        dense(10),
        dense(6),
        softmax());
  }

  private static INDArray oneHot() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 3);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return labels;
  }

  private static DataSet classes() {
    return new DataSet(Nd4j.randn(DataType.FLOAT, EXAMPLES, 8), oneHot());
  }

  private static DataSet halfClasses() {
    return new DataSet(
        classes().getFeatures().castTo(DataType.HALF), oneHot().castTo(DataType.HALF));
  }

  static DataSet unlabelled() {
    return new DataSet(Nd4j.randn(DataType.FLOAT, EXAMPLES, 8), null);
  }

  /** Even examples are two steps shorter. */
  private static INDArray mask() {
    INDArray mask = Nd4j.ones(DataType.FLOAT, EXAMPLES, STEPS);
    for (int i = 0; i < EXAMPLES; i += 2) {
      mask.putScalar(i, STEPS - 2, 0);
      mask.putScalar(i, STEPS - 1, 0);
    }
    return mask;
  }

  /** A class for each sequence. */
  private static DataSet sequences() {
    return new DataSet(Nd4j.randn(DataType.FLOAT, EXAMPLES, 5, STEPS), oneHot(), mask(), null);
  }

  /** A class for each step. */
  private static DataSet maskedSequences() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 3, STEPS);
    for (int i = 0; i < EXAMPLES; i++) {
      for (int t = 0; t < STEPS; t++) {
        labels.putScalar(i, (i + t) % 3, t, 1);
      }
    }
    return new DataSet(sequences().getFeatures(), labels, mask(), mask());
  }

  private static INDArray images() {
    return Nd4j.randn(DataType.FLOAT, EXAMPLES, 2, 6, 6);
  }

  private static DataSet pixels() {
    INDArray images = images();
    INDArray bright =
        images.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1)).gt(0).castTo(DataType.FLOAT);
    return new DataSet(images, bright.reshape(EXAMPLES, 1, 6, 6));
  }

  /** One object in each image, in a cell of its own; labels are x1, y1, x2, y2 and the class. */
  private static DataSet boxes() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 4 + 3, 6, 6);
    for (int i = 0; i < EXAMPLES; i++) {
      int row = i % 6;
      int column = i / 6 + 1;
      labels.putScalar(new int[] {i, 0, row, column}, column);
      labels.putScalar(new int[] {i, 1, row, column}, row);
      labels.putScalar(new int[] {i, 2, row, column}, column + 1);
      labels.putScalar(new int[] {i, 3, row, column}, row + 1);
      labels.putScalar(new int[] {i, 4 + i % 3, row, column}, 1);
    }
    return new DataSet(images(), labels);
  }

  private static DataSet words() {
    return new DataSet(Nd4j.arange(EXAMPLES).castTo(DataType.INT).reshape(EXAMPLES, 1), oneHot());
  }

  private static DataSet texts() {
    INDArray words = Nd4j.zeros(DataType.INT, EXAMPLES, STEPS);
    for (int i = 0; i < EXAMPLES; i++) {
      for (int t = 0; t < STEPS; t++) {
        words.putScalar(i, t, (3 * i + t) % 20);
      }
    }
    return new DataSet(words, oneHot());
  }

  /** A dense layer that a user wrote. */
  static final class OwnDense extends SameDiffLayer {
    private final int units;
    private long inputs;

    OwnDense(int units) {
      this.units = units;
      weightInit = WeightInit.XAVIER;
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
      inputs = inputType.arrayElementsPerExample();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
      return InputType.feedForward(units);
    }

    @Override
    public void defineParameters(SDLayerParams params) {
      params.addWeightParam("weights", inputs, units);
      params.addBiasParam("bias", 1, units);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      initWeights((int) inputs, units, weightInit, params.get("weights"));
      params.get("bias").assign(0);
    }

    @Override
    public SDVariable defineLayer(
        SameDiff sameDiff, SDVariable input, Map<String, SDVariable> params, SDVariable mask) {
      return sameDiff.math().tanh(input.mmul(params.get("weights")).add(params.get("bias")));
    }
  }

  /** A layer without parameters that a user wrote. */
  static final class Doubled extends SameDiffLambdaLayer {
    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
      return inputType;
    }

    @Override
    public SDVariable defineLayer(SameDiff sameDiff, SDVariable input) {
      return input.mul(2.0);
    }
  }

  /** A vertex without parameters that a user wrote. */
  static final class Squared extends SameDiffLambdaVertex {
    @Override
    public InputType getOutputType(int layerIndex, InputType... types) {
      return types[0];
    }

    @Override
    public SDVariable defineVertex(SameDiff sameDiff, VertexInputs inputs) {
      return inputs.getInput(0).mul(inputs.getInput(0));
    }
  }

  /** A vertex with parameters that a user wrote. */
  static final class Mixed extends SameDiffVertex {
    private final int units;

    Mixed(int units) {
      this.units = units;
    }

    @Override
    public org.deeplearning4j.nn.conf.graph.GraphVertex clone() {
      return new Mixed(units);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... types) {
      return InputType.feedForward(units);
    }

    @Override
    public void defineParametersAndInputs(SDVertexParams params) {
      params.defineInputs("in");
      params.addWeightParam("weights", units, units);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      INDArray weights = params.get("weights");
      WeightInitUtil.initWeights(
          units, units, weights.shape(), WeightInit.XAVIER, null, 'f', weights);
    }

    @Override
    public SDVariable defineVertex(
        SameDiff sameDiff,
        Map<String, SDVariable> inputs,
        Map<String, SDVariable> params,
        Map<String, SDVariable> masks) {
      return sameDiff.math().tanh(inputs.get("in").mmul(params.get("weights")));
    }
  }

  /** An output with a loss that a user wrote. */
  static final class OwnLoss extends SameDiffOutputLayer {
    private long inputs;

    @Override
    public void setNIn(InputType inputType, boolean override) {
      inputs = inputType.arrayElementsPerExample();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
      return InputType.feedForward(3);
    }

    @Override
    public String activationsVertexName() {
      return "answers";
    }

    @Override
    public void defineParameters(SDLayerParams params) {
      params.addWeightParam("weights", inputs, 3);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      initWeights((int) inputs, 3, WeightInit.XAVIER, params.get("weights"));
    }

    @Override
    public SDVariable defineLayer(
        SameDiff sameDiff, SDVariable input, SDVariable labels, Map<String, SDVariable> params) {
      SDVariable answers = sameDiff.mmul("answers", input, params.get("weights"));
      SDVariable errors = answers.sub(labels);
      return errors.mul(errors).mean("loss");
    }
  }
}
