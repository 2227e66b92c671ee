package io.github.dl4jstability.demos.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

class FashionMnistTest {
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;

  private static FashionMnist images;

  @BeforeAll
  static void load() {
    images = FashionMnist.load();
  }

  @Test
  void shouldHoldThePublishedImagesAndLabels() {
    // Outside values: crc32 of the two decompressed files without their headers, Python 3.11 zlib.
    CRC32 pixels = new CRC32();
    CRC32 labels = new CRC32();
    int[] perClass = new int[FashionMnist.CLASS_NAMES.size()];
    for (int image = 0; image < images.size(); image++) {
      labels.update(images.label(image));
      perClass[images.label(image)]++;
      for (int position = 0; position < FashionMnist.PIXELS; position++) {
        pixels.update(images.pixel(image, position));
      }
    }

    assertThat(images.size()).isEqualTo(10_000);
    assertThat(perClass).containsOnly(1000);
    assertThat(labels.getValue()).isEqualTo(0x242bc73fL);
    assertThat(pixels.getValue()).isEqualTo(0x12728439L);
    assertThat(FashionMnist.CLASS_NAMES.get(images.label(0))).isEqualTo("Ankle boot");
  }

  @Test
  void shouldSplitWithoutCommonImagesWhenAllAreTaken() {
    Split split = images.split(8_000, 2_000, 42);

    INDArray classes = oneHot(split.train(500, Layout.FLAT, Scaling.UNIT));
    INDArray testClasses = oneHot(split.test(300, Layout.FLAT, Scaling.UNIT));

    assertThat(classes.sumNumber().intValue()).isEqualTo(8_000);
    assertThat(classes.add(testClasses).toFloatVector()).containsOnly(1000);
  }

  private static INDArray oneHot(DataSetIterator iterator) {
    INDArray sum = iterator.next().getLabels().sum(0);
    while (iterator.hasNext()) {
      sum.addi(iterator.next().getLabels().sum(0));
    }
    return sum;
  }

  @Test
  void shouldGiveTheSameBatchesWhenTheSeedIsTheSame() {
    DataSetIterator one = images.split(300, 100, 7).train(64, Layout.FLAT, Scaling.UNIT);
    DataSetIterator same = images.split(300, 100, 7).train(64, Layout.FLAT, Scaling.UNIT);
    DataSetIterator other = images.split(300, 100, 8).train(64, Layout.FLAT, Scaling.UNIT);

    DataSet first = one.next();

    assertThat(first).isEqualTo(same.next()).isNotEqualTo(other.next());
    one.reset();
    same.reset();
    DataSet firstOfSecondEpoch = one.next();
    assertThat(firstOfSecondEpoch).isEqualTo(same.next()).isNotEqualTo(first);
  }

  @Test
  void shouldEndAnEpochWithASmallerBatch() {
    DataSetIterator iterator = images.split(100, 10, 1).train(64, Layout.FLAT, Scaling.UNIT);

    assertThat(iterator.next().numExamples()).isEqualTo(64);
    assertThat(iterator.next().numExamples()).isEqualTo(36);
    assertThat(iterator.hasNext()).isFalse();
  }

  @Test
  void shouldKeepPixelsWhenLaidOutAsChannels() {
    Split split = images.split(20, 10, 3);

    INDArray flat = split.test(10, Layout.FLAT, Scaling.UNIT).next().getFeatures();
    INDArray channels = split.test(10, Layout.CHANNELS_FIRST, Scaling.UNIT).next().getFeatures();

    assertThat(flat.shape()).containsExactly(10, 784);
    assertThat(channels.shape()).containsExactly(10, 1, 28, 28);
    assertThat(channels.reshape(10, 784)).isEqualTo(flat);
    assertThat(flat.minNumber().floatValue()).isEqualTo(0);
    assertThat(flat.maxNumber().floatValue()).isBetween(0.9f, 1f);
  }

  @Test
  void shouldStandardizeByTheTrainingImages() {
    Split split = images.split(1_000, 1_000, 5);

    INDArray train = split.train(1_000, Layout.FLAT, Scaling.STANDARDIZED).next().getFeatures();
    INDArray test = split.test(1_000, Layout.FLAT, Scaling.STANDARDIZED).next().getFeatures();

    assertThat(train.meanNumber().doubleValue()).isBetween(-1e-4, 1e-4);
    assertThat(train.stdNumber().doubleValue()).isBetween(0.9999, 1.0001);
    assertThat(test.meanNumber().doubleValue()).isBetween(-0.1, 0.1);
  }

  @Test
  void shouldTellTheRuleWhenSizesOrBatchAreWrong() {
    assertThatThrownBy(() -> images.split(9_000, 1_001, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "trainSize and testSize must be at least 1 and 10000 at most together,"
                + " were 9000 and 1001");
    assertThatThrownBy(() -> images.split(0, 10, 1)).hasMessageEndingWith("were 0 and 10");
    Split split = images.split(10, 10, 1);
    assertThatThrownBy(() -> split.train(0, Layout.FLAT, Scaling.UNIT))
        .hasMessage("batchSize must be at least 1, was 0");
  }

  @Test
  void shouldSayWhatIsDamaged() throws IOException {
    byte[] goodImage = new byte[784];
    assertThat(read(idx(IMAGES_MAGIC, goodImage, 1, 28, 28), idx(LABELS_MAGIC, new byte[1], 1)))
        .isEmpty();

    assertThat(read(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, idx(LABELS_MAGIC, new byte[1], 1)))
        .isEqualTo("t10k-images-idx3-ubyte.gz is damaged: it must be compressed by gzip");
    assertThat(read(new byte[0], idx(LABELS_MAGIC, new byte[1], 1)))
        .isEqualTo("t10k-images-idx3-ubyte.gz is damaged: it ends too early");
    assertThat(read(idx(LABELS_MAGIC, goodImage, 1, 28, 28), idx(LABELS_MAGIC, new byte[1], 1)))
        .isEqualTo(
            "t10k-images-idx3-ubyte.gz is damaged: it must begin with 0x0803"
                + " (unsigned bytes, 3 dimensions), was 0x0801");
    assertThat(read(idx(IMAGES_MAGIC, goodImage, 1, 28, 27), idx(LABELS_MAGIC, new byte[1], 1)))
        .isEqualTo(
            "t10k-images-idx3-ubyte.gz is damaged: it must have the dimensions [1, 28, 28],"
                + " were [1, 28, 27]");
    assertThat(read(idx(IMAGES_MAGIC, goodImage, 2, 28, 28), idx(LABELS_MAGIC, new byte[2], 2)))
        .isEqualTo("t10k-images-idx3-ubyte.gz is damaged: it must hold 1568 values, held 784");
    assertThat(read(idx(IMAGES_MAGIC, goodImage, 1, 28, 28), idx(LABELS_MAGIC, new byte[2], 2)))
        .isEqualTo("there must be as many labels as images, were 2 labels for 1 images");
    assertThat(read(idx(IMAGES_MAGIC, goodImage, 1, 28, 28), idx(LABELS_MAGIC, new byte[] {10}, 1)))
        .isEqualTo("t10k-labels-idx1-ubyte.gz is damaged: labels must be 0 to 9, was 10 at 0");
  }

  /** Returns the message of the error, or nothing. */
  private static String read(byte[] images, byte[] labels) {
    try (InputStream in = new ByteArrayInputStream(images)) {
      FashionMnist.read(in, new ByteArrayInputStream(labels));
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static byte[] idx(int magic, byte[] values, int... dimensions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
      out.writeInt(magic);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      out.write(values);
    }
    return bytes.toByteArray();
  }
}
