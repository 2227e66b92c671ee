package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.convolution;
import static io.github.dl4jstability.benchmarks.zoo.Families.dense;
import static io.github.dl4jstability.benchmarks.zoo.Families.pooling;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks for images. */
final class ImageFamilies {
  private ImageFamilies() {}

  static List<Family> all() {
    return List.of(
        between("convolution", () -> convolution(3)),
        channelsLast(
            "convolution-channels-last",
            () -> new ConvolutionLayer.Builder(3, 3).nOut(3).dataFormat(CNN2DFormat.NHWC).build()),
        between("strided-convolution", () -> strided(3)),
        Family.chain(
                "flattened-convolution",
                Signal.IMAGE,
                Signal.CLASS,
                () -> List.of(convolution(3), dense(5), classes()))
            .ofOneSize(),
        between("deconvolution", () -> new Deconvolution2D.Builder(2, 2).nOut(3).build()),
        between(
            "depthwise",
            () -> new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(6).build()),
        between("separable", () -> new SeparableConvolution2D.Builder(3, 3).nOut(3).build()),
        between("max-pooling", () -> subsampling(SubsamplingLayer.PoolingType.MAX)),
        between("average-pooling", () -> subsampling(SubsamplingLayer.PoolingType.AVG)),
        between("norm-pooling", ImageFamilies::normPooling),
        between("upsampling", () -> new Upsampling2D.Builder(2).build()),
        between("cropping", () -> new Cropping2D.Builder(1, 1).build()),
        between("zero-padding", () -> new ZeroPaddingLayer.Builder(1, 1).build()),
        between("space-to-depth", () -> new SpaceToDepthLayer.Builder(2, CNN2DFormat.NCHW).build()),
        Family.chain("space-to-batch", Signal.IMAGE, Signal.QUARTERS, ImageFamilies::spaceToBatch),
        between("locally-connected", ImageFamilies::locallyConnected).ofOneSize(),
        between("batch-norm", () -> new BatchNormalization.Builder().build()),
        channelsLast("batch-norm-channels-last", () -> new BatchNormalization.Builder().build()),
        between("response-norm", () -> new LocalResponseNormalization.Builder().build()),
        between("shared-prelu", ImageFamilies::sharedPrelu),
        between("spatial-dropout", ImageFamilies::spatialDropout).withNoise(),
        Family.chain("capsules", Signal.IMAGE, Signal.CLASS, ImageFamilies::capsules).ofOneSize(),
        pixels("pixels", Signal.IMAGE, Signal.PIXELS, CNN2DFormat.NCHW),
        pixels(
            "pixels-channels-last",
            Signal.IMAGE_CHANNELS_LAST,
            Signal.PIXELS_CHANNELS_LAST,
            CNN2DFormat.NHWC),
        Family.chain("boxes", Signal.IMAGE, Signal.BOXES, ImageFamilies::boxes));
  }

  /** Puts a layer between a convolution and pooling over the image. */
  private static Family between(String name, Supplier<Layer> layer) {
    return Family.chain(
        name,
        Signal.IMAGE,
        Signal.CLASS,
        () -> List.of(convolution(4), layer.get(), pooling(PoolingType.AVG), classes()));
  }

  private static Family channelsLast(String name, Supplier<Layer> layer) {
    return Family.chain(
        name,
        Signal.IMAGE_CHANNELS_LAST,
        Signal.CLASS,
        () -> List.of(layer.get(), pooling(PoolingType.MAX), classes()));
  }

  private static Layer strided(int channels) {
    return new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(channels).build();
  }

  private static Layer subsampling(SubsamplingLayer.PoolingType type) {
    return new SubsamplingLayer.Builder(type).kernelSize(2, 2).stride(2, 2).build();
  }

  private static Layer normPooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM)
        .kernelSize(2, 2)
        .stride(2, 2)
        .pnorm(2)
        .build();
  }

  /** The labels are those of four times as many examples. */
  private static List<Layer> spaceToBatch() {
    return List.of(
        convolution(2),
        new SpaceToBatchLayer.Builder(new int[] {2, 2}).build(),
        new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build());
  }

  private static Layer locallyConnected() {
    return new LocallyConnected2D.Builder().kernelSize(2, 2).nOut(2).build();
  }

  private static Layer sharedPrelu() {
    return new PReLULayer.Builder().inputShape(4, 6, 6).sharedAxes(2, 3).build();
  }

  private static Layer spatialDropout() {
    return new ConvolutionLayer.Builder(3, 3).nOut(3).dropOut(new SpatialDropout(0.8)).build();
  }

  private static List<Layer> capsules() {
    return List.of(
        new PrimaryCapsules.Builder(2, 2).kernelSize(3, 3).stride(2, 2).build(),
        new CapsuleLayer.Builder(3, 2, 2).build(),
        new CapsuleStrengthLayer.Builder().build(),
        classes());
  }

  private static Family pixels(String name, Signal input, Signal output, CNN2DFormat format) {
    return Family.chain(
        name,
        input,
        output,
        () ->
            List.of(
                new ConvolutionLayer.Builder(3, 3).nOut(2).dataFormat(format).build(),
                new CnnLossLayer.Builder(LossFunction.XENT)
                    .format(format)
                    .activation(Activation.SIGMOID)
                    .build()));
  }

  /** Two kinds of boxes for three classes: 2·(5 + 3) channels. */
  private static List<Layer> boxes() {
    return List.of(
        convolution(4),
        convolution(16),
        new Yolo2OutputLayer.Builder()
            .boundingBoxPriors(Nd4j.createFromArray(new float[][] {{1, 1}, {2, 2}}))
            .build());
  }
}
