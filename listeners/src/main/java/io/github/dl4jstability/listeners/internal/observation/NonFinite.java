package io.github.dl4jstability.listeners.internal.observation;

import java.util.List;

/**
 * The first place in an iteration where NaN or infinity was seen.
 *
 * @param stage where
 * @param layers indices of the layers concerned, the first to show it first; empty for input,
 *     labels and loss
 * @param count how many values there were not finite; 0 where they were not counted
 */
public record NonFinite(Stage stage, List<Integer> layers, long count) {

  /** Copies the list. */
  public NonFinite {
    layers = List.copyOf(layers);
  }

  /** The stages of an iteration, in their order. */
  public enum Stage {
    /** The features given to the network. */
    INPUT("the features", true),
    /** Parameters, before this iteration's step. */
    PARAMETERS_BEFORE("the parameters", true),
    /** What a layer computed from finite inputs with finite parameters. */
    ACTIVATIONS("the activations", true),
    /** The labels given to the network. */
    LABELS("the labels", true),
    /** The loss, from finite outputs and labels. */
    LOSS("the loss", true),
    /** Gradients, from finite activations and a finite loss. */
    GRADIENTS("the gradients", true),
    /** What the updater made of finite gradients. */
    UPDATES("the updates", true),
    /** Parameters, after this iteration's step. */
    PARAMETERS_AFTER("the parameters", false);

    private final String title;
    private final boolean beforeStep;

    Stage(String title, boolean beforeStep) {
      this.title = title;
      this.beforeStep = beforeStep;
    }

    /**
     * Returns the stage in words.
     *
     * @return for example {@code "the gradients"}
     */
    public String title() {
      return title;
    }

    /**
     * Tells whether the values were seen before the parameters were changed.
     *
     * @return false only for {@link #PARAMETERS_AFTER}
     */
    public boolean isBeforeStep() {
      return beforeStep;
    }
  }
}
