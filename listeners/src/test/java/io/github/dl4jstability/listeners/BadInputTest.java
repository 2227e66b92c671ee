package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Identities without a name are refused where they are given. */
class BadInputTest {

  static Stream<Arguments> settersAndValues() {
    return Stream.of(
            setter("setWorkerID", StabilityListener::setWorkerID),
            setter("setSessionID", StabilityListener::setSessionID),
            setter("builder", (listener, id) -> StabilityListener.builder().sessionId(id)))
        .flatMap(
            setter ->
                Stream.of(
                    Arguments.of(setter, null, "Id must not be null, was null"),
                    Arguments.of(setter, " \t", "Id must not be blank, was \" \t\"")));
  }

  private static Named<BiConsumer<StabilityListener, String>> setter(
      String name, BiConsumer<StabilityListener, String> setter) {
    return Named.of(name, setter);
  }

  @ParameterizedTest
  @MethodSource("settersAndValues")
  void shouldNameParameterRuleAndValueWhenAnIdIsNone(
      BiConsumer<StabilityListener, String> setter, String value, String message) {
    StabilityListener listener = StabilityListener.create();
    assertThatThrownBy(() -> setter.accept(listener, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(worker|session)" + Pattern.quote(message));
  }
}
