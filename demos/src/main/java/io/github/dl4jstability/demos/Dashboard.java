package io.github.dl4jstability.demos;

import java.io.IOException;
import java.net.ServerSocket;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Deeplearning4j's training UI with a storage in memory. */
final class Dashboard implements AutoCloseable {
  private static final String PORT_PROPERTY = "org.deeplearning4j.ui.port";

  private final UIServer server;
  private final StatsStorage storage = new InMemoryStatsStorage();

  private Dashboard(UIServer server) {
    this.server = server;
    server.attach(storage);
  }

  /** Starts the UI. Throws, with a message for the user, if the port cannot be had. */
  static Dashboard start(int port) throws IOException {
    // After a conflict the UI server hands out a dead instance, so do not let it come to that.
    try (ServerSocket probe = new ServerSocket(port)) {
      System.setProperty(PORT_PROPERTY, Integer.toString(port));
    } catch (IOException e) {
      throw noPort(port, e);
    }
    try {
      return new Dashboard(UIServer.getInstance());
    } catch (RuntimeException e) {
      throw noPort(port, e);
    }
  }

  private static IOException noPort(int port, Exception cause) {
    return new IOException(
        """
        The dashboard cannot listen on port %d: %s.
        End what uses it, or choose another one; 0 finds a free one:
          mvn -q -Pdemo -Ddemo.args="--port 0\""""
            .formatted(port, cause.getMessage()),
        cause);
  }

  StatsStorage storage() {
    return storage;
  }

  /** Returns the address of the tab "Stability". */
  String url() {
    return "http://localhost:" + server.getPort() + "/train/stability";
  }

  @Override
  public void close() throws IOException {
    server.detach(storage);
    try {
      UIServer.stopInstance();
    } catch (Exception e) {
      throw new IOException("The dashboard does not stop: " + e, e);
    }
  }
}
