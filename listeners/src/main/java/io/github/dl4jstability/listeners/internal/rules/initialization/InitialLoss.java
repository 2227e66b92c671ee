package io.github.dl4jstability.listeners.internal.rules.initialization;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Penalties;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.List;
import java.util.Optional;

/**
 * The loss that a run starts with, against that of chance.
 *
 * <p>A sound network starts near the loss of weighted inputs z = 0 at the output, which tell
 * nothing: ln C for one of C classes. Let s be the standard deviation of z between the random
 * networks that a scheme draws. On average the loss is then at most
 *
 * <ul>
 *   <li><b>softmax</b>: ln C + min(s²/2, s·√(2 ln C)). The labels know nothing of the weights, so E
 *       z of the right class is 0, and E ln Σ exp z is at most ln E Σ exp z = ln C + s²/2 (Jensen)
 *       and at most ln C + E max z;
 *   <li><b>sigmoid, for each output</b>: ln 2 + min(s²/8, s/√(2π)): the curvature of ln(1 + exp z)
 *       is at most 1/4 and its distance from z/2 at most ln 2 + |z|/2;
 *   <li><b>squared distance</b>: (t + s)², for targets of root mean square t. That even holds for
 *       the single network, with s its own root mean square (triangle inequality).
 * </ul>
 *
 * <p>The largest s of a sound scheme is {@value #WIDEST} = 1.8·√2 times what the output reads: the
 * widest gain in use, by the mean of the fans, in an output much narrower than what it reads. Sound
 * hidden layers keep the size of a signal, so what it reads is about as large as the features, and
 * features larger than 1 raise s by as much as they are.
 *
 * <p>A single network's loss scatters around the average by about s as well. So this is the effect
 * only; the cause has to be seen in the weights.
 *
 * <p>Not known for other losses, weighted ones, other activation functions at the output, and
 * several outputs, whose losses are told as a sum.
 *
 * @param loss the loss of the first minibatch, without penalties
 * @param guess that of the best answer that does not look at the features
 * @param zero that of z = 0
 * @param limit the most that a sound scheme gives on average
 */
record InitialLoss(double loss, double guess, double zero, double limit) {
  private static final double WIDEST = 2.55;

  /** Returns it at the first observation; empty where it means nothing. */
  static Optional<InitialLoss> of(RunHistory history) {
    return history
        .now()
        .inspection()
        .filter(look -> look.zeroLosses().size() == 1 && look.labels().size() == 1)
        .map(look -> of(history, look))
        .filter(start -> start.zero() > 0 && Double.isFinite(start.limit()));
  }

  private static InitialLoss of(RunHistory history, Inspection look) {
    Observation first = history.now();
    Penalties penalties = history.penalties();
    double spread = WIDEST * Math.max(1, largest(look.inputs()));
    double zero = look.zeroLosses().get(0);
    return new InitialLoss(
        first.score() - (penalties.ofSquares() + penalties.ofL1()),
        history.reference().guess(),
        zero,
        zero * timesZero(lossName(first.structure()), look.labels().get(0), spread));
  }

  private static double largest(List<ColumnScales> inputs) {
    return inputs.stream()
        .filter(ColumnScales::isPresent)
        .mapToDouble(ColumnScales::rootMeanSquare)
        .max()
        .orElse(1);
  }

  private static String lossName(NetworkStructure structure) {
    return structure.layers().stream()
        .filter(NetworkStructure.Layer::output)
        .map(layer -> layer.setup().loss())
        .findFirst()
        .orElse("");
  }

  /** The largest mean loss over that of z = 0; NaN for losses that we do not know. */
  private static double timesZero(String loss, ColumnScales labels, double spread) {
    double square = spread * spread;
    return switch (loss) {
      case "MCXENT", "NEGATIVELOGLIKELIHOOD", "SPARSE_MCXENT" -> {
        double chance = Math.log(labels.columns());
        yield 1 + Math.min(square / 2, spread * Math.sqrt(2 * chance)) / chance;
      }
      case "XENT" -> 1 + Math.min(square / 8, spread / Math.sqrt(2 * Math.PI)) / Math.log(2);
      case "MSE", "L2" -> Math.pow(1 + spread / labels.rootMeanSquare(), 2);
      default -> Double.NaN;
    };
  }

  /** Tells whether no sound scheme starts with such a loss; NaN and infinity are other matters. */
  boolean isFarAboveChance() {
    return loss > limit && Double.isFinite(loss);
  }

  /** Returns a diagnosis with this as further evidence. */
  Diagnosis shownIn(Diagnosis diagnosis) {
    String explanation =
        isFarAboveChance()
            ? diagnosis.explanation()
                + " The run started with a loss of "
                + Numbers.text(loss)
                + " where chance has "
                + Numbers.text(zero)
                + " and no sound scheme more than "
                + Numbers.text(limit)
                + "."
            : diagnosis.explanation();
    return DiagnosisBuilder.like(diagnosis)
        .show(Evidence.INITIAL_LOSS, loss)
        .show(Evidence.LOSS_OF_A_GUESS, guess)
        .show(Evidence.LARGEST_SOUND_INITIAL_LOSS, limit)
        .because(explanation)
        .build();
  }
}
