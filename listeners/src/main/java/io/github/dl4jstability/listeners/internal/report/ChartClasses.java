package io.github.dl4jstability.listeners.internal.report;

/** Tells whether the classes of the training UI's own records are on the class path. */
public final class ChartClasses {
  private static final boolean PRESENT = find();

  private ChartClasses() {}

  public static boolean arePresent() {
    return PRESENT;
  }

  private static boolean find() {
    try {
      Class.forName(
          "org.deeplearning4j.ui.model.stats.impl.SbeStatsReport",
          false,
          ChartClasses.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }
}
