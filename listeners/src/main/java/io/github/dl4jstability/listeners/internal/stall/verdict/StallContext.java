package io.github.dl4jstability.listeners.internal.stall.verdict;

import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;

/**
 * What a verdict about a stall takes from the training around it.
 *
 * @param stall the stall
 * @param iterations length of the run in iterations
 * @param examples examples per minibatch
 * @param advice how to set a learning rate, and the present one
 * @param highestRate highest learning rate so far; NaN if unknown
 * @param stepPerGradient ‖Δw‖ / ‖g‖ of recent iterations: the rate itself for gradient descent, and
 *     for other updaters the rate of gradient descent that would take steps of their length; NaN if
 *     unknown
 * @param firstLoss the loss that the run began with
 * @param baselineLoss the loss of the best answer that does not look at the features; NaN if
 *     unknown
 * @param cutOff whether no unit of some layer, with no way around it, answers to any example
 */
record StallContext(
    Stall stall,
    int iterations,
    int examples,
    RateAdvice advice,
    double highestRate,
    double stepPerGradient,
    double firstLoss,
    double baselineLoss,
    boolean cutOff) {
  /** The present learning rate; NaN if unknown. */
  double rate() {
    return advice.present();
  }
}
