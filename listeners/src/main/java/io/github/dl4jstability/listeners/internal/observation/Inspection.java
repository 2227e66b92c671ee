package io.github.dl4jstability.listeners.internal.observation;

import java.util.List;

/**
 * What takes a closer look than moments, on the iterations that take it.
 *
 * @param silence by layer: units that have not been active for long
 * @param twins by layer: units that are copies of each other
 * @param gradientsThroughTime by layer: how the gradient changes from time step to time step
 * @param inputs by network input: how the columns of the features compare
 * @param labels by network output: how the columns of the labels compare
 * @param outputs by network output: how the answers to different examples differ
 * @param baselineLosses by network output: the loss of the best answer that does not look at the
 *     features (for example the entropy of the class frequencies), over the examples seen so far;
 *     NaN where the loss function has none that we know
 * @param zeroLosses by network output: the loss of weighted inputs that are all 0, as those of a
 *     network with very small weights are (for example the logarithm of the number of classes),
 *     over the same examples; NaN where the baseline is, and for activation functions that do not
 *     belong to the loss
 */
public record Inspection(
    List<Silence> silence,
    List<Twins> twins,
    List<GradientThroughTime> gradientsThroughTime,
    List<ColumnScales> inputs,
    List<ColumnScales> labels,
    List<OutputSpread> outputs,
    List<Double> baselineLosses,
    List<Double> zeroLosses) {

  /** Copies the lists. */
  public Inspection {
    silence = List.copyOf(silence);
    twins = List.copyOf(twins);
    gradientsThroughTime = List.copyOf(gradientsThroughTime);
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
    outputs = List.copyOf(outputs);
    baselineLosses = List.copyOf(baselineLosses);
    zeroLosses = List.copyOf(zeroLosses);
  }

  /**
   * Units (for convolutions: channels) of a rectifier layer that passed nothing on.
   *
   * <p>Rectifiers are relu, relu6 and thresholded relu; other functions let every unit pass
   * something on.
   *
   * @param units number of units; 0 means that nothing was measured
   * @param silent units whose activation was 0 for each of the last {@code examples} examples (and
   *     at every position) that were looked at; a unit that has been silent for less than the
   *     window is looked at in every iteration
   * @param examples how many examples that were, over as many minibatches as it took: all since the
   *     first look, up to a window of 1024. A unit that is active for a share q of the examples is
   *     taken for silent with chance (1 − q)^examples; with dropout behind the layer q is what is
   *     left after it
   * @param zeroShare share of all values of the last minibatch that were 0, without what dropout
   *     and masks wrote
   */
  public record Silence(int units, int silent, long examples, double zeroShare) {
    /** Stands where nothing was measured. */
    public static final Silence ABSENT = new Silence(0, 0, 0, Double.NaN);

    /**
     * Tells whether anything was measured.
     *
     * @return false for {@link #ABSENT}
     */
    public boolean isPresent() {
      return units > 0;
    }
  }

  /**
   * Units with the same incoming weights and the same update, up to rounding. Either alone is
   * harmless: units with equal weights but different ways out part at the next step, and the
   * updates of all dead units are equal, namely 0.
   *
   * @param units number of units; 0 means that nothing was measured
   * @param withTwin units that have at least one twin
   * @param distinct number of units that would remain if twins were merged
   */
  public record Twins(int units, int withTwin, int distinct) {
    /** Stands where nothing was measured. */
    public static final Twins ABSENT = new Twins(0, 0, 0);

    /**
     * Tells whether anything was measured.
     *
     * @return false for {@link #ABSENT}
     */
    public boolean isPresent() {
      return units > 0;
    }
  }

  /**
   * How the gradient of a recurrent layer's last output by its earlier inputs changes with the
   * distance in time.
   *
   * @param steps length of the sequence; 0 means that nothing was measured
   * @param decadesPerStep mean change of log10 ‖∂h(T)/∂x(t)‖ for each step back; negative if it
   *     fades; −∞ if it is 0 somewhere
   * @param decadesNearZero the same along inputs near 0, where no unit is saturated, over the
   *     nearest 8 steps: what the weights and biases do by themselves
   */
  public record GradientThroughTime(int steps, double decadesPerStep, double decadesNearZero) {
    /** Stands where nothing was measured. */
    public static final GradientThroughTime ABSENT =
        new GradientThroughTime(0, Double.NaN, Double.NaN);

    /**
     * Tells whether anything was measured.
     *
     * @return false for {@link #ABSENT}
     */
    public boolean isPresent() {
      return steps > 0;
    }
  }

  /**
   * How the columns (features, channels, targets) of an array compare, over the examples seen so
   * far.
   *
   * @param columns number of columns; 0 means that nothing was measured
   * @param examples number of values in each column that were looked at
   * @param smallestDeviation smallest standard deviation of a column that is not constant
   * @param medianDeviation median of the standard deviations of columns that are not constant
   * @param largestDeviation largest standard deviation of a column
   * @param largestOffset largest |mean| / standard deviation of a column that is not constant
   * @param rootMeanSquare root mean square of all values
   */
  public record ColumnScales(
      int columns,
      long examples,
      double smallestDeviation,
      double medianDeviation,
      double largestDeviation,
      double largestOffset,
      double rootMeanSquare) {
    /** Stands where nothing was measured. */
    public static final ColumnScales ABSENT =
        new ColumnScales(0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /**
     * Tells whether anything was measured.
     *
     * @return false for {@link #ABSENT}
     */
    public boolean isPresent() {
      return columns > 0;
    }
  }

  /**
   * How much an output depends on the example.
   *
   * @param examples examples in the minibatch; 0 means that nothing was measured
   * @param betweenExamples root mean square, over units, of the standard deviation between examples
   *     of the output after its activation function
   * @param labelsBetweenExamples the same of the labels
   */
  public record OutputSpread(int examples, double betweenExamples, double labelsBetweenExamples) {
    /** Stands where nothing was measured. */
    public static final OutputSpread ABSENT = new OutputSpread(0, Double.NaN, Double.NaN);

    /**
     * Tells whether labels differ between examples, so that answers should.
     *
     * @return false if nothing can be said about the answers
     */
    public boolean labelsDiffer() {
      return examples > 1 && labelsBetweenExamples > 0;
    }

    /**
     * Returns how much answers differ between examples, against how much labels do.
     *
     * @return 0 for a constant answer, about 1 for answers as varied as the labels
     */
    public double relativeToLabels() {
      return betweenExamples / labelsBetweenExamples;
    }

    /**
     * Tells whether anything was measured.
     *
     * @return false for {@link #ABSENT}
     */
    public boolean isPresent() {
      return examples > 0;
    }
  }
}
