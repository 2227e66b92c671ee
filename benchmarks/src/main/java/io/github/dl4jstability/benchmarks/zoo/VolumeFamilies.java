package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.pooling;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Convolution3D.DataFormat;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks for volumes. */
final class VolumeFamilies {
  private VolumeFamilies() {}

  static List<Family> all() {
    return List.of(
        between("convolution-3d", () -> convolution(DataFormat.NCDHW, 3)),
        Family.chain(
                "convolution-3d-channels-last",
                Signal.VOLUME_CHANNELS_LAST,
                Signal.CLASS,
                () -> List.of(convolution(DataFormat.NDHWC, 3), classes()))
            .ofOneSize(),
        between(
            "deconvolution-3d",
            () -> new Deconvolution3D.Builder().kernelSize(2, 2, 2).nOut(3).build()),
        between("pooling-3d", VolumeFamilies::subsampling),
        between("upsampling-3d", () -> new Upsampling3D.Builder(2).build()),
        between("cropping-3d", () -> new Cropping3D.Builder(1, 1, 1).build()),
        between("zero-padding-3d", () -> new ZeroPadding3DLayer.Builder(1).build()),
        between("batch-norm-3d", () -> new BatchNormalization.Builder().build()),
        Family.chain("voxels", Signal.VOLUME, Signal.VOXELS, VolumeFamilies::voxels));
  }

  private static Family between(String name, Supplier<Layer> layer) {
    return Family.chain(
        name,
        Signal.VOLUME,
        Signal.CLASS,
        () ->
            List.of(
                convolution(DataFormat.NCDHW, 2),
                layer.get(),
                pooling(PoolingType.AVG),
                classes()));
  }

  private static Layer convolution(DataFormat format, int channels) {
    return new Convolution3D.Builder(2, 2, 2).nOut(channels).dataFormat(format).build();
  }

  private static Layer subsampling() {
    return new Subsampling3DLayer.Builder(PoolingType.MAX)
        .kernelSize(2, 2, 2)
        .stride(2, 2, 2)
        .build();
  }

  private static List<Layer> voxels() {
    return List.of(
        convolution(DataFormat.NCDHW, 2),
        new Cnn3DLossLayer.Builder(DataFormat.NCDHW)
            .lossFunction(LossFunction.XENT)
            .activation(Activation.SIGMOID)
            .build());
  }
}
