/**
 * Values as bytes, for records in a storage and for recordings alike: one codec for each kind of
 * value, on {@link io.github.dl4jstability.listeners.internal.codec.ByteWriter} and {@link
 * io.github.dl4jstability.listeners.internal.codec.ByteReader}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.codec;

import org.jspecify.annotations.NullMarked;
