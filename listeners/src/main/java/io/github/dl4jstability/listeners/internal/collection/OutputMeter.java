package io.github.dl4jstability.listeners.internal.collection;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.internal.model.LossNames;
import io.github.dl4jstability.listeners.internal.model.Part;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.measurement.FlatMemory;
import io.github.dl4jstability.measurement.UnitView;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Looks at one output of a network: its labels and, which no hook shows, its answers. These are
 * computed for some of the examples from the layer's input and parameters; the layer itself is not
 * run.
 */
public final class OutputMeter {
  /** The spread of 32 rows is off by about 1/√64 = 12 %. */
  private static final int MOST_ROWS = 32;

  /** Up to so many products and answers all rows cost less than to choose some of them. */
  private static final long MOST_PRODUCTS = 1 << 18;

  private static final long MOST_ANSWERS = 1 << 13;

  /** Above, so many rows would cost too much of an iteration. */
  private static final long MOST_WEIGHTS = 1 << 20;

  private final int index;
  private final Part part;
  private final Layer layer;
  private final boolean averages;
  private final boolean areClassIndices;
  private final ColumnMeter labels = new ColumnMeter();
  // Kept from look to look: to make an array takes longer than to fill it.
  private @Nullable INDArray rows;
  private @Nullable INDArray sums;
  private double answerSpread = Double.NaN;
  private double labelSpread = Double.NaN;
  private int examples;

  /**
   * @param index index of the part
   * @param part an output layer
   * @param layer its configuration without wrappers
   * @param averages whether the loss is divided by the number of examples
   */
  public OutputMeter(int index, Part part, Layer layer, boolean averages) {
    this.averages = averages;
    this.index = index;
    this.part = part;
    this.layer = layer;
    this.areClassIndices = LossNames.lossOf(layer).orElse(null) instanceof LossSparseMCXENT;
  }

