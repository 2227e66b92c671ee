package io.github.dl4jstability.listeners.internal.report;

import java.lang.management.ManagementFactory;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.impl.JavaStorageMetaData;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What announces a run to the training UI's own pages: the software, the machine and the model,
 * which it does not keep.
 *
 * <p>Needs {@code deeplearning4j-ui-model} on the class path.
 */
public final class ChartSession {
  /** Of the announcement, but for the model's configuration. */
  private static final long WEIGHT = 4096;

  private final SbeStatsInitializationReport report;
  private final long stamp;

  private ChartSession(SbeStatsInitializationReport report, long stamp) {
    this.report = report;
    this.stamp = stamp;
  }

  /**
   * Describes a run.
   *
   * @param destination where it is to be written
   * @param model the model about to be trained
   * @return its announcement
   */
  public static ChartSession of(Destination destination, Model model) {
    long stamp = destination.stamps().next();
    SbeStatsInitializationReport report = new SbeStatsInitializationReport();
    report.reportIDs(destination.sessionId(), StatsListener.TYPE_ID, destination.workerId(), stamp);
    reportSoftware(report, model);
    Runtime runtime = Runtime.getRuntime();
    report.reportHardwareInfo(
        runtime.availableProcessors(),
        0,
        runtime.maxMemory(),
        Pointer.maxBytes(),
        new long[0],
        new String[0],
        UIDProvider.getHardwareUID());
    report.reportModelInfo(
        model.getClass().getName(),
        configurationOf(model),
        model.paramTable().keySet().toArray(new String[0]),
        layersOf(model),
        model.numParams());
    return new ChartSession(report, stamp);
  }

  /** Writes the announcement. */
  void announceTo(Destination destination) {
    RecordWriter writer = destination.writer();
    writer.putMetaData(
        new JavaStorageMetaData(
            stamp,
            destination.sessionId(),
            StatsListener.TYPE_ID,
            destination.workerId(),
            SbeStatsInitializationReport.class,
            SbeStatsReport.class));
    writer.putStatic(report, WEIGHT + 2L * report.getModelConfigJson().length());
  }

  private static void reportSoftware(SbeStatsInitializationReport report, Model model) {
    report.reportSoftwareInfo(
        System.getProperty("os.arch"),
        System.getProperty("os.name"),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        ManagementFactory.getRuntimeMXBean().getSpecVersion(),
        Nd4j.getNDArrayFactory().getClass().getName(),
        model.params().dataType().name(),
        hostName(),
        UIDProvider.getJVMUID(),
        Map.of());
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    return name == null ? "" : name;
  }

  private static String configurationOf(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }

  private static int layersOf(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getnLayers()
        : ((ComputationGraph) model).getNumLayers();
  }
}
