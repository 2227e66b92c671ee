package io.github.dl4jstability.listeners.internal.rules;

import static io.github.dl4jstability.listeners.Condition.CONSTANT_OUTPUT;
import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.DIVERGING_LOSS;
import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.GRADIENT_NOISE;
import static io.github.dl4jstability.listeners.Condition.INPUT_SCALE;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_HIGH;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;
import static io.github.dl4jstability.listeners.Condition.LOCAL_MINIMUM;
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
import static io.github.dl4jstability.listeners.internal.diagnosis.CatalogueEntry.SYMPTOM;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.BEFORE;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.NOT_AFTER;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Timing.TOGETHER;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.BACKWARD;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.FORWARD;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.Way.SAME;
import static io.github.dl4jstability.listeners.internal.diagnosis.CausalLink.because;

import io.github.dl4jstability.listeners.internal.diagnosis.Catalogue;
import io.github.dl4jstability.listeners.internal.diagnosis.CatalogueEntry;
import io.github.dl4jstability.listeners.internal.diagnosis.CausalLink;
import io.github.dl4jstability.listeners.internal.rules.gradient.ExplodingGradientRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.ExplodingThroughTimeRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.NonFiniteRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.VanishingGradientRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.VanishingThroughTimeRule;
import io.github.dl4jstability.listeners.internal.rules.initialization.InputScaleRule;
import io.github.dl4jstability.listeners.internal.rules.initialization.PoorInitializationRule;
import io.github.dl4jstability.listeners.internal.rules.step.DivergingLossRule;
import io.github.dl4jstability.listeners.internal.rules.step.LearningRateTooHighRule;
import io.github.dl4jstability.listeners.internal.rules.step.LearningRateTooLowRule;
import io.github.dl4jstability.listeners.internal.rules.step.OscillatingLossRule;
import io.github.dl4jstability.listeners.internal.rules.step.TooStrongRegularizationRule;
import io.github.dl4jstability.listeners.internal.rules.step.UnchangedParametersRule;
import io.github.dl4jstability.listeners.internal.rules.units.ConstantOutputRule;
import io.github.dl4jstability.listeners.internal.rules.units.DeadUnitsRule;
import io.github.dl4jstability.listeners.internal.rules.units.SaturatedUnitsRule;
import io.github.dl4jstability.listeners.internal.rules.units.SymmetricUnitsRule;
import io.github.dl4jstability.listeners.internal.stall.verdict.StallRule;
import java.util.List;

/**
 * The conditions of this library: for each its rules, its place, and what is known to bring it
 * about. A new rule gets its entry here.
 *
 * <p>For each effect the causes stand in the order in which they are tried, the nearest first: NaN
 * comes of an exploding gradient rather than of the rate, although the rate may in turn be why the
 * gradient explodes. Two conditions can be either cause or effect, and which of them it is the
 * order of their beginnings decides: {@code NON_FINITE}, and the pair of {@code EXPLODING_GRADIENT}
 * and {@code LEARNING_RATE_TOO_HIGH}. A gradient that explodes along the initial weights makes any
 * rate too high; one that explodes later does so because of the rate. Apart from these no condition
 * can be its own cause through any chain.
 *
 * <p>Entries stand in the order of their places: what a run starts from, in the order in which the
 * signal meets it, then how it moves, then what others bring about.
 */
public final class Conditions {
  private static final CausalLink NAN =
      because(NON_FINITE, "nothing that is computed with NaN means anything").beginning(NOT_AFTER);

