package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.internal.record.StabilityRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The listener on real networks, from hook to verdict. */
class StabilityListenerTest {

  private static MultiLayerNetwork deep(Activation activation, WeightInit weights, double rate) {
    var layers =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Sgd(rate))
            .weightInit(weights)
            .list();
    for (int i = 0; i < 10; i++) {
      layers.layer(new DenseLayer.Builder().nOut(16).activation(activation).build());
    }
    layers.layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork network =
        new MultiLayerNetwork(layers.setInputType(InputType.feedForward(8)).build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork dense() {
    return (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
  }

  private static List<DataSet> batches(int count) {
    return Networks.batches("dense", DataType.FLOAT, count);
  }

  private static StabilityListener train(
      MultiLayerNetwork network, StabilityListener listener, int iterations) {
    network.setListeners(listener);
    List<DataSet> batches = batches(8);
    for (int i = 0; i < iterations; i++) {
      network.fit(batches.get(i % 8));
    }
    listener.close();
    return listener;
  }

  @Test
  void shouldNameEarlyLayersWhenGradientsVanish() {
    StabilityListener listener =
        train(deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1), StabilityListener.create(), 60);
    Diagnosis primary = listener.primary().orElseThrow();
    assertThat(primary.condition()).isEqualTo(Condition.VANISHING_GRADIENT);
    assertThat(primary.layers()).contains("layer0", "layer1").doesNotContain("layer10");
    assertThat(listener.diagnoses()).hasSize(1);
  }

  @Test
  void shouldNameThemAlsoWhenActivationsCannotBeMeasured() {
    StabilityListener listener = StabilityListener.create();
    MultiLayerNetwork network = deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1);
    network.setListeners(withUnreadableActivations(listener));
    for (int i = 0; i < 60; i++) {
      network.fit(batches(1).get(0));
    }
    Diagnosis primary = listener.primary().orElseThrow();
    assertThat(primary.condition()).isEqualTo(Condition.VANISHING_GRADIENT);
    assertThat(primary.layers()).contains("layer0", "layer1").doesNotContain("layer10");
  }

