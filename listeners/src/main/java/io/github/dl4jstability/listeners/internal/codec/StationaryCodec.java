package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Escape;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Kind;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Noise;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Spectrum;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Step;

/** The bytes of {@link StationaryNumbers}. */
public final class StationaryCodec {

  private StationaryCodec() {}

  public static void write(ByteWriter out, StationaryNumbers numbers) {
    out.text(numbers.kind().name());
    out.count(numbers.iteration());
    out.count(numbers.examples());
    out.number(numbers.loss());
    out.number(numbers.gradientNorm());
    out.number(numbers.promise());
    out.number(numbers.tolerance());
    writeSpectrum(out, numbers.spectrum());
    out.number(numbers.noise().covarianceTrace());
    out.number(numbers.noise().signalToNoise());
    writeStep(out, numbers.best());
    writeStep(out, numbers.safe());
    out.optional(numbers.escape(), StationaryCodec::writeEscape);
    out.flag(numbers.finished());
    out.number(numbers.gradients());
    out.number(numbers.seconds());
  }

  public static StationaryNumbers read(ByteReader in) throws UnreadableRecordException {
    return new StationaryNumbers(
        in.constant(Kind.class),
        in.smallCount(),
        in.smallCount(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        new Spectrum(in.number(), in.number(), in.number(), in.number(), in.number()),
        new Noise(in.number(), in.number()),
        new Step(in.number(), in.number()),
        new Step(in.number(), in.number()),
        in.optional(i -> new Escape(i.number(), i.number(), i.number())),
        in.flag(),
        in.number(),
        in.number());
  }

  private static void writeSpectrum(ByteWriter out, Spectrum spectrum) {
    out.number(spectrum.smallest());
    out.number(spectrum.smallestError());
    out.number(spectrum.largest());
    out.number(spectrum.alongGradient());
    out.number(spectrum.residual());
  }

  private static void writeStep(ByteWriter out, Step step) {
    out.number(step.length());
    out.number(step.loss());
  }

  private static void writeEscape(ByteWriter out, Escape escape) {
    out.number(escape.step());
    out.number(escape.loss());
    out.number(escape.iterations());
  }
}
