package io.github.dl4jstability.benchmarks.bounds;

import java.util.List;

/** Measures one or more bounds; each runs in a virtual machine of its own. */
interface Measurement {
  List<Finding> measure() throws Exception;
}
