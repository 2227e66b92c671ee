/**
 * One model in training, from its hooks to the judgement: {@link
 * io.github.dl4jstability.listeners.internal.run.Run}, its threads and its fault barrier; and the
 * same from a recording.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.run;

import org.jspecify.annotations.NullMarked;
