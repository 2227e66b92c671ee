package io.github.dl4jstability.listeners.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No jar that a user gets has a known hole that could be reached, as far as the lists know. */
class DependencyAdvisoriesTest {

  @Test
  void shouldResolveNothingThatAnAdvisoryConcernsWithoutAnArgument() throws Exception {
    Set<Artifact> resolved = ClassPath.artifacts();
    Advisories advisories = Advisories.read();
    assertThat(advisories.open(resolved))
        .as("raise it in bom/pom.xml, or say in dependencies/exceptions.txt why it does no harm")
        .isEmpty();
    assertThat(advisories.needless(resolved))
        .as("lines of dependencies/exceptions.txt that no longer apply")
        .isEmpty();
  }

  @Test
  void shouldSeeTheWholeClassPathAndWhatIsPackedIntoJars() throws Exception {
    Set<Artifact> resolved = ClassPath.artifacts();
    for (String name :
        List.of(
            "org.deeplearning4j:deeplearning4j-vertx",
            "org.mapdb:mapdb",
            "io.netty:netty-codec-http",
            "org.webjars.npm:uplot",
            "net.jpountz.lz4:lz4", // has no description of itself inside
            "org.yaml:snakeyaml", // inside org.nd4j:jackson
            "org.nd4j:nd4j-native")) {
      assertThat(resolved).as(name).anyMatch(artifact -> artifact.isNamed(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.commons:commons-compress, 1.21, CVE-2024-26308",
    "org.apache.commons:commons-lang3, 3.11, CVE-2025-48924",
    "io.netty:netty-codec-http, 4.1.48.Final, CVE-2024-29025",
    "com.google.code.gson:gson, 2.8.0, CVE-2022-25647",
    "net.jpountz.lz4:lz4, 9.9, CVE-2025-12183"
  })
  void shouldFindWhatWasThereBefore(String name, String version, String id) throws Exception {
    assertThat(Advisories.read().open(List.of(new Artifact(name, version))))
        .anyMatch(line -> line.startsWith(name + ":" + version + ": " + id));
  }

  @Test
  void shouldArgueForOneVersionOnly() throws Exception {
    Advisories advisories = Advisories.read();
    assertThat(advisories.open(List.of(new Artifact("org.webjars.npm:uplot", "1.6.30")))).isEmpty();
    assertThat(advisories.open(List.of(new Artifact("org.webjars.npm:uplot", "1.6.29"))))
        .hasSize(1);
    assertThat(advisories.open(List.of(new Artifact("org.webjars.npm:uplot", "1.6.31")))).isEmpty();
    assertThat(advisories.needless(List.of())).hasSameSizeAs(advisories.exemptions());
  }

  @ParameterizedTest
  @CsvSource({
    "4.1.48.Final, 4.0.0, 4.1.108.Final, true",
    "4.1.138.Final, 4.0.0, 4.1.108.Final, false",
    "4.1.108.Final, 4.0.0, 4.1.108.Final, false",
    "2.13.3, 2.0.0, 2.13.4.2, true",
    "2.22.3, 2.0.0, 2.22.2, false",
    "32.1.3-jre, 0, 32.0.0, false",
    "30.1.1-jre, 0, 32.0.0, true",
    "28.0-android, 11.0, 24.1.1, false",
    "1.21, 1.3, 1.26.0, true",
    "1.27.1, 1.3, 1.26.0, false",
    "1.2, 1.3, none, false"
  })
  void shouldCompareVersionsByNumber(String version, String first, String end, boolean within) {
    assertThat(new Artifact("a:b", version).isWithin(first, end)).isEqualTo(within);
  }
}
