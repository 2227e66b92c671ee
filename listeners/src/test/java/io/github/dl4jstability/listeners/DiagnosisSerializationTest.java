package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A diagnosis may be sent, from a Spark worker for example. */
class DiagnosisSerializationTest {

  private static Diagnosis diagnosis(Condition condition) {
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("loss", Double.NaN);
    evidence.put("a bound", Double.POSITIVE_INFINITY);
    evidence.put("share", 0.5);
    return new Diagnosis(
        condition,
        Severity.ERROR,
        7,
        2,
        new ArrayList<>(List.of("layer0", "layer1")),
        evidence,
        "why",
        "what to change of " + condition,
        Optional.empty());
  }

  private static Object copy(Object original) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void shouldBeTheSameWhenItWasSerialized() throws Exception {
    Diagnosis diagnosis = diagnosis(Condition.DEAD_UNITS);
    Diagnosis copy = (Diagnosis) copy(diagnosis);
    assertThat(copy).isEqualTo(diagnosis);
    assertThat(copy.evidence().keySet()).containsExactly("loss", "a bound", "share");
  }

  @Test
  void shouldKeepTheChainOfCausesWhenItWasSerialized() throws Exception {
    Diagnosis last =
        diagnosis(Condition.NON_FINITE)
            .causedBy(
                diagnosis(Condition.EXPLODING_GRADIENT)
                    .causedBy(diagnosis(Condition.LEARNING_RATE_TOO_HIGH)));
    Diagnosis copy = (Diagnosis) copy(last);
    assertThat(copy).isEqualTo(last);
    assertThat(copy.root().condition()).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
  }

  @Test
  void shouldBeSerializableAsAnyListenerGivesIt() throws Exception {
    Diagnosis diagnosis = diagnosis(Condition.PLATEAU);
    for (Diagnosis derived :
        List.of(diagnosis.withSeverity(Severity.INFO), diagnosis.withExplanation("another"))) {
      assertThat(copy(derived)).isEqualTo(derived);
    }
  }
}
