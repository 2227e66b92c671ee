package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SetupTest {

  private static NetworkStructure structure(Model model) {
    return Collector.of(model, Watching.EVERY_ITERATION).structure();
  }

  private static Setup setup(NetworkStructure structure, String layer) {
    return structure.layers().get(indexOf(structure, layer)).setup();
  }

  private static int indexOf(NetworkStructure structure, String layer) {
    return structure.layers().stream().map(Layer::name).toList().indexOf(layer);
  }

  private static Parameter parameter(NetworkStructure structure, String layer, String name) {
    int index = indexOf(structure, layer);
    return structure.parameters().stream()
        .filter(p -> p.layer() == index && p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertIs(Parameter parameter, Role role, double fanIn, double fanOut) {
    assertThat(List.of(parameter.role(), parameter.fanIn(), parameter.fanOut()))
        .as(parameter.name())
        .isEqualTo(List.of(role, fanIn, fanOut));
  }

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Adam(0.01))
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(6)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(
                    new DenseLayer.Builder()
                        .nOut(12)
                        .updater(new Sgd(0.5))
                        .dropOut(new Dropout(0.5))
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.XENT)
                        .nOut(3)
                        .activation(Activation.SIGMOID)
                        .build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    return network;
  }

  @Test
  void shouldDescribeAChainOfLayers() {
    NetworkStructure structure = structure(convolutional());
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().units())
        .containsExactly(6, 6, 6, 6, 12, 3);
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().inputs())
        .containsExactly(List.of(), List.of(0), List.of(1), List.of(2), List.of(3), List.of(4));
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().readsFeatures())
        .containsExactly(true, false, false, false, false, false);
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().updater())
        .containsExactly("Adam", "Adam", "", "", "Sgd", "Adam");
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().normalized())
        .containsExactly(true, false, false, false, false, false);
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().dropout())
        .containsExactly(false, false, false, true, false, false);
    assertThat(structure.layers()).noneMatch(layer -> layer.setup().bypassed());
    assertThat(structure.layers())
        .extracting(Layer::activation)
        .containsExactly("identity", "", "relu", "", "sigmoid", "sigmoid");
    assertThat(setup(structure, "layer5").loss()).isEqualTo("XENT");
    assertThat(setup(structure, "layer4").loss()).isEmpty();
    assertThat(setup(structure, "layer4").clipping()).isEqualTo("ClipL2PerLayer");
    assertIs(parameter(structure, "layer0", "W"), Role.WEIGHT, 18, 54);
    assertIs(parameter(structure, "layer0", "b"), Role.BIAS, 18, 54);
    assertIs(parameter(structure, "layer1", "gamma"), Role.OTHER, Double.NaN, Double.NaN);
    assertIs(parameter(structure, "layer4", "W"), Role.WEIGHT, 54, 12);
  }

  @Test
  void shouldDescribeFrozenLayersToo() {
    MultiLayerNetwork frozen =
        new TransferLearning.Builder(convolutional()).setFeatureExtractor(0).build();
    NetworkStructure structure = structure(frozen);
    Setup setup = structure.layers().get(0).setup();
    assertThat(setup.frozen()).isTrue();
    assertThat(setup.units()).isEqualTo(6);
    assertThat(setup.updater()).isEmpty();
    assertThat(structure.layers().get(0).type()).isEqualTo("ConvolutionLayer");
    assertIs(
        structure.parameters().stream().filter(p -> p.name().equals("W")).findFirst().orElseThrow(),
        Role.WEIGHT,
        18,
        54);
    assertThat(structure.layers().get(4).setup().frozen()).isFalse();
  }

  @Test
  void shouldSeeThroughVerticesOfAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            Watching.configuration()
                .graphBuilder()
                .addInputs("left", "right")
                .addLayer("stem", new DenseLayer.Builder().nOut(8).build(), "left")
                .addLayer("inner", new DenseLayer.Builder().nOut(8).build(), "stem")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem", "inner")
                .addLayer("side", new DenseLayer.Builder().nOut(5).build(), "right")
                .addVertex("merge", new MergeVertex(), "sum", "side")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "merge")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.L2)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "relu")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(4), InputType.feedForward(3))
                .build());
    graph.init();
    NetworkStructure structure = structure(graph);
    assertThat(setup(structure, "relu").units()).isEqualTo(13);
    assertThat(setup(structure, "relu").inputs())
        .containsExactlyInAnyOrder(
            indexOf(structure, "stem"), indexOf(structure, "inner"), indexOf(structure, "side"));
    assertThat(setup(structure, "relu").features()).isEmpty();
    assertThat(setup(structure, "stem").features()).containsExactly(0);
    assertThat(setup(structure, "side").features()).containsExactly(1);
    assertThat(setup(structure, "out").loss()).isEqualTo("L2");
    assertThat(structure.layers())
        .filteredOn(layer -> layer.setup().bypassed())
        .extracting(Layer::name)
        .containsExactly("inner");
    assertIs(parameter(structure, "out", "W"), Role.WEIGHT, 13, 2);
  }

  @Test
  void shouldDescribeRecurrentLayersWithinTheirWrappers() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(50).nOut(7).inputLength(9).build())
                .layer(
                    new Bidirectional(
                        Bidirectional.Mode.CONCAT, new LSTM.Builder().nIn(7).nOut(5).build()))
                .layer(new GravesLSTM.Builder().nIn(10).nOut(4).build())
                .layer(
                    new SelfAttentionLayer.Builder()
                        .nIn(4)
                        .nOut(6)
                        .nHeads(2)
                        .projectInput(true)
                        .build())
                .layer(new LastTimeStep(new SimpleRnn.Builder().nIn(6).nOut(3).build()))
                .layer(
                    new OutputLayer.Builder().nIn(3).nOut(2).activation(Activation.SOFTMAX).build())
                .build());
    network.init();
    NetworkStructure structure = structure(network);
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().units())
        .containsExactly(7, 10, 4, 6, 3, 2);
    assertIs(parameter(structure, "layer0", "W"), Role.OTHER, 1, 7);
    assertIs(parameter(structure, "layer1", "fW"), Role.WEIGHT, 7, 5);
    assertIs(parameter(structure, "layer1", "bRW"), Role.RECURRENT_WEIGHT, 5, 5);
    assertIs(parameter(structure, "layer1", "bb"), Role.BIAS, 7, 5);
    assertIs(parameter(structure, "layer2", "RW"), Role.RECURRENT_WEIGHT, 4, 4);
    assertIs(parameter(structure, "layer3", "Wq"), Role.WEIGHT, 4, 6);
    assertIs(parameter(structure, "layer4", "RW"), Role.RECURRENT_WEIGHT, 3, 3);
    assertThat(structure.layers().get(1).setup().updater()).isEqualTo("Sgd");
  }

  @Test
  void shouldTellWidthsThroughPoolingOverTime() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .list()
                .layer(new LSTM.Builder().nOut(5).build())
                .layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.recurrent(3))
                .build());
    network.init();
    assertThat(structure(network).layers())
        .extracting(layer -> layer.setup().units())
        .containsExactly(5, 5, 2);
  }

  @Test
  void shouldDescribeEveryKindOfTestNetwork() {
    for (String kind : List.of("dense", "convolution", "lstm", "graph", "graph convolution")) {
      NetworkStructure structure = structure(Networks.build(kind, new Adam(0.01), DataType.FLOAT));
      assertThat(structure.layers()).as(kind).allMatch(layer -> layer.setup().units() > 0);
      assertThat(structure.parameters())
          .as(kind)
          .filteredOn(p -> p.name().endsWith("W"))
          .allMatch(p -> p.role() != Role.OTHER && p.fanIn() > 0 && p.fanOut() > 0);
    }
  }

  @Test
  void shouldReadThePenaltiesOfWeights() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .list()
                .layer(new DenseLayer.Builder().nOut(3).l1(0.25).l2(0.5).l2Bias(8).build())
                .layer(new DenseLayer.Builder().nOut(3).weightDecay(0.125).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).l2Bias(8).build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    NetworkStructure structure = structure(network);
    assertThat(structure.layers())
        .extracting(layer -> layer.setup().penalty())
        .containsExactly(new Penalty(0.25, 0.5, 0), new Penalty(0, 0, 0.125), Penalty.NONE);
  }

  @Test
  void shouldKnowWhichLayersIgnoreTheActivationTheyAreSetTo() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .activation(Activation.SIGMOID)
                .list()
                .layer(new DenseLayer.Builder().nOut(3).build())
                .layer(new PReLULayer.Builder().inputShape(3).build())
                .layer(new BatchNormalization())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    assertThat(structure(network).layers())
        .extracting(Layer::activation)
        .startsWith("sigmoid", "", "");
  }
}
