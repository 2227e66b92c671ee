package io.github.dl4jstability.listeners.dashboard;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page's scripts and style sheets, its own and uPlot's. The UI server would serve them too, but
 * without security headers, with an answer that never comes where a file is missing, and first of
 * all from the working directory.
 *
 * <p>Browsers keep them and ask each time whether they are still right, so that a new version of
 * the jar is seen at once. Thread-safe.
 */
final class Assets {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z.-]*\\.(js|css)");

  /** Where the web jar has it; the version is that of the dependency. */
  private static final String CHARTS = "META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final int TAG_BYTES = 12;

  private final Map<String, Asset> known = new ConcurrentHashMap<>();

  private record Asset(Map<String, String> headers, Buffer content) {

    static Asset of(String name, byte[] content) {
      String type = name.endsWith(".css") ? "text/css" : "text/javascript";
      return new Asset(
          Map.of(
              "Content-Type",
              type + "; charset=utf-8",
              "Cache-Control",
              "no-cache",
              "ETag",
              tag(content)),
          Buffer.buffer(content));
    }

    boolean isWhatIsHad(@Nullable String ifNoneMatch) {
      return ifNoneMatch != null && ifNoneMatch.contains(headers.get("ETag"));
    }
  }

  /**
   * Answers a request for a file.
   *
   * @param name the file, without a path
   * @param ifNoneMatch the tags of what the browser has; null if it has nothing
   * @return the file; 304 if the browser has it, 404 if there is none
   */
  Response get(String name, @Nullable String ifNoneMatch) throws IOException {
    Optional<Asset> found = find(name);
    if (found.isEmpty()) {
      return Response.text(404, "The Stability tab has no such file.\n");
    }
    Asset asset = found.get();
    return asset.isWhatIsHad(ifNoneMatch)
        ? new Response(304, asset.headers(), Buffer.buffer())
        : new Response(200, asset.headers(), asset.content().copy());
  }

  private Optional<Asset> find(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Asset asset = known.get(name);
    if (asset == null) {
      Optional<Asset> read = read(name);
      read.ifPresent(it -> known.put(name, it));
      return read;
    }
    return Optional.of(asset);
  }

  private static Optional<Asset> read(String name) throws IOException {
    try (InputStream in = open(name)) {
      return in == null ? Optional.empty() : Optional.of(Asset.of(name, in.readAllBytes()));
    }
  }

  private static @Nullable InputStream open(String name) {
    return name.startsWith("uPlot.")
        ? Assets.class.getClassLoader().getResourceAsStream(CHARTS + name)
        : Assets.class.getResourceAsStream("assets/" + name);
  }

  private static String tag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
