/**
 * What theory says about saddle points and plateaus, as programs whose numbers can be compared with
 * closed forms. The entry point is {@link io.github.dl4jstability.demos.theory.Theory}.
 */
@NullMarked
package io.github.dl4jstability.demos.theory;

import org.jspecify.annotations.NullMarked;
