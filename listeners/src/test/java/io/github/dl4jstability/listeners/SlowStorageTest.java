package io.github.dl4jstability.listeners;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.report.AtExit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/** Training waits for no storage; who closes a listener does, and so does the virtual machine. */
@Timeout(120)
class SlowStorageTest {
  /** What a loaded machine may add to any wait. */
  private static final Duration SLACK = Duration.ofSeconds(4);

  private static MultiLayerNetwork network(StabilityListener listener) {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.01), DataType.FLOAT);
    network.setListeners(listener);
    return network;
  }

  private static void train(MultiLayerNetwork network, int epochs) {
    network.fit(
        new ListDataSetIterator<>(Networks.batches("dense", DataType.FLOAT, 20), 1), epochs);
  }

  private static Duration time(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void shouldNotWaitAtTheEndOfAnEpoch() {
    SlowStorage storage = SlowStorage.blocked();
    StabilityListener listener = StabilityListener.reportingTo(storage);
    MultiLayerNetwork network = network(listener);
    // Waiting would take five seconds for each of the epochs.
    assertThat(time(() -> train(network, 8))).isLessThan(Duration.ofSeconds(20));
    assertThat(network.getIterationCount()).isEqualTo(160);
    storage.release();
    listener.close();
    assertThat(storage.calls()).isGreaterThan(160);
  }

  @Test
  void shouldNotWaitWhereTheStorageIsReplaced() {
    StabilityListener listener = StabilityListener.reportingTo(SlowStorage.blocked());
    train(network(listener), 1);
    assertThat(time(() -> listener.setSessionID("other"))).isLessThan(Duration.ofSeconds(4));
    assertThat(time(() -> listener.setStorageRouter(null))).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void shouldWaitForFiveSecondsAtTheMostWhenClosed() {
    StabilityListener listener = StabilityListener.reportingTo(SlowStorage.blocked());
    train(network(listener), 1);
    assertThat(time(listener::close))
        .isBetween(
            StabilityListener.LONGEST_CLOSE.minusMillis(100),
            StabilityListener.LONGEST_CLOSE.plus(SLACK));
  }

  @Test
  void shouldHaveAllWrittenWhenClosedIfTheStorageIsOnlySlow() {
    SlowStorage storage = SlowStorage.taking(Duration.ofMillis(5));
    StabilityListener listener = StabilityListener.reportingTo(storage);
    train(network(listener), 3);
    listener.close();
    int calls = storage.calls();
    assertThat(calls).isGreaterThan(60);
    listener.close();
    assertThat(storage.calls()).isEqualTo(calls);
  }

  @Test
  void shouldHoldUpTheEndOfTheVirtualMachineOnceForAllListeners() throws Exception {
    Process child = child();
    assertThat(child.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    long waited = System.currentTimeMillis() - lastLine(child);
    assertThat(Duration.ofMillis(waited)).isLessThan(AtExit.LONGEST.plus(SLACK));
  }

  private static long lastLine(Process child) throws IOException {
    String output = new String(child.getInputStream().readAllBytes(), UTF_8).strip();
    return Long.parseLong(output.substring(output.lastIndexOf('\n') + 1));
  }

  private static Process child() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.add(TenBlockedStorages.class.getName());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Trains with ten listeners whose storages are blocked, and ends. */
  static final class TenBlockedStorages {
    private TenBlockedStorages() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 10; i++) {
        train(network(StabilityListener.reportingTo(SlowStorage.blocked())), 1);
      }
      System.out.println(System.currentTimeMillis());
    }
  }
}
