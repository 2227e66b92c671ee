/**
 * What can be wrong with a run: a rule for each condition, in rooms by topic, all listed in one
 * catalogue; and how rates and initializers are worded in their advice.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.rules;

import org.jspecify.annotations.NullMarked;
