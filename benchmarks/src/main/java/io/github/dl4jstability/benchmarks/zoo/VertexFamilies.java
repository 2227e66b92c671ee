package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.dense;
import static io.github.dl4jstability.benchmarks.zoo.Families.lstm;
import static io.github.dl4jstability.benchmarks.zoo.Families.stepClasses;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;

/** Graphs around a vertex of each kind. */
final class VertexFamilies {
  private VertexFamilies() {}

  static List<Family> all() {
    return Stream.of(onVectors(), onSequences()).flatMap(List::stream).toList();
  }

  private static List<Family> onVectors() {
    return List.of(
        pair("vertex-add", new ElementWiseVertex(ElementWiseVertex.Op.Add)),
        pair("vertex-subtract", new ElementWiseVertex(ElementWiseVertex.Op.Subtract)),
        pair("vertex-product", new ElementWiseVertex(ElementWiseVertex.Op.Product)),
        pair("vertex-average", new ElementWiseVertex(ElementWiseVertex.Op.Average)),
        pair("vertex-max", new ElementWiseVertex(ElementWiseVertex.Op.Max)),
        pair("vertex-merge", new MergeVertex()),
        pair("vertex-l2", new L2Vertex()),
        single("vertex-l2-normalize", new L2NormalizeVertex()),
        single("vertex-scale", new ScaleVertex(0.5)),
        single("vertex-shift", new ShiftVertex(0.5)),
        single("vertex-subset", new SubsetVertex(1, 4)),
        single("vertex-reshape", new ReshapeVertex(-1, 6)),
        single("vertex-own", new Squared()),
        stacked());
  }

  private static Family pair(String name, GraphVertex vertex) {
    return Family.graph(
        name,
        List.of(Signal.VECTOR),
        List.of(Signal.CLASS),
        graph ->
            graph
                .addLayer("left", dense(6), "in0")
                .addLayer("right", dense(6), "in0")
                .addVertex("vertex", vertex.clone(), "left", "right")
                .addLayer("out0", classes(), "vertex"));
  }

  private static Family single(String name, GraphVertex vertex) {
    return Family.graph(
        name,
        List.of(Signal.VECTOR),
        List.of(Signal.CLASS),
        graph ->
            graph
                .addLayer("hidden", dense(6), "in0")
                .addVertex("vertex", vertex.clone(), "hidden")
                .addLayer("out0", classes(), "vertex"));
  }

  /** One layer is applied to two inputs. */
  private static Family stacked() {
    return Family.graph(
        "vertex-stack",
        List.of(Signal.VECTOR, Signal.VECTOR),
        List.of(Signal.CLASS),
        graph ->
            graph
                .addVertex("stack", new StackVertex(), "in0", "in1")
                .addLayer("shared", dense(6), "stack")
                .addVertex("first", new UnstackVertex(0, 2), "shared")
                .addVertex("second", new UnstackVertex(1, 2), "shared")
                .addLayer("out0", classes(), "first", "second"));
  }

  private static List<Family> onSequences() {
    return List.of(
        Family.graph(
            "vertex-last-step",
            List.of(Signal.SEQUENCE),
            List.of(Signal.CLASS),
            graph ->
                graph
                    .addLayer("memory", lstm(5), "in0")
                    .addVertex("last", new LastTimeStepVertex("in0"), "memory")
                    .addLayer("out0", classes(), "last")),
        Family.graph(
            "vertex-duplicate",
            List.of(Signal.VECTOR, Signal.SEQUENCE),
            List.of(Signal.STEP_CLASSES),
            graph ->
                graph
                    .addLayer("hidden", dense(4), "in0")
                    .addVertex("repeated", new DuplicateToTimeSeriesVertex("in1"), "hidden")
                    .addLayer("memory", lstm(5), "repeated", "in1")
                    .addLayer("out0", stepClasses(), "memory")),
        Family.graph(
            "vertex-reverse",
            List.of(Signal.SEQUENCE),
            List.of(Signal.STEP_CLASSES),
            graph ->
                graph
                    .addVertex("reversed", new ReverseTimeSeriesVertex("in0"), "in0")
                    .addLayer("memory", lstm(5), "reversed")
                    .addVertex("forward", new ReverseTimeSeriesVertex("in0"), "memory")
                    .addLayer("out0", stepClasses(), "forward")),
        Family.graph(
            "vertex-attention",
            List.of(Signal.SEQUENCE),
            List.of(Signal.STEP_CLASSES),
            graph ->
                graph
                    .addLayer("memory", lstm(4), "in0")
                    .addVertex("attention", attention(), "memory", "memory", "memory")
                    .addLayer("out0", stepClasses(), "attention")));
  }

  private static GraphVertex attention() {
    return new AttentionVertex.Builder()
        .nInKeys(4)
        .nInQueries(4)
        .nInValues(4)
        .nOut(4)
        .nHeads(2)
        .headSize(2)
        .projectInput(true)
        .build();
  }
}
