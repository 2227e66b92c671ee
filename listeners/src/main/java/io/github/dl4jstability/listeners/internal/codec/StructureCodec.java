package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a {@link NetworkStructure}: what the dashboard shows of it, or the whole. What only
 * rules need is left out of the first and reads back as unknown.
 */
public final class StructureCodec {

  private StructureCodec() {}

  public static void write(ByteWriter out, NetworkStructure structure) {
    out.text(structure.model());
    out.list(structure.layers(), StructureCodec::writeLayer);
    out.list(structure.parameters(), StructureCodec::writeParameter);
  }

  public static NetworkStructure read(ByteReader in) throws UnreadableRecordException {
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

  public static void writeWhole(ByteWriter out, NetworkStructure structure) {
    write(out, structure);
    structure.layers().forEach(layer -> SetupCodec.write(out, layer.setup()));
    structure.parameters().forEach(parameter -> writeRole(out, parameter));
  }

  public static NetworkStructure readWhole(ByteReader in) throws UnreadableRecordException {
    NetworkStructure shown = read(in);
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : shown.layers()) {
      layers.add(withSetup(layer, SetupCodec.read(in, layers.size())));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (Parameter parameter : shown.parameters()) {
      parameters.add(readRole(in, parameter));
    }
    return new NetworkStructure(shown.model(), layers, parameters);
  }

  private static Layer withSetup(Layer layer, Setup setup) {
    return new Layer(
        layer.name(),
        layer.type(),
        layer.activation(),
        layer.stepsToOutput(),
        layer.output(),
        layer.trainable(),
        setup);
  }

  private static void writeRole(ByteWriter out, Parameter parameter) {
    out.text(parameter.role().name());
    out.number(parameter.fanIn());
    out.number(parameter.fanOut());
  }

  private static Parameter readRole(ByteReader in, Parameter parameter)
      throws UnreadableRecordException {
    return new Parameter(
        parameter.layer(),
        parameter.name(),
        parameter.count(),
        parameter.trained(),
        in.constant(Role.class),
        in.number(),
        in.number());
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
