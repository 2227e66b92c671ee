package io.github.dl4jstability.demos.data;

import java.util.Random;
import java.util.stream.IntStream;

/** Random orders, by the Fisher-Yates shuffle. */
final class Order {
  private Order() {}

  static int[] shuffled(int size, Random random) {
    int[] order = IntStream.range(0, size).toArray();
    shuffle(order, random);
    return order;
  }

  static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
