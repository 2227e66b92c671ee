/**
 * What a run has shown so far, in the numbers that several rules ask for. The engine updates {@link
 * io.github.dl4jstability.listeners.internal.history.RunHistory} once for each observation, before
 * any rule is asked.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.history;

import org.jspecify.annotations.NullMarked;
