package io.github.dl4jstability.demos;

import io.github.dl4jstability.demos.console.Console;
import io.github.dl4jstability.demos.data.Split;
import java.util.List;
import java.util.Locale;

/** The main demonstration from the first line to the summary. */
final class Story {
  private final Console console;
  private final Dashboard dashboard;
  private final Split images;
  private final Size size;

  Story(Console console, Dashboard dashboard, Split images, Size size) {
    this.console = console;
    this.dashboard = dashboard;
    this.images = images;
    this.size = size;
  }

  /** Trains both networks, with weights drawn by a seed. */
  void tell(long seed) {
    introduce();
    Training training = new Training(console, dashboard.storage(), images);
    Result sick = trainSick(training, seed);
    Result repaired = trainRepaired(training, seed);
    summarize(sick, repaired);
  }

  private void introduce() {
    console.heading("DL4J Stability: why a deep network does not learn, and its repair");
    console.labelled(
        "data",
        String.format(
            Locale.ROOT,
            "Fashion-MNIST: photographs of 10 kinds of clothes; train %,d, test %,d",
            images.trainSize(),
            images.testSize()));
    console.labelled(
        "network",
        "%d hidden layers of %d units, softmax output, cross-entropy loss"
            .formatted(DeepNetworks.HIDDEN_LAYERS, DeepNetworks.HIDDEN_UNITS));
    console.labelled("dashboard", dashboard.url());
    console.labelled(
        "",
        "Open it now: the verdict on top, below it the gradient of each layer over time. The"
            + " built-in pages Overview and Model show the same runs.");
  }

  private Result trainSick(Training training, long seed) {
    console.heading("1  The sick network");
    console.line("  .activation(Activation.SIGMOID)");
    console.line("  .weightInit(new NormalDistribution(0, 0.01))");
    console.line("  .updater(new Sgd(0.1))");
    console.blank();
    Result result = training.run("sick-sigmoid", DeepNetworks.sickSigmoid(seed), size.sickEpochs());
    console.blank();
    console.paragraph(result.accuracyText() + " on the test images; guessing gives 10 %.");
    return result;
  }

  private Result trainRepaired(Training training, long seed) {
    console.heading("2  Its repaired twin: the remedy, and Adam");
    console.line("  .activation(Activation.RELU)");
    console.line("  .weightInit(" + DeepNetworks.REPAIRED_WEIGHTS + ")");
    console.line("  .updater(new Adam(new StepSchedule(ScheduleType.EPOCH, 1e-3, 0.1, 8)))");
    console.blank();
    Result result =
        training.run("repaired-relu", DeepNetworks.repairedRelu(seed), size.repairedEpochs());
    console.blank();
    console.paragraph(result.accuracyText() + " on the test images.");
    return result;
  }

  private void summarize(Result sick, Result repaired) {
    console.heading("Summary");
    console.table(List.of(Result.HEADER, sick.row(), repaired.row()));
    console.blank();
  }
}
