package io.github.dl4jstability.listeners.internal.stall.verdict;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Kind;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;

/**
 * What a stall is, from what the curvature probe measured there. With α the present step per
 * gradient, L the loss, λ the ends of the spectrum, Σ the covariance of the gradient of one example
 * and B the size of a minibatch, the first that applies:
 *
 * <ol>
 *   <li><b>Rate too high</b>: a step along the gradient helps only if it is at most a third of the
 *       present one, while λmax·α is above 2, where gradient descent on a quadratic swings across
 *       the valley and climbs. λmax·α near 2 alone is the edge of stability, where training
 *       progresses (Cohen et al. 2021, arXiv:2103.00065); here it does not.
 *   <li><b>Saddle point</b>, as the probe found it; or on the slope of one: the smallest eigenvalue
 *       is negative beyond its error and at least a tenth of the largest in size, the curvature
 *       along the gradient is at least half as negative, so that the gradient grows on its way, and
 *       it leads down farther than a stable step reaches. At a distance y from the ridge the
 *       gradient is |λmin|·y, and it grows by the factor 1 + α|λmin| per iteration.
 *   <li><b>Plateau</b>, as the probe found it, unless it looks like a bottom that is far above 0,
 *       as weak features or a penalty make it: all directions curve up, and at least a hundredth as
 *       much as the steepest; or none curves down, and the loss is below {@value #LEARNED} of that
 *       of an answer that does not look at the features, so something was learned on the way here;
 *       or less than {@value #NOTHING_LEFT} of that is left: losses of which it is known are never
 *       negative, so whatever the curvature there is no more to gain. A plateau it is wherever a
 *       whole layer is silent: the loss then does not depend on what lies before it, though a
 *       random move as large as the weights may wake it.
 *   <li><b>Gradient noise</b>: descent with noisy gradients ends at a loss of α·tr(Σ)/(4B) above
 *       the bottom (the stationary point of HC + CH = (α/B)·Σ for the covariance C of the
 *       parameters, with an excess of ½tr(HC)), and that is more than a tenth of L.
 *   <li><b>Rate too low</b>: min(best step, 1/λmax) is at least ten times α, and steps of that
 *       length would lower the loss by more than 5 % in as many iterations as were compared, while
 *       the present ones, which to first order take α·‖g‖² each, explain that it stood still:
 *       together that is no more than four times the largest fall that went unseen (a cosine
 *       between step and gradient below a quarter is rare, Adam's included). At the floor of the
 *       noise each step would take far more than that, and the next one gives it back. Not if the
 *       gradient is no more than the choice of examples makes of a gradient of 0: then it leads to
 *       what these examples have by chance. And not if a schedule has brought the rate below a
 *       tenth of what it was.
 *   <li><b>Local minimum</b>: as the probe found it, or close to one (what the gradient still
 *       promises is below a tenth of L, or is no more than the choice of examples makes of a
 *       gradient of 0).
 *   <li>Otherwise it cannot be told, and that is said.
 * </ol>
 */
final class StallVerdict {
  private static final double TOO_LONG = 3;
  private static final double SWINGS = 2;
  private static final double TOO_SHORT = 10;
  private static final double LARGEST_NOISE_SHARE = 0.1;
  private static final double WORTH_WHILE = 0.05;
  private static final double STEPS_AT_AN_ANGLE = 4;
  private static final double CLOSE = 0.1;
  private static final double CURVED_DOWN = 0.1;
  private static final double DOWN_THE_RIDGE = 0.5;
  private static final double BOWL = 0.01;
  private static final double LEARNED = 0.95;
  private static final double NOTHING_LEFT = 1e-4;
  private static final double SCHEDULED = 0.1;
  private static final double MOST_FASTER = 1000;

  /** F(7, 7·p) is below 2 with probability 0.95 even at p = 1, so more than that is a signal. */
  private static final double SIGNAL = 4;

  private final StallContext context;
  private final StationaryNumbers numbers;

  StallVerdict(StallContext context, StationaryNumbers numbers) {
    this.context = context;
    this.numbers = numbers;
  }

  /** Says that a stall could not be looked into. */
  static Diagnosis unknown(StallContext context, String reason) {
    return stalled(context, Condition.PLATEAU)
        .severity(Severity.INFO)
        .because(standing(context) + " What kind of place it is cannot be told: " + reason + ".")
        .remedy(
            "Give the probe more to work with: StabilityListener.builder().probeData(data)"
                + ".curvatureBudget(0.2).")
        .build();
  }

