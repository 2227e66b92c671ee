package io.github.dl4jstability.listeners.dashboard;

/**
 * What a JVM that runs the training UI with its remote receiver should accept when it deserializes.
 *
 * <p>The receiver hands what anybody posts to Java's deserialization. Start the JVM with the system
 * property {@code jdk.serialFilter} set to {@link #PATTERN}, or begin {@code main} with
 *
 * <pre>{@code
 * ObjectInputFilter.Config.setSerialFilter(
 *     ObjectInputFilter.Config.createFilter(SerialFilter.PATTERN));
 * }</pre>
 *
 * <p>It admits the records of Deeplearning4j's listeners and of ours, and classes of Java's base
 * module, which they consist of; nothing else. The limits are there for what can be built of those
 * alone: sets within sets whose hash codes take for ever, and arrays of two billion elements that
 * are announced in thirty bytes. Records of real runs stay a hundred times below them; a set of the
 * greatest admitted depth takes a second or two. A filter bounds the damage; it is no reason to
 * open the port to strangers.
 */
public final class SerialFilter {

  /**
   * The pattern, in the syntax of {@link java.io.ObjectInputFilter.Config#createFilter(String)}: 20
   * levels, 100,000 objects, arrays of 10 million elements, 50 MB, and the classes.
   */
  public static final String PATTERN =
      "maxdepth=20;maxrefs=100000;maxarray=10000000;maxbytes=50000000;"
          + "org.deeplearning4j.**;io.github.dl4jstability.**;java.base/*;!*";

  private SerialFilter() {}
}
