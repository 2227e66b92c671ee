package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;

/** Reads one kind of value from bytes. */
@FunctionalInterface
public interface Decoder<T> {
  T read(ByteReader in) throws UnreadableRecordException;
}
