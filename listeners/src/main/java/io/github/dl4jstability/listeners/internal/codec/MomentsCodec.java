package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.measurement.Moments;

/**
 * The bytes of {@link Moments}. A count of 0 stands for {@link Moments#ABSENT}; the flags say which
 * of the rare parts follow.
 */
public final class MomentsCodec {
  private static final int ZEROS = 1;
  private static final int NON_FINITE = 2;

  private MomentsCodec() {}

  public static void write(ByteWriter out, Moments moments) {
    out.count(moments.count());
    if (!moments.isPresent()) {
      return;
    }
    boolean zeros = moments.zeroShare() != 0;
    boolean nonFinite = moments.nonFinite() != 0;
    out.raw((byte) ((zeros ? ZEROS : 0) | (nonFinite ? NON_FINITE : 0)));
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

  public static Moments read(ByteReader in) throws UnreadableRecordException {
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
        (flags & ZEROS) == 0 ? 0 : in.number(),
        (flags & NON_FINITE) == 0 ? 0 : in.count());
  }
}
