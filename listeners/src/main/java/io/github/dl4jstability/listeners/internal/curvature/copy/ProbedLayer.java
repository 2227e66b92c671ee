package io.github.dl4jstability.listeners.internal.curvature.copy;

import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * A layer or vertex of the probe's model.
 *
 * @param name what people call it
 * @param trainable the part itself
 * @param configuration its layer configuration; empty for vertices that are not layers
 * @param frozen whether training leaves its parameters alone
 */
public record ProbedLayer(
    String name, Trainable trainable, Optional<Layer> configuration, boolean frozen) {}