  /** Takes the answers of this minibatch, in the forward hook. */
  void lookAtAnswers(PartInputs inputs, int minibatch) {
    examples = minibatch;
    answerSpread = Double.NaN;
    INDArray raw = inputs.raw(index).orElse(null);
    boolean dense = layer instanceof BaseOutputLayer && !(layer instanceof OCNNOutputLayer);
    boolean plain = layer instanceof LossLayer || layer instanceof RnnLossLayer;
    if (raw == null || !(dense || plain) || !raw.dataType().isFPType()) {
      return;
    }
    INDArray weights = dense ? part.trainable().paramTable(false).get("W") : null;
    if (dense && (weights == null || weights.length() > MOST_WEIGHTS)) {
      return;
    }
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray input =
          inputs
              .preProcessor(index)
              .map(
                  before ->
                      before
                          .clone()
                          .preProcess(raw.dup(), minibatch, LayerWorkspaceMgr.noWorkspaces()))
              .orElse(raw);
      DataType type = weights == null ? input.dataType() : weights.dataType(); // as layers cast it
      INDArray some = isSmall(input, weights) ? input : someRows(input, type);
      if (some != null && (weights == null || some.size(1) == weights.size(0))) {
        ColumnMeter answers = new ColumnMeter();
        answers.look(answers(some, weights), 1, null);
        answerSpread = spread(answers);
      }
    }
  }

  /** Tells whether a whole minibatch can be used as it is, which spares the copy of some rows. */
  private boolean isSmall(INDArray input, @Nullable INDArray weights) {
    return weights != null
        && input.rank() == 2
        && input.dataType() == weights.dataType()
        && input.size(0) * weights.length() <= MOST_PRODUCTS
        && input.size(0) * weights.size(1) <= MOST_ANSWERS
        && mask(input, 1) == null;
  }

  /** Overwrites its input where there are no weights. */
  private INDArray answers(INDArray some, @Nullable INDArray weights) {
    INDArray answers = weights == null ? some : product(some, weights);
    return layer instanceof BaseLayer base
        ? base.getActivationFn().getActivation(answers, false)
        : answers;
  }

  /** Returns rows times weights plus bias, in one call. */
  private INDArray product(INDArray some, INDArray weights) {
    sums = kept(sums, weights.dataType(), 'f', some.size(0), weights.size(1));
    sums.data().setData(biases((int) sums.size(0), (int) sums.size(1)));
    return Nd4j.gemm(some, weights, sums, false, false, 1, 1);
  }

  /** Returns the bias of each unit, or 0, once for each row. */
  private double[] biases(int rows, int units) {
    double[] biases = new double[rows * units];
    INDArray bias = part.trainable().paramTable(false).get("b");
    if (bias != null) {
      FlatMemory elements = FlatMemory.of(bias);
      for (int unit = 0; unit < units; unit++) {
        Arrays.fill(biases, unit * rows, (unit + 1) * rows, elements.get(unit));
      }
    }
    return biases;
  }

  /** Returns an array for results: the last one if it fits. */
  private static INDArray kept(@Nullable INDArray last, DataType type, char order, long... shape) {
    boolean fits = last != null && last.dataType() == type && Arrays.equals(last.shape(), shape);
    return fits ? requireNonNull(last) : Nd4j.createUninitialized(type, shape, order);
  }

  /** Copies evenly spaced examples, or steps of examples, that no mask hides. */
  private @Nullable INDArray someRows(INDArray input, DataType type) {
    INDArray all;
    if (input.rank() == 3) {
      INDArray byStep = unitsLast() ? input : input.permute(0, 2, 1);
      INDArray dense = byStep.dup('c');
      all = dense.reshape('c', dense.size(0) * dense.size(1), dense.size(2));
    } else if (input.rank() == 2) {
      all = input;
    } else {
      return null;
    }
    int[] shown = shownRows((int) all.size(0), mask(input, unitsLast() ? 2 : 1));
    int count = Math.min(MOST_ROWS, shown.length);
    int[] chosen =
        IntStream.range(0, count)
            .map(i -> shown[(int) ((long) i * shown.length / count)])
            .toArray();
    return count == 0 ? null : rows(all, chosen, type);
  }

  /** As {@code getRows}, which takes longer here than all the rest of the look. */
  private INDArray rows(INDArray matrix, int[] chosen, DataType type) {
    UnitView columns = UnitView.of(matrix, 1);
    int width = columns.units();
    double[] row = new double[width];
    double[] values = new double[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      columns.read(chosen[i], row);
      System.arraycopy(row, 0, values, i * width, width);
    }
    rows = kept(rows, type, 'c', chosen.length, width);
    rows.data().setData(values);
    return rows;
  }

  private static int[] shownRows(int rows, @Nullable INDArray mask) {
    if (mask == null || mask.length() != rows) {
      return IntStream.range(0, rows).toArray();
    }
    double[] flags = mask.dup('c').reshape(mask.length()).castTo(DataType.DOUBLE).toDoubleVector();
    return IntStream.range(0, rows).filter(i -> flags[i] != 0).toArray();
  }

  private boolean unitsLast() {
    return layer instanceof RnnOutputLayer output
        ? output.getRnnDataFormat() == RNNFormat.NWC
        : layer instanceof RnnLossLayer loss && loss.getRnnDataFormat() == RNNFormat.NWC;
  }

  /**
   * Returns the mask of an array's rows, in the order of examples and then steps: output layers for
   * series turn theirs into a column in which the examples of a step come together.
   */
  private @Nullable INDArray mask(INDArray array, int axisOfUnits) {
    INDArray mask = part.built().map(built -> built.getMaskArray()).orElse(null);
    if (mask == null || array.rank() != 3) {
      return mask;
    }
    long examplesHere = array.size(0);
    long steps = array.size(axisOfUnits == 2 ? 1 : 2);
    boolean isColumn = mask.rank() == 2 && mask.size(1) == 1 && steps > 1;
    return isColumn && mask.length() == examplesHere * steps
        ? mask.dup('f').reshape('f', examplesHere, steps)
        : mask;
  }

  /** Takes the labels of this minibatch, in the backward hook. */
  void lookAtLabels() {
    labelSpread = Double.NaN;
    INDArray shown =
        part.built().orElse(null) instanceof IOutputLayer output ? output.getLabels() : null;
    if (shown != null) {
      int axis = unitsLast() && shown.rank() == 3 ? 2 : 1;
      INDArray mask = mask(shown, axis);
      ColumnMeter now = new ColumnMeter();
      lookAtLabels(shown, axis, mask, now);
      lookAtLabels(shown, axis, mask, labels);
      labelSpread = spread(now);
    }
  }

  private void lookAtLabels(INDArray shown, int axis, @Nullable INDArray mask, ColumnMeter meter) {
    if (!areClassIndices) {
      meter.look(shown, axis, mask);
    } else if (layer instanceof BaseOutputLayer output) {
      meter.lookAtClasses(shown, (int) output.getNOut(), mask);
    }
  }

  private static double spread(ColumnMeter meter) {
    return Math.sqrt(Arrays.stream(meter.variances()).average().orElse(Double.NaN));
  }

  OutputSpread spread() {
    return Double.isNaN(answerSpread)
        ? OutputSpread.ABSENT
        : new OutputSpread(examples, answerSpread, labelSpread);
  }

  ColumnScales labels() {
    return labels.result();
  }

  /** Returns the loss of the best answer that does not look at the features. */
  double baselineLoss() {
    return BaselineLoss.of(layer, labels) * (averages ? 1 : examples);
  }

  /** Returns the loss of weighted inputs that are all 0. */
  double zeroLoss() {
    return BaselineLoss.ofZeros(layer, labels) * (averages ? 1 : examples);
  }
}