  private static TrainingListener withUnreadableActivations(StabilityListener listener) {
    return new BaseTrainingListener() {
      @Override
      public void onForwardPass(Model model, List<INDArray> activations) {
        listener.onForwardPass(model, new UnreadableActivations(activations));
      }

      @Override
      public void onBackwardPass(Model model) {
        listener.onBackwardPass(model);
      }

      @Override
      public void onGradientCalculation(Model model) {
        listener.onGradientCalculation(model);
      }

      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        listener.iterationDone(model, iteration, epoch);
      }
    };
  }

  @Test
  void shouldStaySilentOnTheRepairedTwin() {
    StabilityListener listener =
        train(deep(Activation.RELU, WeightInit.RELU, 0.01), StabilityListener.create(), 200);
    assertThat(listener.diagnoses())
        .allMatch(diagnosis -> diagnosis.severity() == Severity.INFO); // a few units are dead
  }

  @Test
  void shouldLeadNonFiniteValuesBackThroughTheExplosionToTheRate() {
    StabilityListener listener =
        train(deep(Activation.RELU, WeightInit.RELU, 50), StabilityListener.create(), 20);
    Diagnosis primary = listener.primary().orElseThrow();
    assertThat(primary.condition()).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    assertThat(primary.severity()).isEqualTo(Severity.ERROR);
    assertThat(primary.remedy()).contains(".updater(new Sgd(").contains("present 50");
    Diagnosis nan =
        listener.diagnoses().stream()
            .filter(diagnosis -> diagnosis.condition() == Condition.NON_FINITE)
            .findFirst()
            .orElseThrow();
    assertThat(nan.cause().orElseThrow().condition()).isEqualTo(Condition.EXPLODING_GRADIENT);
    assertThat(nan.root().condition()).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    assertThat(nan.remedy()).isEqualTo(primary.remedy());
  }

  @Test
  void shouldReportTheIterationAndTheDataWhenALabelIsNaN() {
    MultiLayerNetwork network = dense();
    StabilityListener listener = StabilityListener.create();
    network.setListeners(listener);
    List<DataSet> batches = batches(8);
    batches.get(5).getLabels().putScalar(0, 1, Double.NaN);
    batches.forEach(network::fit);
    Diagnosis first = listener.diagnoses().get(0);
    assertThat(first.condition()).isEqualTo(Condition.NON_FINITE);
    assertThat(first.iteration()).isEqualTo(5);
    assertThat(first.explanation()).contains("labels");
  }

  @Test
  void shouldCallBackOncePerChangeAndLeaveOutWhatIsNotWanted() {
    List<Diagnosis> told = new ArrayList<>();
    StabilityListener listener = StabilityListener.builder().onDiagnosis(told::add).build();
    train(deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1), listener, 60);
    assertThat(told).hasSize(1);
    StabilityListener without =
        StabilityListener.builder().without(Condition.VANISHING_GRADIENT).build();
    train(deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1), without, 60);
    assertThat(without.diagnoses()).isEmpty();
  }

  @Test
  void shouldCallBackOnTheThreadThatTrainsOrClosesAndForClonesToo() throws Exception {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    StabilityListener listener =
        StabilityListener.builder().onDiagnosis(it -> threads.add(Thread.currentThread())).build();
    StabilityListener clone = listener.clone();
    Thread worker =
        new Thread(
            () -> {
              train(deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1), clone, 60);
            });
    worker.start();
    worker.join();
    assertThat(threads).containsExactly(worker);
    listener.close();
    assertThat(threads).as("told once").hasSize(1);
  }

  @Test
  void shouldWriteFramesDiagnosesAndChartsOfOneSession() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("run 7").build();
    train(deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1), listener, 60);
    assertThat(storage.listSessionIDs()).containsExactly("run 7");
    assertThat(storage.listTypeIDsForSession("run 7"))
        .contains(StabilityRecord.TYPE_ID, StatsListener.TYPE_ID);
    assertThat(storage.getAllUpdatesAfter("run 7", StabilityRecord.TYPE_ID, "main", 0)).hasSize(60);
    assertThat(storage.getAllUpdatesAfter("run 7", StatsListener.TYPE_ID, "main", 0)).hasSize(3);
    assertThat(storage.getAllUpdatesAfter("run 7", StabilityRecord.DIAGNOSIS_TYPE_ID, "main", 0))
        .isNotEmpty();
  }

  @Test
  void shouldHaveEverythingInAFileWhenItIsClosed(@TempDir Path folder) throws IOException {
    File file = folder.resolve("stats").toFile();
    MultiLayerNetwork network = dense();
    FileStatsStorage storage = new FileStatsStorage(file);
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("on disk").build();
    network.setListeners(listener);
    network.fit(new ListDataSetIterator<>(batches(12), 1), 2);
    listener.close();
    assertThat(storage.getAllUpdatesAfter("on disk", StabilityRecord.TYPE_ID, "main", 0))
        .hasSize(24);
    storage.close();
    FileStatsStorage again = new FileStatsStorage(file);
    assertThat(again.getAllUpdatesAfter("on disk", StabilityRecord.TYPE_ID, "main", 0)).hasSize(24);
    again.close();
  }

  @Test
  void shouldWorkInEveryFitModeOfNetworksAndGraphs() {
    ComputationGraph graph =
        (ComputationGraph) Networks.build("graph", new Sgd(0.1), DataType.FLOAT);
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("graph").build();
    graph.setListeners(listener);
    List<DataSet> batches = Networks.batches("graph", DataType.FLOAT, 4);
    graph.fit(batches.get(0));
    graph.fit(batches.get(1).toMultiDataSet());
    graph.fit(new ListDataSetIterator<>(batches, 1), 1);
    graph.fit(new MultiDataSetIteratorAdapter(new ListDataSetIterator<>(batches, 1)), 1);
    listener.close();
    assertThat(storage.getAllUpdatesAfter("graph", StabilityRecord.TYPE_ID, "main", 0)).hasSize(10);

    MultiLayerNetwork lstm =
        (MultiLayerNetwork) Networks.build("lstm", new Sgd(0.1), DataType.FLOAT);
    StabilityListener recurrent =
        StabilityListener.builder().storage(storage).sessionId("tbptt").build();
    lstm.setListeners(recurrent);
    lstm.fit(Networks.batches("lstm", DataType.FLOAT, 1).get(0));
    recurrent.close();
    // 10 time steps in segments of 4: three iterations.
    assertThat(storage.getAllUpdatesAfter("tbptt", StabilityRecord.TYPE_ID, "main", 0)).hasSize(3);
  }

  @Test
  void shouldBeHarmlessInLayerwisePretrainingAndSayOnceThatItIsNotWatched() {
    MultiLayerNetwork alone = pretrained();
    StabilityListener listener = StabilityListener.create();
    try (PrintedLog log = new PrintedLog()) {
      MultiLayerNetwork watched = pretrained(listener);
      assertThat(log.lines().filter(line -> line.contains("retraining is not watched"))).hasSize(1);
      assertThat(Bits.of(watched.params())).isEqualTo(Bits.of(alone.params()));
      assertThat(listener.diagnoses()).isEmpty();
      assertThat(log.faults()).isEmpty();
    }
  }

  /** Pretrains each layer on three minibatches, then trains on one. */
  private static MultiLayerNetwork pretrained(StabilityListener... listeners) {
    Nd4j.getRandom().setSeed(7);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.01))
                .list()
                .layer(new AutoEncoder.Builder().nOut(5).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    network.setListeners(listeners);
    network.pretrain(new ListDataSetIterator<>(batches(3), 1));
    network.fit(batches(1).get(0));
    return network;
  }

  @Test
  void shouldWatchTwoModelsInTurnEachInASessionOfItsOwn() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("pair").build();
    MultiLayerNetwork one = dense();
    MultiLayerNetwork two = dense();
    one.setListeners(listener);
    two.setListeners(listener);
    for (DataSet batch : batches(4)) {
      one.fit(batch);
      two.fit(batch);
    }
    listener.close();
    assertThat(storage.listSessionIDs()).containsExactlyInAnyOrder("pair", "pair-2");
    assertThat(storage.getAllUpdatesAfter("pair-2", StabilityRecord.TYPE_ID, "main", 0)).hasSize(4);
  }

  @Test
  void shouldWatchManyModelsInTurnEachInASessionOfItsOwn() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("many").build();
    List<MultiLayerNetwork> models = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      models.add(dense());
      models.get(i).setListeners(listener);
    }
    for (DataSet batch : batches(4)) {
      models.forEach(model -> model.fit(batch));
    }
    listener.close();
    assertThat(storage.listSessionIDs()).hasSize(9).contains("many", "many-9");
    assertThat(storage.getAllUpdatesAfter("many", StabilityRecord.TYPE_ID, "main", 0)).hasSize(4);
    assertThat(storage.getAllUpdatesAfter("many-9", StabilityRecord.TYPE_ID, "main", 0)).hasSize(4);
  }

  @Test
  void shouldGoOnMeasuringAfterAMinibatchThatCannotBeMeasured() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("odd").build();
    MultiLayerNetwork network = dense();
    network.setListeners(listener);
    List<DataSet> batches = batches(6);
    network.fit(batches.get(0));
    try (PrintedLog log = new PrintedLog()) {
      assertThatThrownBy(() -> network.fit(new DataSet(batches.get(1).getFeatures(), null)))
          .as("Deeplearning4j's own")
          .isInstanceOf(RuntimeException.class);
      batches.subList(2, 6).forEach(network::fit);
      assertThat(log.faults()).noneMatch(line -> line.contains("switched off"));
    }
    listener.close();
    assertThat(storage.getAllUpdatesAfter("odd", StabilityRecord.TYPE_ID, "main", 0)).hasSize(5);
  }

  @Test
  void shouldReportToTheSessionThatWasSetLast() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("first").build();
    MultiLayerNetwork network = dense();
    train(network, listener, 3);
    listener.setSessionID("second");
    train(network, listener, 4);
    assertThat(storage.listSessionIDs()).containsExactlyInAnyOrder("first", "second");
    assertThat(storage.getAllUpdatesAfter("second", StabilityRecord.TYPE_ID, "main", 0)).hasSize(4);
    listener.setWorkerID("other");
    train(network, listener, 2);
    assertThat(storage.getAllUpdatesAfter("second", StabilityRecord.TYPE_ID, "other", 0))
        .hasSize(2);
  }

  @Test
  void shouldGoOnTrainingWhenTheStorageOrTheCallbackThrows() {
    StabilityListener listener =
        StabilityListener.builder()
            .storage(new BrokenStorage())
            .onDiagnosis(
                diagnosis -> {
                  throw new IllegalStateException("user code");
                })
            .build();
    MultiLayerNetwork network = deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1);
    assertThatCode(() -> train(network, listener, 60)).doesNotThrowAnyException();
    assertThat(network.getIterationCount()).isEqualTo(60);
    assertThat(listener.primary()).isPresent();
  }

  @Test
  void shouldGoOnTrainingAndTellOnceWhenTheStorageIsClosedInBetween(@TempDir Path folder)
      throws IOException {
    FileStatsStorage storage = new FileStatsStorage(folder.resolve("stats").toFile());
    StabilityListener listener = StabilityListener.reportingTo(storage);
    MultiLayerNetwork network = deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1);
    try (PrintedLog log = new PrintedLog()) {
      train(network, listener, 5);
      storage.close();
      train(network, listener, 60);
      train(network, listener, 60);
      assertThat(log.faults()).singleElement().asString().contains("The storage fails");
    }
    assertThat(network.getIterationCount()).isEqualTo(125);
    assertThat(listener.primary()).isPresent();
  }

  /** A storage whose every call fails. */
  private static final class BrokenStorage implements StatsStorageRouter {
    private static RuntimeException fault() {
      return new IllegalStateException("broken storage");
    }

    @Override
    public void putStorageMetaData(StorageMetaData metaData) {
      throw fault();
    }

    @Override
    public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {
      throw fault();
    }

    @Override
    public void putStaticInfo(Persistable staticInfo) {
      throw fault();
    }

    @Override
    public void putStaticInfo(Collection<? extends Persistable> staticInfo) {
      throw fault();
    }

    @Override
    public void putUpdate(Persistable update) {
      throw new NoClassDefFoundError("broken class path");
    }

    @Override
    public void putUpdate(Collection<? extends Persistable> updates) {
      throw fault();
    }
  }

  @Test
  void shouldRejectBadInputAtConstruction() {
    StabilityListener.Builder builder = StabilityListener.builder();
    assertThatThrownBy(() -> StabilityListener.reportingTo(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("storage must not be null, was null");
    assertThatThrownBy(() -> builder.every(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("every must be at least 1 iteration, was 0");
    assertThatThrownBy(() -> builder.sessionId(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sessionId must not be blank, was \" \"");
    assertThatThrownBy(() -> builder.preset(null)).hasMessage("preset must not be null, was null");
    assertThatThrownBy(() -> builder.without((Condition) null))
        .hasMessage("condition must not be null, was null");
    assertThatThrownBy(() -> builder.onDiagnosis(null))
        .hasMessage("onDiagnosis must not be null, was null");
  }

  @Test
  void shouldRejectAClosedStorage(@TempDir Path folder) throws IOException {
    FileStatsStorage storage = new FileStatsStorage(folder.resolve("closed").toFile());
    storage.close();
    assertThatThrownBy(() -> StabilityListener.reportingTo(storage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("storage must be open, was closed");
  }

  @Test
  void shouldShareDiagnosesWithItsClonesAndNothingElse() {
    StabilityListener original = StabilityListener.builder().sessionId("shared").build();
    StabilityListener clone = original.clone();
    clone.setWorkerID("worker 2");
    assertThat(original.getWorkerID()).isEqualTo("main");
    assertThat(clone.getSessionID()).isEqualTo("shared");
    train(deep(Activation.SIGMOID, WeightInit.XAVIER, 0.1), clone, 60);
    assertThat(original.primary()).isEqualTo(clone.primary()).isPresent();
  }

  @Test
  void shouldKeepItsSettingsAndWorkAfterJavaSerialization() throws Exception {
    StabilityListener original =
        StabilityListener.builder()
            .storage(new InMemoryStatsStorage())
            .sessionId("travelled")
            .without(Condition.EXPLODING_GRADIENT)
            .build();
    train(dense(), original, 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    StabilityListener copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (StabilityListener) in.readObject();
    }
    assertThat(copy.getSessionID()).isEqualTo("travelled");
    assertThat(copy.getStorageRouter()).isNull();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    copy.setStorageRouter(storage);
    train(deep(Activation.RELU, WeightInit.RELU, 50), copy, 20);
    assertThat(copy.diagnoses())
        .extracting(Diagnosis::condition)
        .contains(Condition.NON_FINITE)
        .doesNotContain(Condition.EXPLODING_GRADIENT);
    assertThat(storage.listSessionIDs()).containsExactly("travelled");
  }

  @Test
  void shouldNotGrowWithTheLengthOfTheRun() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener =
        StabilityListener.builder().storage(storage).sessionId("long").build();
    train(dense(), listener, 3000);
    assertThat(storage.getAllUpdatesAfter("long", StabilityRecord.TYPE_ID, "main", 0))
        .hasSizeLessThan(128 * 7);
    assertThat(storage.getAllUpdatesAfter("long", StatsListener.TYPE_ID, "main", 0))
        .hasSizeLessThan(50 * 5);
  }
}
