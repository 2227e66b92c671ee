package io.github.dl4jstability.listeners.internal.record;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteReader;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.codec.HealthCodec;
import io.github.dl4jstability.listeners.internal.codec.MomentsCodec;
import io.github.dl4jstability.listeners.internal.observation.Observation;

/** The bytes of a {@link Frame}. */
final class FrameCodec {

  private FrameCodec() {}

  static void write(ByteWriter out, Observation observation, FrameExtremes extremes) {
    out.count(observation.iteration());
    out.count(observation.epoch());
    out.int64(observation.timeMillis());
    out.float64(observation.score());
    out.count(observation.examples());
    out.number(observation.learningRate());
    writeExtremes(out, extremes);
    out.list(observation.gradients(), MomentsCodec::write);
    out.list(observation.updates(), MomentsCodec::write);
    out.list(observation.parameters(), MomentsCodec::write);
    out.list(observation.activations(), MomentsCodec::write);
    out.list(observation.unitHealth(), HealthCodec::writeUnits);
    out.optional(observation.nonFinite(), HealthCodec::writeNonFinite);
  }

  static Frame read(ByteReader in) throws UnreadableRecordException {
    return new Frame(
        in.smallCount(),
        in.smallCount(),
        in.int64(),
        in.float64(),
        in.smallCount(),
        in.number(),
        readExtremes(in),
        in.list(MomentsCodec::read),
        in.list(MomentsCodec::read),
        in.list(MomentsCodec::read),
        in.list(MomentsCodec::read),
        in.list(HealthCodec::readUnits),
        in.optional(HealthCodec::readNonFinite));
  }

  private static void writeExtremes(ByteWriter out, FrameExtremes extremes) {
    out.number(extremes.lowestScore());
    out.number(extremes.highestScore());
    out.list(extremes.largestGradientNorms(), ByteWriter::number);
  }

  private static FrameExtremes readExtremes(ByteReader in) throws UnreadableRecordException {
    return new FrameExtremes(in.number(), in.number(), in.list(ByteReader::number));
  }
}
