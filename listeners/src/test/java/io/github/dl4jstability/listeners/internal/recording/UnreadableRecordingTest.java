package io.github.dl4jstability.listeners.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.github.dl4jstability.listeners.Recording;
import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no recordings, no longer, or meant to do harm. */
@Timeout(300)
class UnreadableRecordingTest {
  private static final int MUTANTS = 4000;
  private static final long MEGABYTE = 1L << 20;

  @TempDir Path folder;
  private Path path;
  private byte[] whole;

  @BeforeEach
  void record() throws IOException {
    path = folder.resolve("run.stability");
    SyntheticRun run = SyntheticRun.withLayers(3);
    RecordingWriter writer = new RecordingWriter(path, MEGABYTE);
    writer.began(0, SyntheticRun.settings());
    for (int i = 0; i < 30; i++) {
      writer.observed(0, run.inspected(i, 1.0 / (1 + i), List.of(1e-9, 0.1, 10.0 * i)));
      if (i % 10 == 9) {
        writer.lookedAt(0, SyntheticRun.stationaryNumbers(i));
        writer.notLookedAt(0, "the loss is not finite");
        writer.writeBlock();
      }
    }
    writer.closed();
    whole = Files.readAllBytes(path);
    assertThat(Recording.open(path).runs().get(0).iterations()).isEqualTo(30);
  }

