package io.github.dl4jstability.listeners;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Serializable;

/**
 * The data flow one way: hook, collection, rules, report; the dashboard reads what was recorded.
 */
@AnalyzeClasses(
    packages = "io.github.dl4jstability",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.dl4jstability.listeners";

  @ArchTest
  static final ArchRule packagesDependOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("measurement")
          .definedBy("io.github.dl4jstability.measurement..")
          .layer("observation")
          .definedBy(ROOT + ".observation..")
          .layer("collection")
          .definedBy(ROOT + ".collection..")
          .layer("rules")
          .definedBy(ROOT + ".rules..")
          .layer("record")
          .definedBy(ROOT + ".record..")
          .layer("report")
          .definedBy(ROOT + ".report..")
          .layer("dashboard")
          .definedBy(ROOT + ".dashboard..")
          .layer("curvature")
          .definedBy(ROOT + ".curvature..")
          .layer("stall")
          .definedBy(ROOT + ".stall..")
          .layer("timeline")
          .definedBy(ROOT + ".timeline..")
          .layer("listener")
          .definedBy(ROOT)
          .whereLayer("dashboard")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("listener")
          .whereLayer("rules")
          .mayOnlyBeAccessedByLayers("listener")
          .whereLayer("collection")
          .mayOnlyBeAccessedByLayers("listener")
          .whereLayer("curvature")
          .mayOnlyBeAccessedByLayers("stall", "listener")
          .whereLayer("stall")
          .mayOnlyBeAccessedByLayers("listener")
          .whereLayer("record")
          .mayOnlyBeAccessedByLayers("report", "dashboard", "listener")
          .whereLayer("timeline")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule numbersOnlyBelowCollection =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".observation..", ROOT + ".rules..", ROOT + ".record..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j.nn..", "org.bytedeco..");

  @ArchTest
  static final ArchRule curvatureStandsAlone =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".curvature..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.github.dl4jstability..")
                  .and(JavaClass.Predicates.resideOutsideOfPackage(ROOT + ".curvature..")));

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
