/**
 * The images that the demonstrations train on. They are part of the jar, so nothing is downloaded;
 * start at {@link io.github.dl4jstability.demos.data.FashionMnist}.
 */
@NullMarked
package io.github.dl4jstability.demos.data;

import org.jspecify.annotations.NullMarked;
