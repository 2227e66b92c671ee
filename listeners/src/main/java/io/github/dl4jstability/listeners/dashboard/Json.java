package io.github.dl4jstability.listeners.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes JSON. A scalar that is not finite is written as the string {@code "NaN"}, {@code
 * "Infinity"} or {@code "-Infinity"}; in a series it is {@code null}, since charts draw series as
 * they are, and the writer of the series lists such positions beside it.
 */
final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator out;

  private Json(JsonGenerator out) {
    this.out = out;
  }

  /** Writes something. */
  interface Content {
    void write() throws IOException;
  }

  /** Writes one of several values. */
  interface Each<T> {
    void write(T value) throws IOException;
  }

  /** Writes the fields of the outermost object. */
  interface Document {
    void write(Json json) throws IOException;
  }

  static byte[] object(Document document) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      Json json = new Json(out);
      json.object(() -> document.write(json));
    }
    return bytes.toByteArray();
  }

  void object(Content content) throws IOException {
    out.writeStartObject();
    content.write();
    out.writeEndObject();
  }

  void object(String name, Content content) throws IOException {
    out.writeFieldName(name);
    object(content);
  }

  <T> void array(String name, Iterable<T> values, Each<T> each) throws IOException {
    out.writeFieldName(name);
    array(values, each);
  }

  <T> void array(Iterable<T> values, Each<T> each) throws IOException {
    out.writeStartArray();
    for (T value : values) {
      each.write(value);
    }
    out.writeEndArray();
  }

  void text(String name, String value) throws IOException {
    out.writeStringField(name, value);
  }

  void text(String value) throws IOException {
    out.writeString(value);
  }

  void flag(String name, boolean value) throws IOException {
    out.writeBooleanField(name, value);
  }

  void whole(String name, long value) throws IOException {
    out.writeNumberField(name, value);
  }

  void whole(long value) throws IOException {
    out.writeNumber(value);
  }

  void scalar(String name, double value) throws IOException {
    out.writeFieldName(name);
    if (Double.isFinite(value)) {
      finite(value);
    } else {
      out.writeString(Double.toString(value));
    }
  }

  void element(double value) throws IOException {
    if (Double.isFinite(value)) {
      finite(value);
    } else {
      out.writeNull();
    }
  }

  /** What is a float anyway takes a float's digits. */
  private void finite(double value) throws IOException {
    float narrow = (float) value;
    if (narrow == value) {
      out.writeNumber(narrow);
    } else {
      out.writeNumber(value);
    }
  }
}
