package io.github.dl4jstability.listeners.internal.stall.detection;

/**
 * A stretch of training over which the loss did not get better.
 *
 * @param startIteration where it began
 * @param startEpoch the epoch in which it began
 * @param foundIteration where it was noticed
 * @param level the loss during the stall
 * @param scale what improvements are measured against: the level's magnitude
 * @param noise standard deviation of the loss around its trend, in the blocks that were compared
 * @param improvement by how much the loss fell over the last half of the run
 * @param largestImprovement upper confidence limit of that
 * @param windowIterations length of that half in iterations
 */
public record Stall(
    int startIteration,
    int startEpoch,
    int foundIteration,
    double level,
    double scale,
    double noise,
    double improvement,
    double largestImprovement,
    int windowIterations) {}
