/** Rules about what a run starts from: initial weights and the scale of the data. */
@NullMarked
package io.github.dl4jstability.listeners.internal.rules.initialization;

import org.jspecify.annotations.NullMarked;
