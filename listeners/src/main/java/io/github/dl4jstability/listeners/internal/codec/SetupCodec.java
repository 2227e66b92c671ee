package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import java.util.List;

/** The bytes of a layer's {@link Setup}. */
final class SetupCodec {

  private SetupCodec() {}

  static void write(ByteWriter out, Setup setup) {
    out.count(setup.units());
    out.list(setup.inputs(), (o, layer) -> o.count(layer));
    out.list(setup.features(), (o, number) -> o.count(number));
    out.text(setup.updater());
    out.text(setup.loss());
    out.text(setup.clipping());
    out.flag(setup.dropout());
    out.flag(setup.frozen());
    out.flag(setup.normalized());
    out.flag(setup.bypassed());
    out.number(setup.penalty().l1());
    out.number(setup.penalty().l2());
    out.number(setup.penalty().decay());
  }

  /** Layers lie from input to output; with another order, rules could run in circles. */
  static Setup read(ByteReader in, int layer) throws UnreadableRecordException {
    int units = in.smallCount();
    List<Integer> inputs = in.list(ByteReader::smallCount);
    List<Integer> features = in.list(ByteReader::smallCount);
    String updater = in.text();
    String loss = in.text();
    String clipping = in.text();
    boolean dropout = in.flag();
    boolean frozen = in.flag();
    boolean normalized = in.flag();
    boolean bypassed = in.flag();
    Penalty penalty = new Penalty(in.number(), in.number(), in.number());
    Setup setup =
        new Setup(
            units,
            new Setup.Wiring(inputs, features, bypassed),
            new Setup.Training(updater, loss, clipping, frozen, penalty),
            dropout,
            normalized);
    for (int input : setup.inputs()) {
      if (input >= layer) {
        throw UnreadableRecordException.malformed("layer " + layer + " reads layer " + input);
      }
    }
    return setup;
  }
}
