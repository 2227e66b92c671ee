package io.github.dl4jstability.listeners.record;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Setup;
import java.util.List;

/**
 * The bytes of a {@link NetworkStructure}: what the dashboard shows of it. What only rules need is
 * left out and reads back as unknown.
 */
final class StructureCodec {

  private StructureCodec() {}

  static void write(ByteWriter out, NetworkStructure structure) {
    out.text(structure.model());
    out.list(structure.layers(), StructureCodec::writeLayer);
    out.list(structure.parameters(), StructureCodec::writeParameter);
  }

  static NetworkStructure read(ByteReader in) throws UnreadableRecordException {
    String model = in.text();
    List<Layer> layers = in.list(StructureCodec::readLayer);
    List<Parameter> parameters = in.list(StructureCodec::readParameter);
    for (Parameter parameter : parameters) {
      if (parameter.layer() >= layers.size()) {
        throw UnreadableRecordException.malformed("a parameter of layer " + parameter.layer());
      }
    }
    return new NetworkStructure(model, layers, parameters);
  }

  private static void writeLayer(ByteWriter out, Layer layer) {
    out.text(layer.name());
    out.text(layer.type());
    out.text(layer.activation());
    out.count(layer.stepsToOutput());
    out.flag(layer.output());
    out.flag(layer.trainable());
  }

  private static Layer readLayer(ByteReader in) throws UnreadableRecordException {
    return new Layer(
        in.text(), in.text(), in.text(), in.smallCount(), in.flag(), in.flag(), Setup.UNKNOWN);
  }

  private static void writeParameter(ByteWriter out, Parameter parameter) {
    out.count(parameter.layer());
    out.text(parameter.name());
    out.count(parameter.count());
    out.flag(parameter.trained());
  }

  private static Parameter readParameter(ByteReader in) throws UnreadableRecordException {
    return new Parameter(
        in.smallCount(), in.text(), in.count(), in.flag(), Role.OTHER, Double.NaN, Double.NaN);
  }
}
