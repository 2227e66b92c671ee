package io.github.dl4jstability.listeners.internal.curvature.copy;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Copies of configurations in double, without dropout and weight noise, with backpropagation over
 * whole sequences, and with workspaces, so that their memory can be measured and given back. The
 * original and its layers stay as they are.
 */
final class NoiseFree {
  private NoiseFree() {}

  static MultiLayerConfiguration copyOf(MultiLayerConfiguration original) {
    MultiLayerConfiguration copy = original.clone();
    copy.setDataType(DataType.DOUBLE);
    copy.setBackpropType(BackpropType.Standard);
    copy.setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
    copy.setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
    copy.getConfs().forEach(NoiseFree::quieten);
    return copy;
  }

  static ComputationGraphConfiguration copyOf(ComputationGraphConfiguration original) {
    ComputationGraphConfiguration copy = original.clone();
    copy.setDataType(DataType.DOUBLE);
    copy.setBackpropType(BackpropType.Standard);
    copy.setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
    copy.setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
    copy.getVertices().values().forEach(NoiseFree::quieten);
    return copy;
  }

  private static void quieten(GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer) {
      quieten(layer.getLayerConf());
    } else if (vertex instanceof FrozenVertex frozen) {
      quieten(frozen.getUnderlying());
    }
  }

  private static void quieten(NeuralNetConfiguration configuration) {
    configuration.setLayer(quiet(configuration.getLayer()));
  }

  /**
   * Wrappers share their inner layer with their clones: it is cloned before it is changed. Frozen
   * layers make no noise.
   */
  private static Layer quiet(Layer layer) {
    layer.setIDropout(null);
    if (layer instanceof BaseLayer base) {
      base.setWeightNoise(null);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      wrapper.setUnderlying(quiet(wrapper.getUnderlying().clone()));
    } else if (layer instanceof Bidirectional both) {
      Bidirectional copy = new Bidirectional(both.getMode(), quiet(both.getFwd().clone()));
      copy.setLayerName(both.getLayerName());
      return copy;
    }
    return layer;
  }
}
