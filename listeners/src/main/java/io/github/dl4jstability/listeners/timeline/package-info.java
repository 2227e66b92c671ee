/**
 * What a recording tells, as text: for people, and line by line for comparisons. Start with {@link
 * io.github.dl4jstability.listeners.timeline.Timeline}.
 */
@NullMarked
package io.github.dl4jstability.listeners.timeline;

import org.jspecify.annotations.NullMarked;
