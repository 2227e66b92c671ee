package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.listeners.Condition;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Scenarios from outside: this provider is only named in a services file of the tests. */
public final class TinyScenarios implements ScenarioProvider {
  static final int ONSET = 5;

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(
        new Line("tiny-outside/healthy", Expected.healthy(), Integer.MAX_VALUE),
        new Line(
            "tiny-outside/nan-label",
            Expected.fault(Condition.NON_FINITE).beside(Condition.values()).from(ONSET),
            ONSET),
        new Broken());
  }

  /** y = 2x by linear regression, with a broken label in one iteration. */
  private record Line(String name, Expected expected, int brokenAt) implements Scenario {
    @Override
    public int iterations() {
      return 20;
    }

    @Override
    public void run(Trial trial) {
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(trial.seed())
                  .updater(new Sgd(0.1))
                  .list()
                  .layer(
                      new OutputLayer.Builder(LossFunction.MSE)
                          .nIn(1)
                          .nOut(1)
                          .activation(Activation.IDENTITY)
                          .build())
                  .build());
      network.init();
      trial.watch(network);
      while (trial.goesOn()) {
        var x = Nd4j.randn(8, 1);
        var y = x.mul(2);
        if (trial.iteration() == brokenAt) {
          y.putScalar(0, Double.NaN);
        }
        network.fit(new DataSet(x, y));
      }
    }
  }

  /** Cannot be run. */
  private record Broken() implements Scenario {
    @Override
    public String name() {
      return "tiny-outside/broken";
    }

    @Override
    public Expected expected() {
      return Expected.healthy();
    }

    @Override
    public int iterations() {
      return 20;
    }

    @Override
    public void run(Trial trial) {
      throw new IllegalStateException("no data");
    }
  }

  /** Has a truth, and is not run. */
  record Silent(Expected expected, int iterations) implements Scenario {
    @Override
    public String name() {
      return "tiny/silent";
    }

    @Override
    public void run(Trial trial) {
      throw new UnsupportedOperationException("only judged");
    }
  }
}
