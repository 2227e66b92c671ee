package io.github.dl4jstability.benchmarks.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who is to blame when a virtual machine dies. */
class KeeperTest {
  private static final Child.End DIED = new Child.End(false, 134);
  private static final Child.End SILENT = new Child.End(true, 137);
  private static final Child.End WELL = new Child.End(false, 0);

  private final List<Combination> three = Families.all().get(0).combinations().limit(3).toList();
  private final String a = three.get(0).id();
  private final String b = three.get(1).id();
  private final String c = three.get(2).id();

  /** Children that print what was written for them. */
  private static final class Script implements Keeper.Visitor {
    private final Deque<List<String>> outputs = new ArrayDeque<>();
    private final Deque<Child.End> ends = new ArrayDeque<>();

    Script then(Child.End end, String... lines) {
      outputs.add(List.of(lines));
      ends.add(end);
      return this;
    }

    @Override
    public Child.End visit(List<String> names, Consumer<String> lines) {
      outputs.remove().forEach(lines);
      return ends.remove();
    }
  }

  private Collection<Step.Told> results(Script script) throws Exception {
    return new Keeper(script, three, line -> {}).visitAll();
  }

  private static String line(Step step, String id) {
    return step.line(id, "");
  }

  @Test
  void shouldBlameTheOneUnderWayAndVisitTheRest() throws Exception {
    Script script =
        new Script()
            .then(DIED, line(Step.LOOKED, a), line(Step.BARE, b), line(Step.WATCHED, b))
            .then(WELL, line(Step.LOOKED, c));
    assertThat(results(script))
        .extracting(Step.Told::id, Step.Told::step)
        .containsExactly(tuple(a, Step.LOOKED), tuple(b, Step.CRASH), tuple(c, Step.LOOKED));
  }

  @Test
  void shouldBlameTheOneBeforeWhenTheNextIsTrainedBare() throws Exception {
    Script script =
        new Script()
            .then(DIED, line(Step.LOOKED, a), line(Step.BARE, b))
            .then(WELL, line(Step.LOOKED, b), line(Step.LOOKED, c));
    assertThat(results(script))
        .extracting(Step.Told::id, Step.Told::step)
        .containsExactly(tuple(a, Step.CRASH), tuple(b, Step.LOOKED), tuple(c, Step.LOOKED));
  }

  @Test
  void shouldNotBlameTheListenerWhenTheVeryFirstBareTrainingDies() throws Exception {
    Script script =
        new Script()
            .then(DIED, line(Step.BARE, a))
            .then(WELL, line(Step.LOOKED, b), line(Step.LOOKED, c));
    assertThat(results(script))
        .extracting(Step.Told::step)
        .containsExactly(Step.BARE_CRASH, Step.LOOKED, Step.LOOKED);
  }

  @Test
  void shouldTellOfAHangAndOfACrashAtTheVeryEnd() throws Exception {
    Script script =
        new Script()
            .then(SILENT, line(Step.WATCHED, a))
            .then(DIED, line(Step.LOOKED, b), line(Step.LOOKED, c));
    assertThat(results(script))
        .extracting(Step.Told::id, Step.Told::step)
        .containsExactly(tuple(a, Step.HANG), tuple(b, Step.LOOKED), tuple(c, Step.CRASH));
  }

  @Test
  void shouldTellOfFaultsThatOnlyTheLogShows() throws Exception {
    Script script =
        new Script()
            .then(
                WELL,
                line(Step.WATCHED, a),
                "DL4J Stability switched off its curvature probe after a fault of its own",
                line(Step.LOOKED, a),
                line(Step.LOOKED, b),
                line(Step.LOOKED, c));
    assertThat(results(script)).first().extracting(Step.Told::step).isEqualTo(Step.FAULT);
  }
}
