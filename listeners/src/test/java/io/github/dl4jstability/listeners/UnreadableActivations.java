package io.github.dl4jstability.listeners;

import java.util.AbstractList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Activations of which no layer's can be read, as of a layer that gives something exotic. */
public final class UnreadableActivations extends AbstractList<INDArray> {
  private final List<INDArray> activations;

  /**
   * Hides the layers' activations.
   *
   * @param activations the features, which stay readable, and the layers' activations
   */
  public UnreadableActivations(List<INDArray> activations) {
    this.activations = activations;
  }

  @Override
  public INDArray get(int index) {
    if (index > 0) {
      throw new UnsupportedOperationException("no such type");
    }
    return activations.get(index);
  }

  @Override
  public int size() {
    return activations.size();
  }
}
