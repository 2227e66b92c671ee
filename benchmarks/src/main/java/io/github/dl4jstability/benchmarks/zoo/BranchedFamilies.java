package io.github.dl4jstability.benchmarks.zoo;

import static io.github.dl4jstability.benchmarks.zoo.Families.classes;
import static io.github.dl4jstability.benchmarks.zoo.Families.convolution;
import static io.github.dl4jstability.benchmarks.zoo.Families.dense;
import static io.github.dl4jstability.benchmarks.zoo.Families.lstm;
import static io.github.dl4jstability.benchmarks.zoo.Families.pooling;
import static io.github.dl4jstability.benchmarks.zoo.Families.stepClasses;

import java.util.List;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.PoolingType;

/** Graphs with several inputs or outputs, also of different kinds. */
final class BranchedFamilies {
  private BranchedFamilies() {}

  static List<Family> all() {
    return List.of(
        Family.graph(
            "two-inputs",
            List.of(Signal.VECTOR, Signal.IMAGE),
            List.of(Signal.CLASS),
            graph ->
                graph
                    .addLayer("flat", dense(5), "in0")
                    .addLayer("image", convolution(3), "in1")
                    .addLayer("pooled", pooling(PoolingType.AVG), "image")
                    .addLayer("out0", classes(), "flat", "pooled")),
        Family.graph(
            "sequence-and-vector",
            List.of(Signal.SEQUENCE, Signal.VECTOR),
            List.of(Signal.CLASS),
            graph ->
                graph
                    .addLayer("memory", lstm(4), "in0")
                    .addLayer("pooled", pooling(PoolingType.AVG), "memory")
                    .addLayer("out0", classes(), "pooled", "in1")),
        Family.graph(
            "two-sequences",
            List.of(Signal.SEQUENCE, Signal.SEQUENCE),
            List.of(Signal.STEP_CLASSES),
            graph ->
                graph
                    .addLayer("memory", lstm(4), "in0", "in1")
                    .addLayer("out0", stepClasses(), "memory")),
        Family.graph(
            "two-outputs",
            List.of(Signal.VECTOR),
            List.of(Signal.CLASS, Signal.CLASS),
            graph ->
                graph
                    .addLayer("hidden", dense(6), "in0")
                    .addLayer("out0", classes(), "hidden")
                    .addLayer("out1", classes(), "hidden")),
        Family.graph(
            "two-sequence-outputs",
            List.of(Signal.SEQUENCE),
            List.of(Signal.STEP_CLASSES, Signal.STEP_CLASSES),
            graph ->
                graph
                    .addLayer("memory", lstm(5), "in0")
                    .addLayer("out0", stepClasses(), "memory")
                    .addLayer("out1", stepClasses(), "memory")),
        Family.graph(
            "step-and-sequence-outputs",
            List.of(Signal.SEQUENCE),
            List.of(Signal.CLASS, Signal.STEP_CLASSES),
            graph ->
                graph
                    .addLayer("memory", lstm(5), "in0")
                    .addLayer("pooled", pooling(PoolingType.MAX), "memory")
                    .addLayer("out0", classes(), "pooled")
                    .addLayer("out1", stepClasses(), "memory")),
        Family.graph(
            "residual",
            List.of(Signal.IMAGE),
            List.of(Signal.CLASS),
            graph ->
                graph
                    .addLayer("first", convolution(3), "in0")
                    .addLayer("second", convolution(3), "first")
                    .addVertex(
                        "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
                    .addLayer("pooled", pooling(PoolingType.AVG), "sum")
                    .addLayer("out0", classes(), "pooled")));
  }
}
