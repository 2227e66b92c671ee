package io.github.dl4jstability.demos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    var links = Pattern.compile("\\]\\(((?!http)[^)#]+)(?:#([^)]+))?\\)").matcher(readme);
    int found = 0;
    while (links.find()) {
      Path target = ROOT.resolve(links.group(1));
      assertThat(target).exists();
      if (links.group(2) != null) {
        assertThat(anchors(target)).contains(links.group(2));
      }
      found++;
    }
    assertThat(found).isGreaterThan(5);
  }

  /** The names by which GitHub lets one jump to the headings of a page. */
  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ *", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .toList();
  }
}
