package io.github.dl4jstability.listeners.record;

import io.github.dl4jstability.listeners.observation.NonFinite;
import io.github.dl4jstability.listeners.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.UnitHealth;
import io.github.dl4jstability.measurement.Moments;

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
    out.list(observation.gradients(), FrameCodec::writeMoments);
    out.list(observation.updates(), FrameCodec::writeMoments);
    out.list(observation.parameters(), FrameCodec::writeMoments);
    out.list(observation.activations(), FrameCodec::writeMoments);
    out.list(observation.unitHealth(), FrameCodec::writeHealth);
    out.optional(observation.nonFinite(), FrameCodec::writeNonFinite);
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
        in.list(FrameCodec::readMoments),
        in.list(FrameCodec::readMoments),
        in.list(FrameCodec::readMoments),
        in.list(FrameCodec::readMoments),
        in.list(FrameCodec::readHealth),
        in.optional(FrameCodec::readNonFinite));
  }

  private static void writeExtremes(ByteWriter out, FrameExtremes extremes) {
    out.number(extremes.lowestScore());
    out.number(extremes.highestScore());
    out.list(extremes.largestGradientNorms(), ByteWriter::number);
  }

  private static FrameExtremes readExtremes(ByteReader in) throws UnreadableRecordException {
    return new FrameExtremes(in.number(), in.number(), in.list(ByteReader::number));
  }

  /**
   * A count of 0 stands for {@link Moments#ABSENT}; the flags say whether the rare parts follow.
   */
  private static void writeMoments(ByteWriter out, Moments moments) {
    out.count(moments.count());
    if (!moments.isPresent()) {
      return;
    }
    boolean zeros = moments.zeroShare() != 0;
    boolean nonFinite = moments.nonFinite() != 0;
    out.raw((byte) ((zeros ? 1 : 0) | (nonFinite ? 2 : 0)));
    out.number(moments.mean());
    out.number(moments.standardDeviation());
    out.number(moments.l2Norm());
    out.number(moments.absoluteMaximum());
    if (zeros) {
      out.number(moments.zeroShare());
    }
    if (nonFinite) {
      out.count(moments.nonFinite());
    }
  }

  private static Moments readMoments(ByteReader in) throws UnreadableRecordException {
    long count = in.count();
    if (count == 0) {
      return Moments.ABSENT;
    }
    byte flags = in.raw();
    return new Moments(
        count,
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        (flags & 1) == 0 ? 0 : in.number(),
        (flags & 2) == 0 ? 0 : in.count());
  }

  private static void writeHealth(ByteWriter out, UnitHealth health) {
    out.count(health.units());
    if (health.isPresent()) {
      out.count(health.neverActive());
      out.count(health.saturated());
      out.number(health.saturatedShare());
    }
  }

  private static UnitHealth readHealth(ByteReader in) throws UnreadableRecordException {
    int units = in.smallCount();
    return units == 0
        ? UnitHealth.ABSENT
        : new UnitHealth(units, in.smallCount(), in.smallCount(), in.number());
  }

  private static void writeNonFinite(ByteWriter out, NonFinite nonFinite) {
    out.text(nonFinite.stage().name());
    out.list(nonFinite.layers(), (o, layer) -> o.count(layer));
    out.count(nonFinite.count());
  }

  private static NonFinite readNonFinite(ByteReader in) throws UnreadableRecordException {
    return new NonFinite(in.constant(Stage.class), in.list(ByteReader::smallCount), in.count());
  }
}
