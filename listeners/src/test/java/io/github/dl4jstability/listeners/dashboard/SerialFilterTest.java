package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.StabilityListener;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** What the documented filter keeps out and what it lets through. */
class SerialFilterTest {

  private static final ObjectInputFilter FILTER =
      ObjectInputFilter.Config.createFilter(SerialFilter.PATTERN);

  private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(FILTER);
      return in.readObject();
    }
  }

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  /** Each level holds the next twice, so the hash code of the first takes 2^depth steps. */
  private static Set<Object> nested(int depth) {
    Set<Object> root = new HashSet<>();
    Set<Object> first = root;
    Set<Object> second = new HashSet<>();
    for (int i = 0; i < depth; i++) {
      Set<Object> left = new HashSet<>();
      Set<Object> right = new HashSet<>();
      left.add("makes it another than its twin");
      first.add(left);
      first.add(right);
      second.add(left);
      second.add(right);
      first = left;
      second = right;
    }
    return root;
  }

  @Test
  void shouldRejectSetsWhoseHashCodesTakeForEver() throws Exception {
    byte[] bomb = written(nested(100));
    assertThat(bomb.length).isLessThan(6000);
    assertThatThrownBy(() -> read(bomb))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
  }

  @ParameterizedTest
  @ValueSource(classes = {byte.class, long.class, Object.class, String.class})
  void shouldRejectArraysThatAreOnlyAnnounced(Class<?> component) throws Exception {
    byte[] bomb = written(Array.newInstance(component, 0));
    ByteBuffer.wrap(bomb).putInt(bomb.length - 4, Integer.MAX_VALUE - 8);
    assertThat(bomb.length).isLessThan(60);
    assertThatThrownBy(() -> read(bomb))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
  }

  @Test
  void shouldRejectMoreObjectsThanARecordHas() throws Exception {
    List<Object> many = new ArrayList<>();
    for (int i = 0; i < 100_001; i++) {
      many.add(new int[0]);
    }
    byte[] bomb = written(many);
    assertThatThrownBy(() -> read(bomb)).isInstanceOf(InvalidClassException.class);
  }

  @Test
  void shouldRejectAnyOtherClass() throws Exception {
    byte[] foreign = written(new Timestamp(0));
    assertThatThrownBy(() -> read(foreign)).isInstanceOf(InvalidClassException.class);
  }

  @Test
  void shouldLetTheRecordsOfBothListenersThrough() throws Exception {
    for (Serializable sent : collected()) {
      Object received = read(written(sent));
      assertThat(received).hasSameClassAs(sent);
      if (received instanceof Persistable record) {
        assertThat(record.encode()).isEqualTo(((Persistable) sent).encode());
      }
    }
  }

  @Test
  void shouldLetDiagnosesThroughWithAllTheirCauses() throws Exception {
    Diagnosis diagnosis =
        RecordedRun.vanishing()
            .causedBy(SyntheticRun.diagnosis(Condition.INPUT_SCALE, 0, List.of("0")));
    assertThat(read(written(diagnosis))).isEqualTo(diagnosis);
  }

  @Test
  void shouldBeWhatTheReadmeSays() throws Exception {
    for (Path page : List.of(Path.of("..", "README.md"), Path.of("..", "docs", "security.md"))) {
      assertThat(Files.readString(page))
          .as(page.toString())
          .contains("-Djdk.serialFilter='" + SerialFilter.PATTERN + "'");
    }
  }

  /** What our listener and Deeplearning4j's write while a network trains. */
  private static List<Serializable> collected() {
    List<StorageMetaData> metaData = new ArrayList<>();
    List<Persistable> staticInfo = new ArrayList<>();
    List<Persistable> updates = new ArrayList<>();
    CollectionStatsStorageRouter router =
        new CollectionStatsStorageRouter(metaData, staticInfo, updates);
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Adam(0.01), DataType.FLOAT);
    StabilityListener ours = StabilityListener.reportingTo(router);
    for (TrainingListener listener : List.of(ours, new StatsListener(router, 1))) {
      network.setListeners(listener);
      Networks.batches("dense", DataType.FLOAT, 10).forEach(network::fit);
    }
    ours.close();
    assertThat(staticInfo).hasSizeGreaterThan(1);
    assertThat(updates).hasSizeGreaterThan(10);
    List<Serializable> all = new ArrayList<>(metaData);
    all.addAll(staticInfo);
    all.addAll(updates);
    return all;
  }
}
