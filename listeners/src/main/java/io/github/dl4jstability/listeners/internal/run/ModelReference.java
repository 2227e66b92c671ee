package io.github.dl4jstability.listeners.internal.run;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Refers to one very model without keeping it: networks compare by configuration and parameters,
 * which takes long and changes with each iteration.
 */
final class ModelReference extends WeakReference<Model> {
  private final int hash;

  /**
   * @param queue where to learn that the model is gone; null for a reference that only looks up
   */
  ModelReference(Model model, @Nullable ReferenceQueue<Model> queue) {
    super(model, queue);
    hash = System.identityHashCode(model);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    Model own = get();
    return own != null && other instanceof ModelReference reference && reference.refersTo(own);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
