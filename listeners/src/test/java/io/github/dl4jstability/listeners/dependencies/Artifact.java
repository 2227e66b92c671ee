package io.github.dl4jstability.listeners.dependencies;

import java.lang.module.ModuleDescriptor.Version;

/**
 * Something that a build resolved.
 *
 * @param name group and artifact, with a colon between them; a path may stand before the group
 * @param version which of it
 */
record Artifact(String name, String version) implements Comparable<Artifact> {

  /** Tells whether this is its group and artifact. */
  boolean isNamed(String groupAndArtifact) {
    return name.equals(groupAndArtifact) || name.endsWith("." + groupAndArtifact);
  }

  /** Tells whether it is in a range that ends before a version. */
  boolean isWithin(String first, String end) {
    return compare(version, first) >= 0 && (end.equals("none") || compare(version, end) < 0);
  }

  private static int compare(String a, String b) {
    return Version.parse(a).compareTo(Version.parse(b));
  }

  @Override
  public int compareTo(Artifact other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return name + ":" + version;
  }
}
