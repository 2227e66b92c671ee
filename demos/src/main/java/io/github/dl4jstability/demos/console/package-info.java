/**
 * What the demonstrations write: calm text, 90 columns wide, with progress bars where the console
 * can redraw them. Start at {@link io.github.dl4jstability.demos.console.Console}.
 */
@NullMarked
package io.github.dl4jstability.demos.console;

import org.jspecify.annotations.NullMarked;