  Diagnosis diagnosis() {
    double step = context.stepPerGradient();
    double gain = numbers.loss() - numbers.best().loss();
    if (gain > numbers.tolerance()
        && numbers.best().length() * TOO_LONG <= step
        && numbers.spectrum().largest() * step > SWINGS) {
      return rateTooHigh();
    }
    if (numbers.kind() == Kind.SADDLE_POINT && numbers.escape().isPresent()) {
      return saddlePoint(numbers.escape().get());
    }
    if (numbers.kind() == Kind.NOT_STATIONARY && isOnTheSlopeOfASaddle()) {
      return saddlePoint(alongTheGradient());
    }
    if (context.cutOff() || (numbers.kind() == Kind.PLATEAU && !isBowl() && !isLearnedFloor())) {
      return plateau();
    }
    if (noiseShare() > LARGEST_NOISE_SHARE) {
      return gradientNoise();
    }
    if (room() >= TOO_SHORT
        && gainOverWindow() > WORTH_WHILE * Math.abs(numbers.loss())
        && doPresentStepsExplainIt()
        && !isGradientByChance()) {
      return context.rate() < SCHEDULED * context.highestRate()
          ? unknown(
              context,
              "the gradient leads further down, but the schedule has brought the learning rate to "
                  + Numbers.text(context.rate()))
          : rateTooLow();
    }
    boolean close =
        numbers.kind() == Kind.LOCAL_MINIMUM
            || numbers.kind() == Kind.PLATEAU
            || numbers.promise() <= Math.max(numbers.tolerance(), CLOSE * Math.abs(numbers.loss()))
            || isGradientByChance();
    return close && !isCurvedDown()
        ? localMinimum()
        : unknown(
            context,
            "the gradient promises a fall of "
                + Numbers.text(numbers.promise())
                + ", the curvature goes from "
                + Numbers.text(numbers.spectrum().smallest())
                + " to "
                + Numbers.text(numbers.spectrum().largest())
                + ", and neither the learning rate nor the noise keeps training from going down; a"
                + " narrow valley looks like this");
  }

  private boolean isOnTheSlopeOfASaddle() {
    return isCurvedDown()
        && numbers.best().length() > numbers.safe().length()
        && numbers.loss() - numbers.best().loss() > numbers.tolerance()
        && numbers.spectrum().alongGradient() < DOWN_THE_RIDGE * numbers.spectrum().smallest();
  }

  private boolean isCurvedDown() {
    StationaryNumbers.Spectrum spectrum = numbers.spectrum();
    return spectrum.smallest() + error() < 0
        && -spectrum.smallest() >= CURVED_DOWN * spectrum.largest();
  }

  private boolean isBowl() {
    StationaryNumbers.Spectrum spectrum = numbers.spectrum();
    return spectrum.smallest() - error() >= BOWL * spectrum.largest() && spectrum.largest() > 0;
  }

  private boolean isLearnedFloor() {
    double left = context.stall().level() / context.baselineLoss();
    return left < NOTHING_LEFT || (left < LEARNED && numbers.spectrum().smallest() + error() >= 0);
  }

  /** What the smallest eigenvalue may be off by. */
  private double error() {
    StationaryNumbers.Spectrum spectrum = numbers.spectrum();
    return spectrum.residual()
        + (Double.isNaN(spectrum.smallestError()) ? 0 : 2 * spectrum.smallestError());
  }

  private StationaryNumbers.Escape alongTheGradient() {
    double curvature = -numbers.spectrum().smallest();
    double length = numbers.best().length() * numbers.gradientNorm();
    double offset = numbers.gradientNorm() / curvature;
    double iterations =
        Math.log(length / offset) / Math.log1p(context.stepPerGradient() * curvature);
    return new StationaryNumbers.Escape(length, numbers.best().loss(), Math.max(0, iterations));
  }

  /** By what factor a step could be longer and still be stable. */
  private double room() {
    return numbers.safe().length() / context.stepPerGradient();
  }

  private double gainOverWindow() {
    return (numbers.loss() - numbers.safe().loss()) * context.stall().windowIterations();
  }

  private boolean isGradientByChance() {
    return numbers.noise().signalToNoise() < SIGNAL;
  }

  private boolean doPresentStepsExplainIt() {
    double fall =
        context.stepPerGradient()
            * numbers.gradientNorm()
            * numbers.gradientNorm()
            * context.stall().windowIterations();
    double unseen = Math.max(context.stall().largestImprovement(), numbers.tolerance());
    return fall <= STEPS_AT_AN_ANGLE * unseen;
  }

  /** How much of the loss the noise of the minibatches accounts for. */
  private double noiseShare() {
    if (context.examples() >= numbers.examples()) {
      return 0;
    }
    double excess =
        context.stepPerGradient() * numbers.noise().covarianceTrace() / (4.0 * context.examples());
    return excess / Math.abs(numbers.loss());
  }

