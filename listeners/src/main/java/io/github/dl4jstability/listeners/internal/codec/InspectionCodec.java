package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;

/** The bytes of an {@link Inspection}; a size of 0 stands for what was not measured. */
final class InspectionCodec {

  private InspectionCodec() {}

  static void write(ByteWriter out, Inspection look) {
    out.list(look.silence(), InspectionCodec::writeSilence);
    out.list(look.twins(), InspectionCodec::writeTwins);
    out.list(look.gradientsThroughTime(), InspectionCodec::writeThroughTime);
    out.list(look.inputs(), InspectionCodec::writeColumns);
    out.list(look.labels(), InspectionCodec::writeColumns);
    out.list(look.outputs(), InspectionCodec::writeSpread);
    out.list(look.baselineLosses(), ByteWriter::number);
    out.list(look.zeroLosses(), ByteWriter::number);
  }

  static Inspection read(ByteReader in) throws UnreadableRecordException {
    return new Inspection(
        in.list(InspectionCodec::readSilence),
        in.list(InspectionCodec::readTwins),
        in.list(InspectionCodec::readThroughTime),
        in.list(InspectionCodec::readColumns),
        in.list(InspectionCodec::readColumns),
        in.list(InspectionCodec::readSpread),
        in.list(ByteReader::number),
        in.list(ByteReader::number));
  }

  private static void writeSilence(ByteWriter out, Silence silence) {
    out.count(silence.units());
    if (silence.isPresent()) {
      out.count(silence.silent());
      out.count(silence.examples());
      out.number(silence.zeroShare());
    }
  }

  private static Silence readSilence(ByteReader in) throws UnreadableRecordException {
    int units = in.smallCount();
    return units == 0
        ? Silence.ABSENT
        : new Silence(units, in.smallCount(), in.count(), in.number());
  }

  private static void writeTwins(ByteWriter out, Twins twins) {
    out.count(twins.units());
    if (twins.isPresent()) {
      out.count(twins.withTwin());
      out.count(twins.distinct());
    }
  }

  private static Twins readTwins(ByteReader in) throws UnreadableRecordException {
    int units = in.smallCount();
    return units == 0 ? Twins.ABSENT : new Twins(units, in.smallCount(), in.smallCount());
  }

  private static void writeThroughTime(ByteWriter out, GradientThroughTime gradient) {
    out.count(gradient.steps());
    if (gradient.isPresent()) {
      out.number(gradient.decadesPerStep());
      out.number(gradient.decadesNearZero());
    }
  }

  private static GradientThroughTime readThroughTime(ByteReader in)
      throws UnreadableRecordException {
    int steps = in.smallCount();
    return steps == 0
        ? GradientThroughTime.ABSENT
        : new GradientThroughTime(steps, in.number(), in.number());
  }

  private static void writeColumns(ByteWriter out, ColumnScales scales) {
    out.count(scales.columns());
    if (scales.isPresent()) {
      out.count(scales.examples());
      out.number(scales.smallestDeviation());
      out.number(scales.medianDeviation());
      out.number(scales.largestDeviation());
      out.number(scales.largestOffset());
      out.number(scales.rootMeanSquare());
    }
  }

  private static ColumnScales readColumns(ByteReader in) throws UnreadableRecordException {
    int columns = in.smallCount();
    return columns == 0
        ? ColumnScales.ABSENT
        : new ColumnScales(
            columns, in.count(), in.number(), in.number(), in.number(), in.number(), in.number());
  }

  private static void writeSpread(ByteWriter out, OutputSpread spread) {
    out.count(spread.examples());
    if (spread.isPresent()) {
      out.number(spread.betweenExamples());
      out.number(spread.labelsBetweenExamples());
    }
  }

  private static OutputSpread readSpread(ByteReader in) throws UnreadableRecordException {
    int examples = in.smallCount();
    return examples == 0
        ? OutputSpread.ABSENT
        : new OutputSpread(examples, in.number(), in.number());
  }
}
