/** Tests of the initializers on built networks, against hand-counted fans and measured spreads. */
@NullMarked
package io.github.dl4jstability.initializers.network;

import org.jspecify.annotations.NullMarked;
