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

  static List<Path> jars() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of)
        .toList();
  }

  /**
   * A local repository keeps {@code a.b:c:1} in {@code a/b/c/1/c-1.jar}, below a folder of its own.
   */
  static Artifact byAddress(Path jar) {
    Path version = jar.getParent();
    Path artifact = version.getParent();
    StringBuilder group = new StringBuilder();
    for (Path part = artifact.getParent();
        part != null && part.getFileName() != null && !isRoot(part);
        part = part.getParent()) {
      group.insert(0, group.isEmpty() ? "" : ".").insert(0, part.getFileName());
    }
    return new Artifact(group + ":" + artifact.getFileName(), version.getFileName().toString());
  }

  /** Where groups begin; all groups in the tree begin with one of these. */
  private static boolean isRoot(Path folder) {
    return folder.getFileName().toString().equals("repository")
        || folder.equals(Path.of(System.getProperty("maven.repo.local", "none")));
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
