package io.github.dl4jstability.listeners.internal.diagnosis;

import static io.github.dl4jstability.listeners.Condition.CONSTANT_OUTPUT;
import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.DIVERGING_LOSS;
import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.INPUT_SCALE;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_HIGH;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;
import static io.github.dl4jstability.listeners.Condition.NON_FINITE;
import static io.github.dl4jstability.listeners.Condition.OSCILLATING_LOSS;
import static io.github.dl4jstability.listeners.Condition.PLATEAU;
import static io.github.dl4jstability.listeners.Condition.POOR_INITIALIZATION;
import static io.github.dl4jstability.listeners.Condition.REGULARIZATION_TOO_STRONG;
import static io.github.dl4jstability.listeners.Condition.SADDLE_POINT;
import static io.github.dl4jstability.listeners.Condition.SATURATED_UNITS;
import static io.github.dl4jstability.listeners.Condition.SYMMETRIC_UNITS;
import static io.github.dl4jstability.listeners.Condition.UNCHANGED_PARAMETERS;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.BEFORE;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.BLURRED;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.NOT_AFTER;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.TOGETHER;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.ANY;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.BACKWARD;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.FORWARD;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.SAME;

import io.github.dl4jstability.listeners.Condition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which condition is known to bring about which, and how.
 *
 * <p>For each effect the links stand in the order in which they are tried, the nearest cause first:
 * NaN comes of an exploding gradient rather than of the rate, although the rate may in turn be why
 * the gradient explodes. Two conditions can be either cause or effect, and which of them it is the
 * order of their beginnings decides: {@link Condition#NON_FINITE}, and the pair of {@link
 * Condition#EXPLODING_GRADIENT} and {@link Condition#LEARNING_RATE_TOO_HIGH}. A gradient that
 * explodes along the initial weights makes any rate too high; one that explodes later does so
 * because of the rate. Apart from these no condition can be its own cause through any chain.
 */
final class CausalLinks {
  private static final Map<Condition, List<CausalLink>> TO = new EnumMap<>(Condition.class);

  static {
    add(
        NON_FINITE,
        link(EXPLODING_GRADIENT, NOT_AFTER, "a gradient of that size overflows within a few steps"),
        link(DIVERGING_LOSS, NOT_AFTER, "a loss that grows without end overflows"),
        link(LEARNING_RATE_TOO_HIGH, NOT_AFTER, "steps that overshoot ever farther overflow"),
        link(INPUT_SCALE, NOT_AFTER, "values of that size overflow where layers multiply them"),
        link(POOR_INITIALIZATION, NOT_AFTER, "signals that grow from layer to layer overflow"));
    add(
        EXPLODING_GRADIENT,
        link(LEARNING_RATE_TOO_HIGH, BEFORE, "each overshoot leads to where the loss is steeper"),
        link(INPUT_SCALE, ANY, "a weight's gradient is proportional to what the weight multiplies"),
        link(POOR_INITIALIZATION, ANY, "the weights that let signals grow multiply the gradient"));
    add(
        DIVERGING_LOSS,
        link(LEARNING_RATE_TOO_HIGH, ANY, "each step overshoots farther than the one before"),
        link(EXPLODING_GRADIENT, ANY, "steps along such a gradient leave the region it describes"),
        link(INPUT_SCALE, ANY, "the curvature of the loss grows with the square of that scale"),
        link(POOR_INITIALIZATION, ANY, "weights of that size make the loss too curved to descend"));
    add(
        OSCILLATING_LOSS,
        link(
            LEARNING_RATE_TOO_HIGH, ANY, "steps longer than the valley is wide cross it each time"),
        link(INPUT_SCALE, ANY, "columns of unequal scale make the valley too narrow for the step"),
        link(POOR_INITIALIZATION, ANY, "weights of that size make the valley too narrow"));
    add(
        LEARNING_RATE_TOO_HIGH,
        link(INPUT_SCALE, ANY, "the largest stable rate falls with the square of that scale"),
        link(
            EXPLODING_GRADIENT,
            NOT_AFTER,
            "along a gradient that large any usual step is too long"),
        link(
            POOR_INITIALIZATION,
            ANY,
            "weights of that size make the loss too curved for the rate"));
    add(
        SATURATED_UNITS,
        link(POOR_INITIALIZATION, FORWARD, "such weights drive units to where they are flat"),
        link(INPUT_SCALE, ANY, "inputs of that size drive units to where they are flat"),
        link(
            LEARNING_RATE_TOO_HIGH, ANY, "steps of that length threw units to where they are flat"),
        link(EXPLODING_GRADIENT, ANY, "steps of that length threw units to where they are flat"));
    add(
        DEAD_UNITS,
        link(
            REGULARIZATION_TOO_STRONG,
            ANY,
            "weights that are pulled to 0 leave units to their biases"),
        link(POOR_INITIALIZATION, FORWARD, "such weights keep units below zero for every example"),
        link(INPUT_SCALE, ANY, "one step along such inputs pushes units below zero for good"),
        link(LEARNING_RATE_TOO_HIGH, ANY, "steps of that length pushed units below zero for good"),
        link(EXPLODING_GRADIENT, ANY, "steps of that length pushed units below zero for good"),
        new CausalLink(
            SYMMETRIC_UNITS,
            SAME,
            TOGETHER,
            "equal units are silent together, as all are whose weights are 0"),
        link(
            POOR_INITIALIZATION, BEFORE, "gradients through such weights pushed units below zero"));
    add(
        VANISHING_GRADIENT,
        link(SATURATED_UNITS, BACKWARD, "flat units multiply the gradient by almost nothing"),
        link(REGULARIZATION_TOO_STRONG, ANY, "weights that are pulled to 0 pass no gradient on"),
        link(DEAD_UNITS, BACKWARD, "dead units pass no gradient on"),
        link(POOR_INITIALIZATION, ANY, "such weights shrink the gradient at each layer"),
        link(LEARNING_RATE_TOO_HIGH, ANY, "steps of that length left units where they are flat"));
    add(
        CONSTANT_OUTPUT,
        link(
            REGULARIZATION_TOO_STRONG,
            ANY,
            "weights that are pulled to 0 pass nothing of the input on"),
        link(DEAD_UNITS, ANY, "nothing of the input gets past dead units"),
        link(SATURATED_UNITS, ANY, "units at their limits hardly tell inputs apart"),
        link(VANISHING_GRADIENT, ANY, "layers that do not learn pass little of the input on"),
        link(
            LEARNING_RATE_TOO_HIGH,
            ANY,
            "long steps drove the output to where inputs do not matter"),
        link(POOR_INITIALIZATION, ANY, "such weights let the signal fade before the output"),
        link(INPUT_SCALE, ANY, "inputs of that scale drown in the biases or in saturation"),
        link(SADDLE_POINT, ANY, "at this saddle the inputs do not reach the output"),
        link(PLATEAU, ANY, "on this plateau the inputs do not reach the output"));
    add(
        UNCHANGED_PARAMETERS,
        link(
            REGULARIZATION_TOO_STRONG,
            ANY,
            "near 0 neither the penalty nor the gradient moves weights"),
        link(DEAD_UNITS, BACKWARD, "dead units have no gradient and pass none on"),
        link(SATURATED_UNITS, BACKWARD, "flat units multiply the gradient by nothing"),
        link(VANISHING_GRADIENT, ANY, "what is left of the gradient is below rounding"),
        link(SYMMETRIC_UNITS, ANY, "weights that are all zero pass no gradient on"),
        link(LEARNING_RATE_TOO_LOW, ANY, "steps of that length are lost in rounding"),
        link(LEARNING_RATE_TOO_HIGH, ANY, "steps of that length left units without a gradient"),
        link(SADDLE_POINT, ANY, "at a saddle point the gradient is zero"));
    add(
        LEARNING_RATE_TOO_LOW,
        link(VANISHING_GRADIENT, ANY, "steps are short because the gradient is"),
        link(SATURATED_UNITS, ANY, "steps are short because flat units leave no gradient"),
        link(
            REGULARIZATION_TOO_STRONG,
            ANY,
            "steps are short because weights near 0 have no gradient"),
        link(DEAD_UNITS, ANY, "steps are short because dead units leave no gradient"),
        link(INPUT_SCALE, ANY, "steps are short against targets of that size"),
        link(POOR_INITIALIZATION, ANY, "steps are short for weights of that size"),
        link(SADDLE_POINT, ANY, "steps are short because a saddle point has no gradient"));
    add(POOR_INITIALIZATION, link(SYMMETRIC_UNITS, ANY, "equal weights have no spread at all"));
    add(
        SADDLE_POINT,
        link(
            SYMMETRIC_UNITS,
            ANY,
            "where units are equal the loss is stationary along their difference"),
        link(
            REGULARIZATION_TOO_STRONG,
            ANY,
            "weights that are pulled to 0 take the network to a saddle of its loss"),
        link(POOR_INITIALIZATION, ANY, "near zero weights the network is at a saddle of its loss"));
    add(
        PLATEAU,
        link(REGULARIZATION_TOO_STRONG, ANY, "near weights of 0 the loss hardly changes"),
        link(DEAD_UNITS, ANY, "the loss does not depend on the weights of dead units"),
        link(SATURATED_UNITS, ANY, "the loss hardly depends on the weights of flat units"),
        link(VANISHING_GRADIENT, ANY, "the loss hardly depends on the early layers"),
        link(SYMMETRIC_UNITS, ANY, "equal units have nothing to move them apart"),
        link(UNCHANGED_PARAMETERS, ANY, "parameters that do not move cannot lower the loss"),
        link(LEARNING_RATE_TOO_HIGH, ANY, "long steps led to where the loss is flat"),
        link(POOR_INITIALIZATION, ANY, "the run started where the loss is flat"),
        link(INPUT_SCALE, ANY, "inputs of that scale lead to where the loss is flat"));
    for (Condition effect : Condition.values()) {
      if (effect != NON_FINITE && effect != INPUT_SCALE && effect != POOR_INITIALIZATION) {
        TO.computeIfAbsent(effect, unknown -> new ArrayList<>())
            .add(link(NON_FINITE, NOT_AFTER, "nothing that is computed with NaN means anything"));
      }
    }
  }

  private CausalLinks() {}

  /** Returns the links to an effect, in the order in which they are tried. */
  static List<CausalLink> to(Condition effect) {
    return TO.getOrDefault(effect, List.of());
  }

  private static CausalLink link(Condition cause, CausalLink.Way way, String mechanism) {
    return new CausalLink(cause, way, BLURRED, mechanism);
  }

  private static CausalLink link(Condition cause, CausalLink.Timing timing, String mechanism) {
    return new CausalLink(cause, ANY, timing, mechanism);
  }

  private static void add(Condition effect, CausalLink... links) {
    TO.put(effect, new ArrayList<>(List.of(links)));
  }
}
