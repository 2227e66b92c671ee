/**
 * What may go to the log of whatever strings and exceptions users bring: {@link
 * io.github.dl4jstability.listeners.logging.LogText} and {@link
 * io.github.dl4jstability.listeners.logging.LoggedFault}.
 */
@NullMarked
package io.github.dl4jstability.listeners.logging;

import org.jspecify.annotations.NullMarked;
