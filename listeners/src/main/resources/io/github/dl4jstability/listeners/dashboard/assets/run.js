// The run as the page knows it: columns of points, grown by each answer of the server.

const COLUMNS = ["iteration", "epoch", "score", "lowest", "highest"];

export class Run {
  constructor() {
    this.network = null;
    this.columns = Object.fromEntries(COLUMNS.map((name) => [name, []]));
    this.gradient = [];
    this.notFinite = [];
    this.x = [];
    this.findings = [];
    this.primary = null;
    this.latest = null;
    this.after = -1;
    this.events = -1;
    this.damaged = false;
    this.newer = false;
  }

  get length() {
    return this.x.length;
  }

  add(answer) {
    if (answer.network) {
      this.network = answer.network;
      this.gradient = answer.network.layers.map(() => []);
    }
    this.addPoints(answer.points);
    if (answer.findings) {
      this.findings = answer.findings;
      this.primary = answer.findings.find((f) => f.number === answer.primary) ?? null;
    }
    this.latest = answer.latest ?? this.latest;
    this.after = answer.after;
    this.events = answer.events;
    this.damaged ||= answer.damaged;
    this.newer ||= answer.newer;
  }

  addPoints(points) {
    const offset = this.length;
    for (const name of COLUMNS) this.columns[name].push(...points[name]);
    points.gradient.forEach((norms, layer) => this.gradient[layer]?.push(...norms));
    for (const mark of points.notFinite) {
      this.notFinite.push({ ...mark, index: mark.index + offset });
    }
    for (const iteration of points.iteration) this.x.push(this.positionAfter(iteration));
  }

  // Iterations normally grow. When training starts again they go back; the axis then goes on.
  positionAfter(iteration) {
    if (this.length === 0) {
      this.shift = 0;
      return iteration;
    }
    const last = this.x[this.length - 1];
    if (iteration + this.shift <= last) this.shift = last + 1 - iteration;
    return iteration + this.shift;
  }

  // Where an iteration lies on the axis; its last occurrence, if it occurs more than once.
  position(iteration) {
    const iterations = this.columns.iteration;
    for (let i = iterations.length - 1; i >= 0; i--) {
      if (iterations[i] <= iteration) return this.x[i] + iteration - iterations[i];
    }
    return this.length ? this.x[0] : iteration;
  }

  // Where the loss stood still, on the axis: a diagnosis of a stall tells what it compared. Several
  // may speak of the same stall.
  stalls() {
    const end = this.length ? this.x[this.length - 1] : 0;
    const all = this.findings
      .filter((f) => f.stall)
      .map((f) => [this.position(f.iteration), f.open ? end : this.position(f.lastIteration)])
      .sort((a, b) => a[0] - b[0]);
    const joined = [];
    for (const [from, to] of all) {
      const last = joined[joined.length - 1];
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  }

  // Indices of the layers that have a gradient.
  trainedLayers() {
    const layers = this.network?.layers ?? [];
    return layers.map((layer, i) => i).filter((i) => layers[i].trainable);
  }

  layerTitle(index) {
    const layer = this.network.layers[index];
    return `${layer.name} (${layer.type})`;
  }
}