  private Diagnosis rateTooHigh() {
    double better = context.rate() * numbers.best().length() / context.stepPerGradient();
    return probed(Condition.LEARNING_RATE_TOO_HIGH)
        .show(Evidence.BETTER_RATE, better)
        .because(
            standing(context)
                + " Steps jump across the valley: the largest curvature times the step is "
                + Numbers.text(numbers.spectrum().largest() * context.stepPerGradient())
                + " (above 2 they climb), while a step "
                + Numbers.text(context.stepPerGradient() / numbers.best().length())
                + " times shorter lowers the loss from "
                + Numbers.text(numbers.loss())
                + " to "
                + Numbers.text(numbers.best().loss())
                + ".")
        .remedy("Lower the learning rate: " + context.advice().set(better) + ".")
        .build();
  }

  private Diagnosis rateTooLow() {
    double factor = Math.min(MOST_FASTER, room());
    double better = context.rate() * factor;
    return probed(Condition.LEARNING_RATE_TOO_LOW)
        .show(Evidence.BETTER_RATE, better)
        .because(
            standing(context)
                + " The gradient leads down, but in steps too short to matter: one step "
                + Numbers.text(room())
                + " times longer lowers the loss from "
                + Numbers.text(numbers.loss())
                + " to "
                + Numbers.text(numbers.safe().loss())
                + ".")
        .remedy("Raise the learning rate: " + context.advice().set(better) + ".")
        .build();
  }

  private Diagnosis saddlePoint(StationaryNumbers.Escape escape) {
    boolean leavesSoon = escape.iterations() <= context.iterations();
    double fastest = 1 / numbers.spectrum().largest();
    boolean mayBeFaster = fastest > 2 * context.stepPerGradient() && Double.isFinite(fastest);
    return probed(Condition.SADDLE_POINT)
        .severity(leavesSoon ? Severity.INFO : Severity.WARNING)
        .show(Evidence.LOSS_ALONG_THE_ESCAPE, escape.loss())
        .show(Evidence.LENGTH_OF_THE_ESCAPE, escape.step())
        .show(Evidence.ITERATIONS_TO_LEAVE, escape.iterations())
        .because(
            standing(context)
                + " It is a saddle point: the gradient promises a fall of "
                + Numbers.text(numbers.promise())
                + " at most, but in one direction the loss curves down ("
                + Numbers.text(numbers.spectrum().smallest())
                + "), and a step of length "
                + Numbers.text(escape.step())
                + " along it lowers the loss from "
                + Numbers.text(numbers.loss())
                + " to "
                + Numbers.text(escape.loss())
                + ". "
                + (Double.isInfinite(escape.iterations())
                    ? "Descent stands exactly on the ridge and does not leave by itself."
                    : "At the present rate it takes about "
                        + Numbers.text(Math.ceil(escape.iterations()))
                        + " iterations to leave."))
        .remedy(
            leavesSoon
                ? "Nothing has to be done: training leaves it by itself."
                : "Push the parameters off the ridge: add a little noise to them, or start from random"
                    + " weights such as .weightInit(new XavierNormal())"
                    + (mayBeFaster
                        ? "; a learning rate up to "
                            + Numbers.text(context.rate() * fastest / context.stepPerGradient())
                            + " leaves faster."
                        : "."))
        .build();
  }

  private Diagnosis plateau() {
    double fall = context.stepPerGradient() * numbers.gradientNorm() * numbers.gradientNorm();
    double iterations = Math.abs(numbers.loss()) / fall;
    return probed(Condition.PLATEAU)
        .show(Evidence.ITERATIONS_TO_CROSS, iterations)
        .because(
            standing(context)
                + (context.cutOff()
                    ? " It is a plateau: a whole layer is silent, so the loss does not depend on the"
                        + " weights that lead to it."
                    : slopes(iterations)))
        .remedy(
            "Find what keeps the gradient from the parameters: dead or saturated units ask for other"
                + " initial weights, .weightInit(new HeNormal()) (ReLU) or .weightInit(new"
                + " XavierNormal()) (tanh), or for .activation(Activation.LEAKYRELU).")
        .build();
  }

  private String slopes(double iterations) {
    return " It is a plateau: neither the gradient (norm "
        + Numbers.text(numbers.gradientNorm())
        + ") nor the curvature (from "
        + Numbers.text(numbers.spectrum().smallest())
        + " to "
        + Numbers.text(numbers.spectrum().largest())
        + ") leads to another loss nearby"
        + (iterations > context.iterations() && Double.isFinite(iterations)
            ? ", and at this slope it would take more than "
                + Numbers.text(iterations)
                + " iterations to cross it."
            : ".");
  }