  private void assertUnreadable(byte[] bytes, String... parts) throws IOException {
    Files.write(path, bytes);
    assertThatThrownBy(() -> Recording.open(path))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void shouldRejectForeignFiles() throws IOException {
    assertUnreadable(new byte[0], "not a recording of DL4J Stability: it is empty");
    assertUnreadable("<html>".getBytes(StandardCharsets.UTF_8), "it begins with other bytes");
    assertUnreadable(new byte[5000], "it begins with other bytes");
  }

  @Test
  void shouldSayWhenThereIsNoFile() {
    Path nowhere = folder.resolve("nowhere.stability");
    assertThatThrownBy(() -> Recording.open(nowhere)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void shouldSayThatANewerVersionWroteIt() throws IOException {
    byte[] newer = whole.clone();
    newer[RecordingFormat.MAGIC.length] = 9;
    Files.write(path, newer);
    assertThatThrownBy(() -> Recording.open(path))
        .isInstanceOfSatisfying(
            UnreadableRecordException.class, e -> assertThat(e.isNewerVersion()).isTrue())
        .hasMessageContaining("written by a newer version of DL4J Stability: format 9, known is 1");
  }

  /** Where each block begins, and the end. */
  private List<Integer> boundaries() {
    List<Integer> boundaries = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(whole);
    for (int at = RecordingFormat.HEADER_BYTES;
        at < whole.length;
        at += RecordingFormat.BLOCK_HEADER_BYTES + bytes.getInt(at)) {
      boundaries.add(at);
    }
    boundaries.add(whole.length);
    assertThat(boundaries).hasSize(5);
    return boundaries;
  }

  @Test
  void shouldBeReadableUpToTheLastWholeBlockAndRejectACutInsideABlock() throws IOException {
    List<Integer> boundaries = boundaries();
    for (int length = RecordingFormat.HEADER_BYTES; length <= whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      int blocks = boundaries.indexOf(length);
      int last = boundaries.stream().mapToInt(it -> it).filter(isUpTo(length)).max().orElseThrow();
      if (blocks >= 0) {
        Files.write(path, part);
        Recording recording = Recording.open(path);
        assertThat(recording.runs()).hasSize(Math.min(1, blocks));
        if (blocks > 0) {
          assertThat(recording.runs().get(0).iterations()).isEqualTo(10L * Math.min(3, blocks));
        }
        assertThat(recording.isClosed()).isEqualTo(blocks == 4);
      } else if (length % 7 == 0 && length - last >= Integer.BYTES) {
        assertUnreadable(part, "the file was cut off inside it");
      }
    }
  }

  private static IntPredicate isUpTo(int length) {
    return boundary -> boundary <= length;
  }

  @Test
  void shouldTakeABlockThatWasNotFinishedForTheEnd() throws IOException {
    List<Integer> boundaries = boundaries();
    int third = boundaries.get(2);
    byte[] unfinished = Arrays.copyOf(whole, third + 100);
    Arrays.fill(unfinished, third, third + Integer.BYTES, (byte) 0); // the length is written last
    for (int length : List.of(third + 100, third + 12, third + 4, third + 1)) {
      Files.write(path, Arrays.copyOf(unfinished, length));
      Recording recording = Recording.open(path);
      assertThat(recording.runs().get(0).iterations()).isEqualTo(20);
      assertThat(recording.isClosed()).isFalse();
    }
  }

  @Test
  void shouldRejectEveryChangedByteOfABlock() throws IOException {
    int second = boundaries().get(1);
    for (int at = second + Integer.BYTES; at < boundaries().get(2); at += 3) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      assertUnreadable(changed, "block 2");
    }
  }

  /** A recording of one block with these entries, whose checksum fits. */
  private static byte[] recording(byte[] plain) {
    ByteBuffer block = BlockWriter.block(plain);
    block.putInt(0, block.remaining() - RecordingFormat.BLOCK_HEADER_BYTES);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(RecordingFormat.MAGIC);
    out.write(RecordingFormat.VERSION);
    byte[] bytes = new byte[block.remaining()];
    block.get(bytes);
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private byte[] plain() throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    Files.write(path, whole);
    try (BlockReader blocks = BlockReader.open(path)) {
      for (byte[] next = blocks.next(); next.length > 0; next = blocks.next()) {
        plain.writeBytes(next);
      }
    }
    return plain.toByteArray();
  }

  /** Entries that a writer would never write, behind checksums that fit. */
  @Test
  void shouldNeverDoMoreThanRejectWhatIsMutated() throws IOException {
    byte[] plain = plain();
    Random random = new Random(17);
    int rejected = 0;
    for (int trial = 0; trial < MUTANTS; trial++) {
      byte[] mutant = mutated(plain, random);
      boolean deep = trial % 2 == 0;
      Files.write(path, deep ? recording(mutant) : mutated(whole, random));
      Throwable thrown =
          catchThrowable(() -> Recording.open(path).judge(Set.of(), iteration -> {}));
      if (thrown != null) {
        rejected++;
        assertThat(thrown).isInstanceOf(UnreadableRecordException.class);
      }
    }
    assertThat(rejected).isBetween(MUTANTS / 2, MUTANTS - 1);
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] bytes =
        random.nextInt(8) == 0
            ? Arrays.copyOf(original, 1 + random.nextInt(original.length))
            : original.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) 0xff);
        default -> {
          int to = random.nextInt(bytes.length);
          int length = Math.min(16, bytes.length - Math.max(at, to));
          System.arraycopy(bytes, at, bytes, to, length);
        }
      }
    }
    return bytes;
  }

  @Test
  void shouldNotAllocateWhatALengthPromises() throws IOException {
    ByteBuffer promises = ByteBuffer.wrap(whole.clone());
    promises.putInt(RecordingFormat.HEADER_BYTES, Integer.MAX_VALUE);
    assertUnreadable(promises.array(), "its content length must be from 1 to");
    promises.putInt(RecordingFormat.HEADER_BYTES, RecordingFormat.LARGEST_CONTENT_BYTES);
    assertUnreadable(promises.array(), "the file was cut off inside it, after 0 whole blocks");
    promises.putInt(RecordingFormat.HEADER_BYTES, 100);
    promises.putInt(RecordingFormat.HEADER_BYTES + 4, -1);
    assertUnreadable(promises.array(), "its plain length must be from 1 to");

    ByteWriter entry = ByteWriter.exact();
    entry.raw(RecordingFormat.Kind.BEGAN.code());
    entry.count(0);
    entry.count(Integer.MAX_VALUE);
    Files.write(path, recording(entry.toByteArray()));
    long before = allocated();
    assertThatThrownBy(() -> Recording.open(path)).hasMessageContaining("needs 2147483647 more");
    assertThat(allocated() - before).isLessThan(MEGABYTE);
  }

  @Test
  void shouldInflateNoMoreThanABlockSays() throws IOException {
    byte[] bomb = recording(new byte[(int) (4 * MEGABYTE)]);
    assertThat(bomb.length).isLessThan(1 << 15);
    ByteBuffer lying = ByteBuffer.wrap(bomb);
    int header = RecordingFormat.HEADER_BYTES;
    lying.putInt(header + 4, 10);
    byte[] content =
        Arrays.copyOfRange(bomb, header + RecordingFormat.BLOCK_HEADER_BYTES, bomb.length);
    lying.putInt(header + 8, BlockReader.checksum(10, content));
    long before = allocated();
    assertUnreadable(bomb, "its content has another length than it says");
    assertThat(allocated() - before).isLessThan(MEGABYTE);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void shouldRejectEntriesThatDoNotFitTogether() throws IOException {
    assertUnreadable(entries(e -> e.notLookedAt(0, "")), "run 0 of 0");
    assertUnreadable(entries(e -> e.began(1, SyntheticRun.settings())), "run 1 begins as number 0");
    assertUnreadable(
        entries(
            e -> {
              e.stopped("");
              e.closed();
            }),
        "an entry after the end");
    ByteWriter out = ByteWriter.exact();
    out.raw((byte) 77);
    assertUnreadable(recording(out.toByteArray()), "unknown kind of entry 77");
  }

  private interface Entries {
    void make(RecordingEncoder encoder);
  }

  private static byte[] entries(Entries entries) {
    RecordingEncoder encoder = new RecordingEncoder();
    entries.make(encoder);
    return recording(encoder.take());
  }

  @Test
  void shouldRejectListsThatDoNotFitTheNetwork() throws IOException {
    SyntheticRun two = SyntheticRun.withLayers(2);
    SyntheticRun three = SyntheticRun.withLayers(3);
    Observation other = three.observation(1, 1, List.of(1.0, 1.0, 1.0));
    assertUnreadable(
        entries(
            e -> {
              e.began(0, SyntheticRun.settings());
              e.observed(0, SyntheticRun.in(two.structure(), other));
            }),
        "gradients must be 0 or 4, were 6");
  }
}
