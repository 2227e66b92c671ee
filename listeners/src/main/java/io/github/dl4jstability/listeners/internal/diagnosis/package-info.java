/**
 * The engine: asks each {@link io.github.dl4jstability.listeners.internal.diagnosis.Rule}, keeps
 * one active diagnosis for each condition, and links causes. It knows no single rule. Start with
 * {@link io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.diagnosis;

import org.jspecify.annotations.NullMarked;
