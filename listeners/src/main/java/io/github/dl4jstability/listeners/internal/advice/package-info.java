/** What to change, as Java to write: which rate to set, which initializer fits a layer. */
@NullMarked
package io.github.dl4jstability.listeners.internal.advice;

import org.jspecify.annotations.NullMarked;
