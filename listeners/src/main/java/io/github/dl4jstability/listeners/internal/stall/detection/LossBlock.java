package io.github.dl4jstability.listeners.internal.stall.detection;

/**
 * Some iterations in a row.
 *
 * @param firstIteration the first of them
 * @param firstEpoch its epoch
 * @param lastIteration the last of them
 * @param count how many of them were observed
 * @param loss mean of their losses
 * @param rate mean of their learning rates; NaN if any is unknown
 */
record LossBlock(
    int firstIteration, int firstEpoch, int lastIteration, long count, double loss, double rate) {

  static LossBlock of(int iteration, int epoch, double loss, double rate) {
    return new LossBlock(iteration, epoch, iteration, 1, loss, rate);
  }

  /** This block and the next as one. */
  LossBlock then(LossBlock next) {
    long both = count + next.count;
    double share = (double) next.count / both;
    return new LossBlock(
        firstIteration,
        firstEpoch,
        next.lastIteration,
        both,
        loss + share * (next.loss - loss),
        rate + share * (next.rate - rate));
  }
}
