package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.record.Frame;
import io.github.dl4jstability.listeners.internal.record.NetworkRecord;
import io.github.dl4jstability.listeners.internal.record.ObservationRecord;
import io.github.dl4jstability.listeners.internal.record.StabilityRecord;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Networks with parts that we do not know train on as without the listener, and all else of them is
 * watched.
 */
class UnusualNetworksTest {

  /** Beyond the twentieth, so that the closer look on a schedule is part of the run. */
  private static final int ITERATIONS = 24;

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final StabilityListener listener =
      StabilityListener.builder().storage(storage).sessionId("unusual").build();

  static List<UnusualNetworks.Kind> kinds() {
    return UnusualNetworks.all();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldWatchWhatItKnowsAndChangeNothing(UnusualNetworks.Kind kind)
      throws UnreadableRecordException {
    Model alone = train(kind, List.of());
    Model watched;
    try (PrintedLog log = new PrintedLog()) {
      watched = train(kind, List.of(listener));
      listener.close();
      assertThat(log.faults()).isEmpty();
    }
    assertThat(Bits.of(watched.params())).isEqualTo(Bits.of(alone.params()));
    List<Frame> frames = frames();
    assertThat(frames).hasSize(ITERATIONS);
    NetworkStructure structure = structure();
    assertThat(structure.parameters().stream().mapToLong(NetworkStructure.Parameter::count).sum())
        .isEqualTo(watched.params().length());
    frames.forEach(frame -> assertComplete(frame, structure));
  }

  private static Model train(UnusualNetworks.Kind kind, List<StabilityListener> listeners) {
    Nd4j.getRandom().setSeed(7);
    Model model = kind.network().get();
    model.setListeners(listeners.toArray(new StabilityListener[0]));
    DataSet batch = kind.batch().get();
    for (int i = 0; i < ITERATIONS; i++) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
    return model;
  }

  private List<Frame> frames() throws UnreadableRecordException {
    List<Frame> frames = new ArrayList<>();
    for (Persistable update :
        storage.getAllUpdatesAfter("unusual", StabilityRecord.TYPE_ID, "main", 0)) {
      frames.add(((ObservationRecord) update).frame());
    }
    return frames;
  }

  private NetworkStructure structure() throws UnreadableRecordException {
    return ((NetworkRecord) storage.getStaticInfo("unusual", StabilityRecord.TYPE_ID, "main"))
        .structure();
  }

  private static void assertComplete(Frame frame, NetworkStructure structure) {
    assertThat(frame.score()).isFinite();
    assertThat(frame.nonFinite()).isEmpty();
    for (int layer = 0; layer < structure.layers().size(); layer++) {
      if (!structure.layers().get(layer).output()) {
        assertMeasured(frame.activations().get(layer), structure.layers().get(layer).name());
      }
    }
    for (int i = 0; i < structure.parameters().size(); i++) {
      NetworkStructure.Parameter parameter = structure.parameters().get(i);
      assertMeasured(frame.parameters().get(i), parameter.name());
      assertThat(frame.parameters().get(i).count()).isEqualTo(parameter.count());
      if (parameter.trained()) {
        assertMeasured(frame.gradients().get(i), "gradient of " + parameter.name());
        assertMeasured(frame.updates().get(i), "update of " + parameter.name());
      }
    }
  }

  private static void assertMeasured(Moments moments, String what) {
    assertThat(moments.isPresent()).as(what).isTrue();
    assertThat(moments.isFinite()).as(what).isTrue();
    assertThat(moments.l2Norm()).as(what).isFinite();
  }

  static Stream<Arguments> pretrained() {
    return Stream.of(
        Arguments.of("AutoEncoder", new AutoEncoder.Builder().nOut(5).build()),
        Arguments.of(
            "VariationalAutoencoder",
            new VariationalAutoencoder.Builder()
                .nOut(4)
                .encoderLayerSizes(6)
                .decoderLayerSizes(6)
                .build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pretrained")
  void shouldLeavePretrainingWithoutLabelsAsItIsAndWatchWhatFollows(String name, Layer layer)
      throws UnreadableRecordException {
    MultiLayerNetwork alone = pretrain(layer, List.of());
    MultiLayerNetwork watched;
    try (PrintedLog log = new PrintedLog()) {
      watched = pretrain(layer, List.of(listener));
      listener.close();
      assertThat(log.faults()).isEmpty();
    }
    assertThat(Bits.of(watched.params())).isEqualTo(Bits.of(alone.params()));
    assertThat(listener.diagnoses()).isEmpty();
    assertThat(frames()).hasSize(3);
    assertThat(frames()).allSatisfy(frame -> assertThat(frame.nonFinite()).isEmpty());
  }

  /** Three epochs of three minibatches without labels, then three iterations with labels. */
  private static MultiLayerNetwork pretrain(Layer layer, List<StabilityListener> listeners) {
    Nd4j.getRandom().setSeed(7);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(12)
                .updater(new Adam(0.01))
                .list()
                .layer(layer.clone())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    network.setListeners(listeners.toArray(new StabilityListener[0]));
    List<DataSet> unlabelled = Stream.generate(UnusualNetworks::unlabelled).limit(3).toList();
    network.pretrain(new ExistingDataSetIterator(unlabelled), 3);
    Networks.batches("dense", DataType.FLOAT, 3).forEach(network::fit);
    return network;
  }
}
