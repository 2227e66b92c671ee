package io.github.dl4jstability.benchmarks.zoo;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Gives the same minibatches in each epoch. */
final class Epoch implements MultiDataSetIterator {
  private static final long serialVersionUID = 1L;

  private final transient List<MultiDataSet> minibatches;
  private final boolean ahead;
  private transient Iterator<MultiDataSet> rest;

  /**
   * @param ahead whether Deeplearning4j may fetch them on a thread of its own, into a workspace
   */
  Epoch(List<MultiDataSet> minibatches, boolean ahead) {
    this.minibatches = minibatches;
    this.ahead = ahead;
    rest = minibatches.iterator();
  }

  @Override
  public boolean hasNext() {
    return rest.hasNext();
  }

  @Override
  public MultiDataSet next() {
    return rest.next();
  }

  @Override
  public MultiDataSet next(int number) {
    if (!hasNext()) {
      throw new NoSuchElementException("no minibatch is left");
    }
    return next();
  }

  @Override
  public void reset() {
    rest = minibatches.iterator();
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public boolean asyncSupported() {
    return ahead;
  }

  @Override
  public void setPreProcessor(@Nullable MultiDataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("minibatches stay as they are");
  }

  @Override
  public @Nullable MultiDataSetPreProcessor getPreProcessor() {
    return null;
  }
}
