package io.github.dl4jstability.demos;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How a training ended.
 *
 * @param network the network in a few words
 * @param verdict what the listener says at the end
 * @param accuracy share of the test images that are classified rightly
 * @param time duration of the training
 */
record Result(String network, String verdict, double accuracy, Duration time) {
  static final List<String> HEADER = List.of("network", "verdict", "test accuracy", "time");

  List<String> row() {
    return List.of(
        network,
        verdict,
        accuracyText(),
        String.format(Locale.ROOT, "%.0f s", time.toMillis() / 1000.0));
  }

  String accuracyText() {
    return String.format(Locale.ROOT, "%.1f %%", 100 * accuracy);
  }
}
