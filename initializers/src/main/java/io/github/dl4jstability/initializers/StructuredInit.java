package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A scheme whose weights depend on what the axes mean, such as {@link Orthogonal}.
 *
 * <p>Called through Deeplearning4j's own {@code init}, it guesses the {@link KernelLayout} from
 * shape and fans. Two pairs cannot be told apart that way: Deconvolution2D with as many inputs as
 * outputs (taken for Convolution2D), and the depthwise half of a separable convolution (likewise);
 * an LSTM's recurrent kernel whose input is three times as wide as the layer is taken for a dense
 * one. Through a rule set that is applied to a built network the layout is known.
 */
public sealed interface StructuredInit extends IWeightInit
    permits DeltaOrthogonal, Dirac, Identity, Orthogonal, Sparse, ZerO {

  /**
   * Fills one separate linear map.
   *
   * @param map zeros of shape [out, in, k…] in double precision, to be filled
   * @param layout the layout that it belongs to
   */
  void fill(INDArray map, KernelLayout layout);

  /**
   * Initializes a kernel whose layout is known.
   *
   * @param layout what the axes of {@code shape} mean
   * @param shape the shape
   * @param order {@code 'c'} or {@code 'f'}: how {@code paramView} is laid out
   * @param paramView as many values as the shape has
   * @return the view in that shape
   * @throws IllegalArgumentException if the scheme does not fit the shape
   */
  default INDArray init(KernelLayout layout, long[] shape, char order, INDArray paramView) {
    INDArray shaped = ParameterView.shaped(paramView, shape, order);
    INDArray full = Nd4j.zeros(DataType.DOUBLE, shape);
    for (INDArray map : layout.maps(full)) {
      fill(map, layout);
    }
    shaped.assign(full);
    return shaped;
  }

  @Override
  default INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return init(KernelLayout.guess(fanIn, fanOut, shape, order), shape, order, paramView);
  }
}
