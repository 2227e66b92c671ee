package io.github.dl4jstability.demos;

/**
 * How much the demonstration trains.
 *
 * @param trainImages training images
 * @param testImages test images
 * @param sickEpochs epochs of the sick network
 * @param repairedEpochs epochs of the repaired one
 */
record Size(int trainImages, int testImages, int sickEpochs, int repairedEpochs) {
  static final Size FULL = new Size(9_000, 1_000, 12, 12);
}
