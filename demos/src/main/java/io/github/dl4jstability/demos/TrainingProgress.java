package io.github.dl4jstability.demos;

import io.github.dl4jstability.demos.console.ProgressBar;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Moves a progress bar at each iteration. */
final class TrainingProgress extends BaseTrainingListener {
  private final ProgressBar bar;
  private final int epochs;
  private int iterations;

  TrainingProgress(ProgressBar bar, int epochs) {
    this.bar = bar;
    this.epochs = epochs;
  }

  /** Returns how many iterations are done. */
  int iterations() {
    return iterations;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    iterations++;
    String note =
        String.format(Locale.ROOT, "epoch %d of %d, loss %.3f", epoch + 1, epochs, model.score());
    bar.update(iterations, note);
  }

  /** Leaves the bar as it stands. */
  void finish() {
    bar.finish();
  }
}
