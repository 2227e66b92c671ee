/**
 * What may go to the log of whatever strings and exceptions users bring: {@link
 * io.github.dl4jstability.listeners.internal.logging.LogText} and {@link
 * io.github.dl4jstability.listeners.internal.logging.LoggedFault}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.logging;

import org.jspecify.annotations.NullMarked;