  private Diagnosis gradientNoise() {
    double share = noiseShare();
    double factor = share / LARGEST_NOISE_SHARE;
    double batch = Math.ceil(context.examples() * factor);
    double rate = context.rate() / factor;
    return probed(Condition.GRADIENT_NOISE)
        .show(Evidence.SHARE_FROM_NOISE, share)
        .show(Evidence.BETTER_BATCH_SIZE, batch)
        .show(Evidence.BETTER_RATE, rate)
        .because(
            standing(context)
                + " Gradients of "
                + context.examples()
                + " examples differ so much that at this learning rate they keep the loss about "
                + Numbers.text(share * Math.abs(numbers.loss()))
                + " above where it could be (it is "
                + Numbers.text(numbers.loss())
                + ").")
        .remedy(
            "Train with batches of "
                + Numbers.text(batch)
                + " examples or more, or lower the learning rate: "
                + context.advice().set(rate)
                + ".")
        .build();
  }

  private Diagnosis localMinimum() {
    double level = context.stall().level();
    boolean asByChance = level >= LEARNED * context.baselineLoss();
    boolean asAtFirst = level >= 0.9 * context.firstLoss();
    String which =
        asByChance
            ? " The loss is that of an answer that does not look at the features: training is"
                + " stuck rather than done."
            : asAtFirst
                ? " Training is stuck near where it began."
                : " Training has converged: the loss fell to this from "
                    + Numbers.text(context.firstLoss())
                    + ".";
    return probed(Condition.LOCAL_MINIMUM)
        .severity(Severity.INFO)
        .show(Evidence.FIRST_LOSS, context.firstLoss())
        .show(Evidence.LOSS_OF_A_CONSTANT_ANSWER, context.baselineLoss())
        .because(
            standing(context)
                + " It is at a minimum, or close to one: the gradient promises a fall of "
                + Numbers.text(numbers.promise())
                + ", and curvature goes from "
                + Numbers.text(numbers.spectrum().smallest())
                + " to "
                + Numbers.text(numbers.spectrum().largest())
                + "."
                + which)
        .remedy(
            asByChance || asAtFirst
                ? "Look at the features and the labels, and try other initial weights or a larger"
                    + " network."
                : "Nothing has to be done; to get lower, change the network or the data.")
        .build();
  }

  /** Starts a diagnosis with what the probe measured. */
  private DiagnosisBuilder probed(Condition condition) {
    return stalled(context, condition)
        .show(Evidence.PROBED_LOSS, numbers.loss())
        .show(Evidence.GRADIENT_NORM, numbers.gradientNorm())
        .show(Evidence.PROMISED_FALL, numbers.promise())
        .show(Evidence.SMALLEST_EIGENVALUE, numbers.spectrum().smallest())
        .show(Evidence.STANDARD_ERROR_OF_THE_SMALLEST, numbers.spectrum().smallestError())
        .show(Evidence.LARGEST_EIGENVALUE, numbers.spectrum().largest())
        .show(Evidence.CURVATURE_ALONG_THE_GRADIENT, numbers.spectrum().alongGradient())
        .show(Evidence.RESIDUAL, numbers.spectrum().residual())
        .show(
            Evidence.LARGEST_EIGENVALUE_TIMES_STEP,
            numbers.spectrum().largest() * context.stepPerGradient())
        .show(Evidence.BEST_STEP, numbers.best().length())
        .show(Evidence.LOSS_AT_THE_BEST_STEP, numbers.best().loss())
        .show(Evidence.NOISE_SCALE, noiseScale())
        .show(Evidence.EXAMPLES_PROBED, numbers.examples())
        .show(Evidence.SECONDS_OF_THE_PROBE, numbers.seconds());
  }

  /** tr(Σ)/‖G‖² with the unbiased ‖G‖² (McCandlish et al. 2018, arXiv:1812.06162). */
  private double noiseScale() {
    double chance = numbers.noise().covarianceTrace() / numbers.examples();
    double squared = chance * (numbers.noise().signalToNoise() - 1);
    return squared <= 0 ? Double.POSITIVE_INFINITY : numbers.noise().covarianceTrace() / squared;
  }

  /** Starts a diagnosis with what the losses show. */
  private static DiagnosisBuilder stalled(StallContext context, Condition condition) {
    Stall stall = context.stall();
    return DiagnosisBuilder.of(condition)
        .since(new Onset(stall.startIteration(), stall.startEpoch()))
        .show(Evidence.STALL_LOSS, stall.level())
        .show(Evidence.STALL_FALL, stall.improvement())
        .show(Evidence.STALL_LARGEST_FALL, stall.largestImprovement())
        .show(Evidence.STALL_ITERATIONS, stall.windowIterations());
  }

  private static String standing(StallContext context) {
    return "The loss stands at "
        + Numbers.text(context.stall().level())
        + ": over the last "
        + context.stall().windowIterations()
        + " iterations it fell by "
        + Numbers.text(Math.max(0, context.stall().largestImprovement()))
        + " at most.";
  }
}
