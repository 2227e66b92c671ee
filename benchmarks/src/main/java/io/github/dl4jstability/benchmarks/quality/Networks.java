package io.github.dl4jstability.benchmarks.quality;

import static org.nd4j.linalg.activations.Activation.IDENTITY;
import static org.nd4j.linalg.activations.Activation.RELU;
import static org.nd4j.linalg.activations.Activation.SOFTMAX;
import static org.nd4j.linalg.activations.Activation.TANH;

import io.github.dl4jstability.demos.data.FashionMnist;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The kinds of networks that are trained. */
final class Networks {

  private static final int CLASSES = 10;
  private static final int SIDE = FashionMnist.SIDE;
  private static final InputType IMAGE = InputType.convolutional(SIDE, SIDE, 1);
  private static final InputType ROWS = InputType.recurrent(SIDE, SIDE);
  private static final int WIDTH = 64;

  private Networks() {}

  /** Dense layers, one after another. */
  static MultiLayerNetwork plain(
      NeuralNetConfiguration.Builder builder,
      int depth,
      int width,
      Activation activation,
      InputType input,
      int classes) {
    ListBuilder list = builder.list();
    for (int layer = 0; layer < depth; layer++) {
      list.layer(new DenseLayer.Builder().nOut(width).activation(activation).build());
    }
    return built(list.layer(classifier(classes)), input);
  }

  static MultiLayerNetwork leNet(NeuralNetConfiguration.Builder builder) {
    ListBuilder list =
        builder
            .list()
            .layer(convolution(8, 5, RELU))
            .layer(pooling())
            .layer(convolution(16, 5, RELU))
            .layer(pooling())
            .layer(new DenseLayer.Builder().nOut(WIDTH).activation(RELU).build());
    return built(list.layer(classifier(CLASSES)), IMAGE);
  }

  /** Convolutions of 3 by 3, the first two with stride 2, then the mean over all positions. */
  static MultiLayerNetwork deepConvolution(NeuralNetConfiguration.Builder builder, int depth) {
    ListBuilder list = builder.convolutionMode(ConvolutionMode.Same).list();
    for (int layer = 0; layer < depth; layer++) {
      int stride = layer < 2 ? 2 : 1;
      list.layer(
          new ConvolutionLayer.Builder(3, 3)
              .stride(stride, stride)
              .nOut(12)
              .activation(TANH)
              .build());
    }
    return built(list.layer(classifier(CLASSES)), IMAGE);
  }

  /** Blocks of two layers, each around a shortcut. */
  static ComputationGraph residual(NeuralNetConfiguration.Builder builder, int blocks) {
    GraphBuilder graph =
        builder
            .graphBuilder()
            .addInputs("features")
            .setInputTypes(InputType.feedForward(FashionMnist.PIXELS))
            .addLayer("stem", dense(RELU), "features");
    String trunk = "stem";
    for (int block = 0; block < blocks; block++) {
      String sum = "sum" + block;
      graph
          .addLayer("first" + block, dense(RELU), trunk)
          .addLayer("second" + block, dense(IDENTITY), "first" + block)
          .addVertex(sum, new ElementWiseVertex(ElementWiseVertex.Op.Add), trunk, "second" + block);
      trunk = sum;
    }
    ComputationGraph network =
        new ComputationGraph(
            graph.addLayer("output", classifier(CLASSES), trunk).setOutputs("output").build());
    network.init();
    return network;
  }

  static MultiLayerNetwork lstm(NeuralNetConfiguration.Builder builder, int steps) {
    return built(
        builder
            .list()
            .layer(new LastTimeStep(new LSTM.Builder().nOut(32).activation(TANH).build()))
            .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(1).activation(IDENTITY).build()),
        InputType.recurrent(2, steps));
  }

  static MultiLayerNetwork simple(NeuralNetConfiguration.Builder builder, Activation activation) {
    return built(
        builder
            .list()
            .layer(
                new LastTimeStep(new SimpleRnn.Builder().nOut(48).activation(activation).build()))
            .layer(classifier(CLASSES)),
        ROWS);
  }

  static MultiLayerNetwork attention(NeuralNetConfiguration.Builder builder) {
    return built(
        builder
            .list()
            .layer(
                new SelfAttentionLayer.Builder()
                    .nHeads(4)
                    .headSize(8)
                    .nOut(32)
                    .projectInput(true)
                    .build())
            .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
            .layer(dense(RELU))
            .layer(classifier(CLASSES)),
        ROWS);
  }

  private static DenseLayer dense(Activation activation) {
    return new DenseLayer.Builder().nOut(WIDTH).activation(activation).build();
  }

  private static ConvolutionLayer convolution(int channels, int kernel, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(channels)
        .activation(activation)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }

  private static OutputLayer classifier(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT).nOut(classes).activation(SOFTMAX).build();
  }

  private static MultiLayerNetwork built(ListBuilder list, InputType input) {
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    return network;
  }
}
