package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A scheme whose variance depends on the fans, such as {@link HeNormal}.
 *
 * <p>It can be called in two ways, and they must not be mixed up. Deeplearning4j's own {@code init}
 * passes two numbers that for several layer types are not the fans; there they are corrected as far
 * as the shape proves them wrong. {@link #initWithFans} gets the true fans and corrects nothing. A
 * scheme of your own that delegates to one of these, and that a rule set applies to a built
 * network, gets true fans, so it delegates to {@link #initWithFans}.
 */
public sealed interface ScaledInit extends IWeightInit
    permits EdgeOfChaos,
        HeNormal,
        HeUniform,
        LeCunNormal,
        LeCunUniform,
        VarianceScaling,
        XavierNormal,
        XavierUniform {

  /**
   * Returns what this is a preset of.
   *
   * @return the variance scaling that draws the weights
   */
  VarianceScaling scaling();

  /**
   * Draws weights whose true fans are known.
   *
   * @param fans the true fans
   * @param shape the shape
   * @param order {@code 'c'} or {@code 'f'}: how {@code paramView} is laid out
   * @param paramView as many values as the shape has
   * @return the view in that shape
   */
  default INDArray initWithFans(Fans fans, long[] shape, char order, INDArray paramView) {
    return scaling().draw(fans, shape, order, paramView);
  }

  @Override
  default INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    Fans fans = PassedFans.corrected(fanIn, fanOut, shape, order);
    return initWithFans(fans, shape, order, paramView);
  }
}
