/**
 * The file of a recorded run: blocks, entries, and how far a broken one can be read. Start with
 * {@link io.github.dl4jstability.listeners.internal.recording.RecordingReader} and {@link
 * io.github.dl4jstability.listeners.internal.recording.RecordingFormat}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.recording;

import org.jspecify.annotations.NullMarked;
