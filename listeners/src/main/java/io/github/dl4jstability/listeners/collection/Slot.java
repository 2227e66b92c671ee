package io.github.dl4jstability.listeners.collection;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parameter array of a part, and where it lies in the flat view of all parameters.
 *
 * @param part index of the part
 * @param parameter its name within the part
 * @param array the live array
 * @param offset index of its first element in the flat view
 */
record Slot(int part, String parameter, INDArray array, long offset) {}
