package io.github.dl4jstability.listeners.dependencies;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The jars of the running tests, which are all that a user of the listeners gets, with the training
 * UI and a backend; and what those jars have packed into themselves.
 */
final class ClassPath {

  private ClassPath() {}

  static Set<Artifact> artifacts() throws IOException {
    Set<Artifact> artifacts = new TreeSet<>();
    for (Path jar : jars()) {
      artifacts.add(byAddress(jar));
      artifacts.addAll(within(jar));
    }
    return artifacts;
  }

  private static List<Path> jars() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of)
        .toList();
  }

  /** A local repository keeps {@code a.b:c:1} in {@code a/b/c/1/c-1.jar}, in some folder. */
  private static Artifact byAddress(Path jar) {
    Path version = jar.getParent();
    Path artifact = version.getParent();
    String group =
        StreamSupport.stream(artifact.getParent().spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("."));
    return new Artifact(group + ":" + artifact.getFileName(), version.getFileName().toString());
  }

  private static Set<Artifact> within(Path jar) throws IOException {
    Set<Artifact> packed = new TreeSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        if (entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom.properties")) {
          Properties properties = new Properties();
          try (InputStream in = file.getInputStream(entry)) {
            properties.load(in);
          }
          packed.add(
              new Artifact(
                  properties.getProperty("groupId") + ":" + properties.getProperty("artifactId"),
                  properties.getProperty("version")));
        }
      }
    }
    return packed;
  }
}
