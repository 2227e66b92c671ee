package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Trains with a collector attached and keeps what it observed. */
class Watching extends BaseTrainingListener {
  static final CollectionPlan EVERY_ITERATION =
      new CollectionPlan(
          1,
          ThinningSchedule.ALWAYS,
          ThinningSchedule.ALWAYS,
          ThinningSchedule.ALWAYS,
          Optional.empty());
  static final CollectionPlan EVERY_TWENTIETH =
      new CollectionPlan(
          1,
          ThinningSchedule.EVERY_TWENTIETH,
          ThinningSchedule.EVERY_TWENTIETH,
          ThinningSchedule.EVERY_TWENTIETH,
          Optional.empty());

  private final CollectionPlan plan;
  private @Nullable Collector collector;
  final List<Observation> observations = new ArrayList<>();

  Watching(Model model, CollectionPlan plan) {
    this.plan = plan;
    model.setListeners(this);
  }

  static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder().seed(1);
  }

  /**
   * Has arrays too large for plain loops; its updater is Sgd(0.1) unless the settings change it.
   */
  static MultiLayerNetwork dense(UnaryOperator<NeuralNetConfiguration.Builder> settings) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            settings
                .apply(configuration().updater(new Sgd(0.1)))
                .list()
                .layer(new DenseLayer.Builder().nOut(200).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    return network;
  }

  /** Trains on each batch once and returns the last observation. */
  static Observation train(Model model, DataSet... batches) {
    Watching watching = new Watching(model, EVERY_ITERATION);
    for (DataSet batch : batches) {
      watching.fit(model, batch);
    }
    return watching.last();
  }

  void fit(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(batch);
    } else {
      ((ComputationGraph) model).fit(batch);
    }
  }

  void fit(ComputationGraph model, MultiDataSet batch) {
    model.fit(batch);
  }

  /** Is made in the first hook, as the listener does it: there a workspace is open. */
  private Collector collectorOf(Model model) {
    Collector own = collector;
    if (own == null) {
      own = Collector.of(model, plan);
      collector = own;
    }
    return own;
  }

  Observation last() {
    return observations.get(observations.size() - 1);
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> outputs) {
    collectorOf(model).onForwardPass(model, outputs);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> outputs) {
    collectorOf(model).onForwardPass(model, outputs);
  }

  @Override
  public void onBackwardPass(Model model) {
    collectorOf(model).onBackwardPass(model);
  }

  @Override
  public void onGradientCalculation(Model model) {
    collectorOf(model).onGradientCalculation(model);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    collectorOf(model).iterationDone(model, iteration, epoch).ifPresent(observations::add);
  }
}