  /** All of them. */
  public static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              CatalogueEntry.of(NON_FINITE, 0)
                  .judgedBy(NonFiniteRule::new)
                  .causedBy(
                      because(
                              EXPLODING_GRADIENT,
                              "a gradient of that size overflows within a few steps")
                          .beginning(NOT_AFTER),
                      because(DIVERGING_LOSS, "a loss that grows without end overflows")
                          .beginning(NOT_AFTER),
                      because(LEARNING_RATE_TOO_HIGH, "steps that overshoot ever farther overflow")
                          .beginning(NOT_AFTER),
                      because(
                              INPUT_SCALE,
                              "values of that size overflow where layers multiply them")
                          .beginning(NOT_AFTER)
                          .when(InputScaleRule::lengthensSteps),
                      because(POOR_INITIALIZATION, "signals that grow from layer to layer overflow")
                          .beginning(NOT_AFTER)),
              CatalogueEntry.of(INPUT_SCALE, 1)
                  .judgedBy(InputScaleRule::new)
                  .countingAsInformation(),
              CatalogueEntry.of(SYMMETRIC_UNITS, 2).judgedBy(SymmetricUnitsRule::new).causedBy(NAN),
              CatalogueEntry.of(POOR_INITIALIZATION, 3)
                  .judgedBy(PoorInitializationRule::new)
                  .causedBy(because(SYMMETRIC_UNITS, "equal weights have no spread at all"))
                  .countingAsInformation(),
              CatalogueEntry.of(REGULARIZATION_TOO_STRONG, 4)
                  .judgedBy(TooStrongRegularizationRule::new)
                  .causedBy(NAN),
              CatalogueEntry.of(LEARNING_RATE_TOO_HIGH, 5)
                  .judgedBy(LearningRateTooHighRule::new)
                  .causedBy(
                      because(
                              INPUT_SCALE,
                              "the largest stable rate falls with the square of that scale")
                          .when(InputScaleRule::lengthensSteps),
                      because(
                              EXPLODING_GRADIENT,
                              "along a gradient that large any usual step is too long")
                          .beginning(NOT_AFTER),
                      because(
                          POOR_INITIALIZATION,
                          "weights of that size make the loss too curved for the rate"),
                      NAN),
              CatalogueEntry.of(LEARNING_RATE_TOO_LOW, 6)
                  .judgedBy(LearningRateTooLowRule::new)
                  .causedBy(
                      because(VANISHING_GRADIENT, "steps are short because the gradient is"),
                      because(
                          SATURATED_UNITS, "steps are short because flat units leave no gradient"),
                      because(
                          REGULARIZATION_TOO_STRONG,
                          "steps are short because weights near 0 have no gradient"),
                      because(DEAD_UNITS, "steps are short because dead units leave no gradient"),
                      because(INPUT_SCALE, "steps are short against targets of that size"),
                      because(POOR_INITIALIZATION, "steps are short for weights of that size"),
                      because(
                          SADDLE_POINT, "steps are short because a saddle point has no gradient"),
                      NAN),
              CatalogueEntry.of(EXPLODING_GRADIENT, 7)
                  .judgedBy(ExplodingGradientRule::new, ExplodingThroughTimeRule::new)
                  .causedBy(
                      because(
                              LEARNING_RATE_TOO_HIGH,
                              "each overshoot leads to where the loss is steeper")
                          .beginning(BEFORE),
                      because(
                              INPUT_SCALE,
                              "a weight's gradient is proportional to what the weight multiplies")
                          .when(InputScaleRule::lengthensSteps),
                      because(
                          POOR_INITIALIZATION,
                          "the weights that let signals grow multiply the gradient"),
                      NAN),
              CatalogueEntry.of(SATURATED_UNITS, 8)
                  .judgedBy(SaturatedUnitsRule::new)
                  .causedBy(
                      because(
                              POOR_INITIALIZATION,
                              "such weights drive units to where they are flat")
                          .lying(FORWARD),
                      because(INPUT_SCALE, "inputs of that size drive units to where they are flat")
                          .when(InputScaleRule::lengthensSteps),
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "steps of that length threw units to where they are flat"),
                      because(
                          EXPLODING_GRADIENT,
                          "steps of that length threw units to where they are flat"),
                      NAN),
              CatalogueEntry.of(DEAD_UNITS, 9)
                  .judgedBy(DeadUnitsRule::new)
                  .causedBy(
                      because(
                          REGULARIZATION_TOO_STRONG,
                          "weights that are pulled to 0 leave units to their biases"),
                      because(
                              POOR_INITIALIZATION,
                              "such weights keep units below zero for every example")
                          .lying(FORWARD),
                      because(
                              INPUT_SCALE,
                              "one step along such inputs pushes units below zero for good")
                          .when(InputScaleRule::lengthensSteps),
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "steps of that length pushed units below zero for good"),
                      because(
                          EXPLODING_GRADIENT,
                          "steps of that length pushed units below zero for good"),
                      because(
                              SYMMETRIC_UNITS,
                              "equal units are silent together, as all are whose weights are 0")
                          .lying(SAME)
                          .beginning(TOGETHER),
                      because(
                              POOR_INITIALIZATION,
                              "gradients through such weights pushed units below zero")
                          .beginning(BEFORE),
                      NAN),
              CatalogueEntry.of(VANISHING_GRADIENT, 10)
                  .judgedBy(VanishingGradientRule::new, VanishingThroughTimeRule::new)
                  .causedBy(
                      because(SATURATED_UNITS, "flat units multiply the gradient by almost nothing")
                          .lying(BACKWARD),
                      because(
                          REGULARIZATION_TOO_STRONG,
                          "weights that are pulled to 0 pass no gradient on"),
                      because(DEAD_UNITS, "dead units pass no gradient on").lying(BACKWARD),
                      because(
                          POOR_INITIALIZATION, "such weights shrink the gradient at each layer"),
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "steps of that length left units where they are flat"),
                      NAN),
              CatalogueEntry.of(CONSTANT_OUTPUT, SYMPTOM)
                  .judgedBy(ConstantOutputRule::new)
                  .causedBy(
                      because(
                          REGULARIZATION_TOO_STRONG,
                          "weights that are pulled to 0 pass nothing of the input on"),
                      because(DEAD_UNITS, "nothing of the input gets past dead units"),
                      because(SATURATED_UNITS, "units at their limits hardly tell inputs apart"),
                      because(
                          VANISHING_GRADIENT,
                          "layers that do not learn pass little of the input on"),
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "long steps drove the output to where inputs do not matter"),
                      because(
                          POOR_INITIALIZATION,
                          "such weights let the signal fade before the output"),
                      because(
                          INPUT_SCALE, "inputs of that scale drown in the biases or in saturation"),
                      because(SADDLE_POINT, "at this saddle the inputs do not reach the output"),
                      because(PLATEAU, "on this plateau the inputs do not reach the output"),
                      NAN),
              CatalogueEntry.of(UNCHANGED_PARAMETERS, SYMPTOM)
                  .judgedBy(UnchangedParametersRule::new)
                  .causedBy(
                      because(
                          REGULARIZATION_TOO_STRONG,
                          "near 0 neither the penalty nor the gradient moves weights"),
                      because(DEAD_UNITS, "dead units have no gradient and pass none on")
                          .lying(BACKWARD),
                      because(SATURATED_UNITS, "flat units multiply the gradient by nothing")
                          .lying(BACKWARD),
                      because(VANISHING_GRADIENT, "what is left of the gradient is below rounding"),
                      because(SYMMETRIC_UNITS, "weights that are all zero pass no gradient on"),
                      because(LEARNING_RATE_TOO_LOW, "steps of that length are lost in rounding"),
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "steps of that length left units without a gradient"),
                      because(SADDLE_POINT, "at a saddle point the gradient is zero"),
                      NAN),
              CatalogueEntry.of(DIVERGING_LOSS, SYMPTOM)
                  .judgedBy(DivergingLossRule::new)
                  .causedBy(
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "each step overshoots farther than the one before"),
                      because(
                          EXPLODING_GRADIENT,
                          "steps along such a gradient leave the region it describes"),
                      because(
                              INPUT_SCALE,
                              "the curvature of the loss grows with the square of that scale")
                          .when(InputScaleRule::lengthensSteps),
                      because(
                          POOR_INITIALIZATION,
                          "weights of that size make the loss too curved to descend"),
                      NAN),
              CatalogueEntry.of(OSCILLATING_LOSS, SYMPTOM)
                  .judgedBy(OscillatingLossRule::new)
                  .causedBy(
                      because(
                          LEARNING_RATE_TOO_HIGH,
                          "steps longer than the valley is wide cross it each time"),
                      because(
                              INPUT_SCALE,
                              "columns of unequal scale make the valley too narrow for the step")
                          .when(InputScaleRule::lengthensSteps),
                      because(
                          POOR_INITIALIZATION, "weights of that size make the valley too narrow"),
                      NAN),
              CatalogueEntry.of(SADDLE_POINT, SYMPTOM)
                  .judgedBy(StallRule::new)
                  .causedBy(
                      because(
                          SYMMETRIC_UNITS,
                          "where units are equal the loss is stationary along their difference"),
                      because(
                          REGULARIZATION_TOO_STRONG,
                          "weights that are pulled to 0 take the network to a saddle of its loss"),
                      because(
                          POOR_INITIALIZATION,
                          "near zero weights the network is at a saddle of its loss"),
                      NAN)
                  .countingAsInformation(),
              CatalogueEntry.of(PLATEAU, SYMPTOM)
                  .causedBy(
                      because(
                          REGULARIZATION_TOO_STRONG, "near weights of 0 the loss hardly changes"),
                      because(DEAD_UNITS, "the loss does not depend on the weights of dead units"),
                      because(
                          SATURATED_UNITS, "the loss hardly depends on the weights of flat units"),
                      because(VANISHING_GRADIENT, "the loss hardly depends on the early layers"),
                      because(SYMMETRIC_UNITS, "equal units have nothing to move them apart"),
                      because(
                          UNCHANGED_PARAMETERS,
                          "parameters that do not move cannot lower the loss"),
                      because(LEARNING_RATE_TOO_HIGH, "long steps led to where the loss is flat"),
                      because(POOR_INITIALIZATION, "the run started where the loss is flat"),
                      because(INPUT_SCALE, "inputs of that scale lead to where the loss is flat"),
                      NAN),
              CatalogueEntry.of(LOCAL_MINIMUM, SYMPTOM).causedBy(NAN),
              CatalogueEntry.of(GRADIENT_NOISE, SYMPTOM).causedBy(NAN)));

  private Conditions() {}
}
