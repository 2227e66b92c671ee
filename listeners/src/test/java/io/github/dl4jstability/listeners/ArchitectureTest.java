package io.github.dl4jstability.listeners;

import static com.tngtech.archunit.base.DescribedPredicate.allElements;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Serializable;
import java.util.Map;

/**
 * The data flow one way: hook, collection, rules, report; the dashboard reads what was recorded.
 */
@AnalyzeClasses(
    packages = "io.github.dl4jstability",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.dl4jstability.listeners";
  private static final String INTERNAL = ROOT + ".internal";
  private static final long FILES_PER_PACKAGE = 30;
  private static final int PUBLIC_TYPES = 26;

  private static DescribedPredicate<JavaClass> publicApi() {
    return resideInAnyPackage(ROOT, ROOT + ".curvature", ROOT + ".dashboard")
        .and(modifier(JavaModifier.PUBLIC))
        .and(JavaClass.Predicates.TOP_LEVEL_CLASSES)
        .as("public API");
  }

  /**
   * The rooms and who may enter them. The public API (the root package, and {@code curvature} for
   * the probe) is a facade: it may use every room, and every room its values.
   */
  @ArchTest
  static final ArchRule packagesDependOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy(ROOT, ROOT + ".curvature")
          .layer("observation")
          .definedBy(INTERNAL + ".observation")
          .layer("model")
          .definedBy(INTERNAL + ".model")
          .layer("collection")
          .definedBy(INTERNAL + ".collection")
          .layer("history")
          .definedBy(INTERNAL + ".history")
          .layer("diagnosis")
          .definedBy(INTERNAL + ".diagnosis")
          .layer("advice")
          .definedBy(INTERNAL + ".advice")
          .layer("catalogue")
          .definedBy(INTERNAL + ".rules")
          .layer("rules")
          .definedBy(INTERNAL + ".rules.*")
          .layer("stall detection")
          .definedBy(INTERNAL + ".stall.detection")
          .layer("stall probing")
          .definedBy(INTERNAL + ".stall.probing")
          .layer("stall verdict")
          .definedBy(INTERNAL + ".stall.verdict")
          .layer("codec")
          .definedBy(INTERNAL + ".codec")
          .layer("record")
          .definedBy(INTERNAL + ".record")
          .layer("recording")
          .definedBy(INTERNAL + ".recording")
          .layer("report")
          .definedBy(INTERNAL + ".report")
          .layer("run")
          .definedBy(INTERNAL + ".run")
          .layer("timeline")
          .definedBy(INTERNAL + ".timeline")
          .layer("dashboard")
          .definedBy(ROOT + ".dashboard")
          .whereLayer("dashboard")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("timeline")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("run")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("api", "run")
          .whereLayer("recording")
          .mayOnlyBeAccessedByLayers("api", "run", "report")
          .whereLayer("record")
          .mayOnlyBeAccessedByLayers("report", "dashboard")
          .whereLayer("codec")
          .mayOnlyBeAccessedByLayers("record", "recording")
          .whereLayer("catalogue")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("rules")
          .mayOnlyBeAccessedByLayers("catalogue", "stall verdict")
          .whereLayer("stall verdict")
          .mayOnlyBeAccessedByLayers("catalogue")
          .whereLayer("advice")
          .mayOnlyBeAccessedByLayers("rules", "stall verdict")
          .whereLayer("diagnosis")
          .mayOnlyBeAccessedByLayers("api", "run", "catalogue", "rules", "stall verdict")
          .whereLayer("history")
          .mayOnlyBeAccessedByLayers("diagnosis", "rules", "stall verdict", "advice")
          .whereLayer("stall probing")
          .mayOnlyBeAccessedByLayers("api", "run")
          .whereLayer("collection")
          .mayOnlyBeAccessedByLayers("api", "run")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("collection");

  @ArchTest
  static final ArchRule roomsHaveNoCircles =
      slices().matching(INTERNAL + ".(**)").should().beFreeOfCycles();

  /** What users can reach is in the root package, with the probe, and what the UI loads by name. */
  @ArchTest
  static final ArchRule theApiShowsNothingInternal =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat(publicApi())
          .should()
          .haveRawReturnType(resideOutsideOfPackage(INTERNAL + ".."))
          .andShould()
          .haveRawParameterTypes(allElements(resideOutsideOfPackage(INTERNAL + "..")));

  /** A public type is a promise; a hall in which nobody finds anything is split. */
  @ArchTest
  static void roomsAndApiAreSmall(JavaClasses all) {
    JavaClasses files = all.that(JavaClass.Predicates.TOP_LEVEL_CLASSES);
    Map<String, Long> sizes =
        files.that(resideInAPackage(ROOT + "..")).stream()
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    assertThat(sizes)
        .allSatisfy(
            (room, size) -> assertThat(size).as(room).isLessThanOrEqualTo(FILES_PER_PACKAGE));
    assertThat(files.that(publicApi())).hasSizeLessThanOrEqualTo(PUBLIC_TYPES);
  }

  @ArchTest
  static final ArchRule numbersOnlyBelowCollection =
      noClasses()
          .that()
          .resideInAnyPackage(
              INTERNAL + ".observation..",
              INTERNAL + ".history..",
              INTERNAL + ".diagnosis..",
              INTERNAL + ".rules..",
              INTERNAL + ".advice..",
              INTERNAL + ".stall.detection..",
              INTERNAL + ".stall.verdict..",
              INTERNAL + ".codec..",
              INTERNAL + ".recording..",
              INTERNAL + ".record..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j.nn..", "org.bytedeco..");

  /** The engine takes its rules from a catalogue and knows none of them. */
  @ArchTest
  static final ArchRule theEngineKnowsNoRule =
      noClasses()
          .that()
          .resideInAPackage(INTERNAL + ".diagnosis..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.simpleNameEndingWith("Rule")
                  .and(resideOutsideOfPackage(INTERNAL + ".diagnosis..")));

  @ArchTest
  static final ArchRule curvatureStandsAlone =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".curvature..", INTERNAL + ".curvature..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.github.dl4jstability..")
                  .and(
                      JavaClass.Predicates.resideOutsideOfPackages(
                          ROOT + ".curvature..", INTERNAL + ".curvature..")));

  @ArchTest
  static final ArchRule onlyTheDashboardNeedsTheServer =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".dashboard..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "org.deeplearning4j.ui.api..");

  @ArchTest
  static final ArchRule onlyChartsNeedTheModelOfTheUi =
      noClasses()
          .that()
          .haveSimpleNameNotStartingWith("Chart")
          .and()
          .resideOutsideOfPackage(ROOT + ".dashboard..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.deeplearning4j.ui.model..");

  @ArchTest
  static final ArchRule publicClassesAreFinalUnlessTheyAreInterfaces =
      classes()
          .that()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .should()
          .haveModifier(JavaModifier.FINAL);

  @ArchTest
  static final ArchRule theListenerTravels =
      classes()
          .that()
          .haveSimpleName("StabilityListener")
          .should()
          .beAssignableTo(Serializable.class);
}
