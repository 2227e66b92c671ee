/** Rules about units and outputs: dead, saturated, duplicate, constant. */
@NullMarked
package io.github.dl4jstability.listeners.internal.rules.units;

import org.jspecify.annotations.NullMarked;
