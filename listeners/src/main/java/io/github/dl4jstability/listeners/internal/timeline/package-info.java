/**
 * What a recording tells, as text: for people, and line by line for comparisons. Start with {@link
 * io.github.dl4jstability.listeners.internal.timeline.Timeline}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.timeline;

import org.jspecify.annotations.NullMarked;
