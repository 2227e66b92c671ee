package io.github.dl4jstability.demos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's commands and names exist. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void shouldShowTheLinesThatTheTestsRun() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(readme)
        .contains("network.setListeners(StabilityListener.reportingTo(storage));")
        .contains("mvn -q -Pdemo")
        .contains("mvn verify");
    assertThat(Files.readString(ROOT.resolve("pom.xml"))).contains("<id>demo</id>");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("mvn -B -ntp verify");
  }

  @Test
  void shouldLinkToFilesThatExist() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    var links = Pattern.compile("\\]\\(((?!http)[^)]+)\\)").matcher(readme);
    int found = 0;
    while (links.find()) {
      assertThat(ROOT.resolve(links.group(1))).exists();
      found++;
    }
    assertThat(found).isGreaterThan(5);
  }
}
