package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.Observation.Arrays;
import io.github.dl4jstability.listeners.internal.observation.Observation.Step;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.Moments;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of an {@link Observation}: all of it but the histograms, which only charts need, and
 * the structure, which its readers know.
 */
public final class ObservationCodec {

  private ObservationCodec() {}

  public static void write(ByteWriter out, Observation observation) {
    out.count(observation.iteration());
    out.count(observation.epoch());
    out.int64(observation.timeMillis());
    out.number(observation.score());
    out.count(observation.examples());
    out.number(observation.learningRate());
    out.list(observation.gradients(), MomentsCodec::write);
    out.list(observation.updates(), MomentsCodec::write);
    out.list(observation.parameters(), MomentsCodec::write);
    out.list(observation.inputs(), MomentsCodec::write);
    out.list(observation.activations(), MomentsCodec::write);
    out.list(observation.unitHealth(), HealthCodec::writeUnits);
    out.optional(observation.nonFinite(), HealthCodec::writeNonFinite);
    out.list(observation.learningRates(), ByteWriter::number);
    out.number(observation.gradientAgreement());
    out.list(observation.initialParameters(), MomentsCodec::write);
    out.optional(observation.inspection(), InspectionCodec::write);
  }

  public static Observation read(ByteReader in, NetworkStructure structure)
      throws UnreadableRecordException {
    int iteration = in.smallCount();
    int epoch = in.smallCount();
    long timeMillis = in.int64();
    double score = in.number();
    int examples = in.smallCount();
    double learningRate = in.number();
    List<Moments> gradients = in.list(MomentsCodec::read);
    List<Moments> updates = in.list(MomentsCodec::read);
    List<Moments> parameters = in.list(MomentsCodec::read);
    List<Moments> inputs = in.list(MomentsCodec::read);
    List<Moments> activations = in.list(MomentsCodec::read);
    List<UnitHealth> unitHealth = in.list(HealthCodec::readUnits);
    Optional<NonFinite> nonFinite = in.optional(HealthCodec::readNonFinite);
    List<Double> learningRates = in.list(ByteReader::number);
    double gradientAgreement = in.number();
    List<Moments> initialParameters = in.list(MomentsCodec::read);
    Observation observation =
        new Observation(
            structure,
            new Step(iteration, epoch, timeMillis, score, examples, learningRate, learningRates),
            new Arrays(
                gradients,
                updates,
                parameters,
                inputs,
                activations,
                initialParameters,
                gradientAgreement),
            unitHealth,
            nonFinite,
            in.optional(InspectionCodec::read),
            Optional.empty());
    check(observation);
    return observation;
  }

  /** Rules look things up by the indices of parameters and layers without asking. */
  private static void check(Observation observation) throws UnreadableRecordException {
    int parameters = observation.structure().parameters().size();
    int layers = observation.structure().layers().size();
    checkSize("gradients", observation.gradients(), parameters);
    checkSize("updates", observation.updates(), parameters);
    checkSize("parameters", observation.parameters(), parameters);
    checkSize("initial parameters", observation.initialParameters(), parameters);
    checkSize("activations", observation.activations(), layers);
    checkSize("unit health", observation.unitHealth(), layers);
    checkSize("learning rates", observation.learningRates(), layers);
    if (observation.inspection().isPresent()) {
      Inspection look = observation.inspection().get();
      checkSize("silence", look.silence(), layers);
      checkSize("twins", look.twins(), layers);
      checkSize("gradients through time", look.gradientsThroughTime(), layers);
    }
    if (observation.nonFinite().isPresent()) {
      for (int layer : observation.nonFinite().get().layers()) {
        if (layer >= layers) {
          throw UnreadableRecordException.malformed("non-finite values of layer " + layer);
        }
      }
    }
  }

  private static void checkSize(String what, List<?> values, int size)
      throws UnreadableRecordException {
    if (!values.isEmpty() && values.size() != size) {
      throw UnreadableRecordException.malformed(
          what + " must be 0 or " + size + ", were " + values.size());
    }
  }
}
