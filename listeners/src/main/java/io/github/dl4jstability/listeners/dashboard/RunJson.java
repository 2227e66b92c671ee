package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The parts of a run as JSON. */
final class RunJson {

  private final Json json;

  RunJson(Json json) {
    this.json = json;
  }

  void network(NetworkStructure network) throws IOException {
    json.object(
        "network",
        () -> {
          json.text("model", network.model());
          json.whole("parameters", network.parameters().stream().mapToLong(Parameter::count).sum());
          json.array("layers", network.layers(), this::layer);
        });
  }

  private void layer(Layer layer) throws IOException {
    json.object(
        () -> {
          json.text("name", layer.name());
          json.text("type", layer.type());
          json.text("activation", layer.activation());
          json.flag("trainable", layer.trainable());
        });
  }

  /** Columns, as the charts want them. */
  void points(List<Point> points, int layers) throws IOException {
    json.object(
        "points",
        () -> {
          json.array("iteration", points, p -> json.whole(p.iteration()));
          json.array("epoch", points, p -> json.whole(p.epoch()));
          json.array("score", points, p -> json.element(p.score()));
          json.array("lowest", points, p -> json.element(p.lowestScore()));
          json.array("highest", points, p -> json.element(p.highestScore()));
          json.array(
              "gradient",
              IntStream.range(0, layers).boxed().toList(),
              layer -> json.array(points, p -> norm(p.gradientNorms().get(layer))));
          json.array("notFinite", Mark.of(points), this::mark);
        });
  }

  private void norm(double value) throws IOException {
    json.element(value == Point.NOT_MEASURED ? Double.NaN : value);
  }

  private void mark(Mark mark) throws IOException {
    json.object(
        () -> {
          json.whole("row", mark.row());
          json.whole("index", mark.index());
          json.scalar("value", mark.value());
        });
  }

  void latest(Point point, long timestamp) throws IOException {
    json.object(
        "latest",
        () -> {
          json.whole("iteration", point.iteration());
          json.whole("epoch", point.epoch());
          json.scalar("score", point.score());
          json.scalar("learningRate", point.learningRate());
          json.whole("timeMillis", timestamp);
        });
  }

  void finding(Finding finding) throws IOException {
    json.object(
        () -> {
          json.whole("number", finding.number());
          json.flag("open", finding.open());
          json.whole("lastIteration", finding.lastIteration());
          diagnosis(finding.diagnosis());
        });
  }

  private void diagnosis(Diagnosis diagnosis) throws IOException {
    json.text("condition", diagnosis.condition().name());
    json.text("title", diagnosis.condition().title());
    json.text("page", "docs/conditions/" + diagnosis.condition().page());
    json.text("severity", diagnosis.severity().name());
    json.flag("stall", Evidence.STALL_ITERATIONS.isIn(diagnosis));
    json.whole("iteration", diagnosis.iteration());
    json.whole("epoch", diagnosis.epoch());
    json.array("layers", diagnosis.layers(), json::text);
    json.array("evidence", diagnosis.evidence().entrySet(), this::evidence);
    json.text("explanation", diagnosis.explanation());
    json.text("remedy", diagnosis.remedy());
    Optional<Diagnosis> cause = diagnosis.cause();
    if (cause.isPresent()) {
      json.object("cause", () -> diagnosis(cause.get()));
    }
  }

  private void evidence(Map.Entry<String, Double> entry) throws IOException {
    json.object(
        () -> {
          json.text("name", entry.getKey());
          json.scalar("value", entry.getValue());
          json.text("text", Evidence.text(entry.getKey(), entry.getValue()));
        });
  }
}
