package io.github.dl4jstability.benchmarks.accuracy;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** All scenarios that are found on the classpath and in further jars. */
final class Catalog {
  private Catalog() {}

  /**
   * Finds scenarios.
   *
   * @param jars jars or folders with scenarios, beside the classpath
   * @return all scenarios by name
   * @throws IllegalArgumentException if two scenarios have the same name
   */
  static List<Scenario> find(List<Path> jars) {
    ClassLoader loader = Catalog.class.getClassLoader();
    if (!jars.isEmpty()) {
      URL[] urls = jars.stream().map(Catalog::url).toArray(URL[]::new);
      loader = new URLClassLoader(urls, loader);
    }
    List<Scenario> scenarios =
        ServiceLoader.load(ScenarioProvider.class, loader).stream()
            .map(ServiceLoader.Provider::get)
            .flatMap(ScenarioProvider::scenarios)
            .sorted(Comparator.comparing(Scenario::name))
            .toList();
    rejectTwins(scenarios);
    return scenarios;
  }

  private static void rejectTwins(List<Scenario> scenarios) {
    Set<String> names = new HashSet<>();
    List<String> twins =
        scenarios.stream().map(Scenario::name).filter(name -> !names.add(name)).toList();
    if (!twins.isEmpty()) {
      throw new IllegalArgumentException("scenarios must have distinct names, twice: " + twins);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("not a jar or folder: " + path, e);
    }
  }
}
