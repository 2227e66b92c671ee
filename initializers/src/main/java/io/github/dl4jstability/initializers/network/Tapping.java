package io.github.dl4jstability.initializers.network;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** Which layers are tapped, where, and how: inside their wrappers, without noise. */
final class Tapping {

  private final boolean tapsOutput;
  private final Tap.Observers observers;

  Tapping(boolean tapsOutput, Tap.Observers observers) {
    this.tapsOutput = tapsOutput;
    this.observers = observers;
  }

  /** Takes dropout and weight noise off, and taps the weighted input if there is one. */
  void prepare(Layer configuration, String name) {
    quiet(configuration);
    Unwrapped unwrapped = Unwrapped.of(configuration);
    Layer layer = unwrapped.layer();
    boolean isTapped =
        !unwrapped.isFrozen()
            && !unwrapped.isBidirectional()
            && isWeightedSum(layer)
            && (tapsOutput || !(layer instanceof BaseOutputLayer));
    if (isTapped) {
      BaseLayer base = (BaseLayer) layer;
      Tap tap = new Tap(name, base.getActivationFn(), false, isChannelsLast(layer));
      base.setActivationFn(new ActivationTap(base.getActivationFn(), observers.of(tap)));
    }
  }

  private static void quiet(Layer layer) {
    layer.setIDropout(null);
    if (layer instanceof BaseLayer base) {
      base.setWeightNoise(null);
    }
    if (layer instanceof FrozenLayer frozen) {
      quiet(frozen.getLayer());
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      quiet(wrapper.getUnderlying());
    } else if (layer instanceof Bidirectional bidirectional) {
      quiet(bidirectional.getFwd());
      quiet(bidirectional.getBwd());
    }
  }

  /** Whether the activation of a layer is applied, as a whole, to weights times inputs. */
  static boolean isWeightedSum(Layer layer) {
    return layer instanceof DenseLayer
        || layer instanceof ConvolutionLayer
        || layer instanceof BaseOutputLayer
        || layer instanceof AutoEncoder;
  }

  /**
   * Whether a layer is tapped behind its output: recurrent and attention layers, whose weighted
   * inputs pass through gates and products, and others that Deeplearning4j applies as a whole.
   */
  static boolean isSeenAtOutput(Layer configuration) {
    Unwrapped unwrapped = Unwrapped.of(configuration);
    Layer layer = unwrapped.layer();
    return !unwrapped.isFrozen()
        && !(layer instanceof SameDiffOutputLayer)
        && (layer instanceof BaseRecurrentLayer
            || layer instanceof AbstractSameDiffLayer
            || layer instanceof VariationalAutoencoder);
  }

  /** A layer without parameters that passes everything on and is tapped. */
  NeuralNetConfiguration behind(NeuralNetConfiguration tapped, String name) {
    Layer layer = Unwrapped.of(tapped.getLayer()).layer();
    NeuralNetConfiguration configuration = tapped.clone();
    configuration.clearVariables();
    configuration.setLayer(passThrough(name, isChannelsLast(layer)));
    return configuration;
  }

  ActivationLayer passThrough(String name, boolean isChannelsLast) {
    ActivationIdentity identity = new ActivationIdentity();
    Tap tap = new Tap(name, identity, true, isChannelsLast);
    ActivationLayer layer = new ActivationLayer(new ActivationTap(identity, observers.of(tap)));
    layer.setLayerName(name + " output");
    return layer;
  }

  private static boolean isChannelsLast(Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof Convolution3D convolution) {
      return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }
    if (layer instanceof Deconvolution3D convolution) {
      return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof LocallyConnected2D local) {
      return local.getFormat() == CNN2DFormat.NHWC;
    }
    return layer instanceof BaseRecurrentLayer recurrent
        && recurrent.getRnnDataFormat() == RNNFormat.NWC;
  }
}
