package io.github.dl4jstability.benchmarks.quality;

import io.github.dl4jstability.initializers.network.ActivationAware;
import io.github.dl4jstability.initializers.network.LayerSequentialUnitVariance;
import io.github.dl4jstability.initializers.network.NetworkInitializer;
import java.util.OptionalInt;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.dataset.DataSet;

/** The ways to initialize that are compared: Deeplearning4j's own by its enum, and ours. */
enum Scheme {
  RULES("rules()", WeightInit.XAVIER),
  EDGE_OF_CHAOS("edgeOfChaos()", WeightInit.XAVIER),
  XAVIER("XAVIER", WeightInit.XAVIER),
  RELU("RELU", WeightInit.RELU),
  LSUV("LSUV", WeightInit.XAVIER);

  private final String title;
  private final WeightInit configured;

  Scheme(String title, WeightInit configured) {
    this.title = title;
    this.configured = configured;
  }

  String title() {
    return title;
  }

  /** Builds the task's network with its weights. */
  Model start(Task task, long seed) {
    Model model = task.network().build(seed, configured);
    switch (this) {
      case RULES -> apply(task.dependency(), model, seed);
      case EDGE_OF_CHAOS ->
          NetworkInitializer.with(ActivationAware.edgeOfChaos()).seed(seed).initialize(model);
      case LSUV -> unitVariance(model, task.data().batches(seed).next());
      default -> {}
    }
    return model;
  }

  private static void apply(OptionalInt dependency, Model model, long seed) {
    NetworkInitializer.with(
            dependency.isPresent()
                ? ActivationAware.rules(dependency.getAsInt())
                : ActivationAware.rules())
        .seed(seed)
        .initialize(model);
  }

  private static void unitVariance(Model model, DataSet batch) {
    LayerSequentialUnitVariance.create().initialize(model, batch.getFeatures());
  }
}
