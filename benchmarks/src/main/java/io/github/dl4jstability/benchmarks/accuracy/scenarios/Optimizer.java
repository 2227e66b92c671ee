package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import java.util.Locale;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/** Updaters, each with a rate at which small networks on standardized data learn well. */
enum Optimizer {
  SGD(0.1) {
    @Override
    IUpdater at(double rate) {
      return new Sgd(rate);
    }

    @Override
    IUpdater at(ISchedule schedule) {
      return new Sgd(schedule);
    }
  },
  NESTEROVS(0.02) {
    @Override
    IUpdater at(double rate) {
      return new Nesterovs(rate, 0.9);
    }

    @Override
    IUpdater at(ISchedule schedule) {
      return new Nesterovs(schedule, 0.9);
    }
  },
  ADAM(3e-3) {
    @Override
    IUpdater at(double rate) {
      return new Adam(rate);
    }

    @Override
    IUpdater at(ISchedule schedule) {
      return new Adam(schedule);
    }
  },
  RMSPROP(2e-3) {
    @Override
    IUpdater at(double rate) {
      return new RmsProp(rate);
    }

    @Override
    IUpdater at(ISchedule schedule) {
      return new RmsProp(schedule);
    }
  },
  AMSGRAD(3e-3) {
    @Override
    IUpdater at(double rate) {
      return new AMSGrad(rate);
    }

    @Override
    IUpdater at(ISchedule schedule) {
      return new AMSGrad(schedule);
    }
  };

  final double rate;

  Optimizer(double rate) {
    this.rate = rate;
  }

  abstract IUpdater at(double learningRate);

  abstract IUpdater at(ISchedule schedule);

  /** Whether the size of a step does not depend on the size of the gradient. */
  boolean isAdaptive() {
    return this == ADAM || this == RMSPROP || this == AMSGRAD;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
