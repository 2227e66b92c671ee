// The loss and the gradient norms as lines, with uPlot.

import { number, powerOfTen } from "./format.js";
import { NOT_FINITE, SEVERITY_COLOUR, STALLED, line } from "./palette.js";

const HEIGHT = 280;
const CURSOR = { sync: { key: "stability" }, drag: { x: true, y: false } };
// A line needs two points; the first ones are shown as such.
const FEW_POINTS = { size: 4, show: (u) => u.data[0].length < 10 };

export class LossChart {
  constructor(host) {
    this.host = host;
    this.logarithmic = false;
  }

  setLogarithmic(logarithmic) {
    this.logarithmic = logarithmic;
    this.plot?.destroy();
    this.plot = null;
    if (this.run) this.draw(this.run);
  }

  draw(run) {
    this.run = run;
    const { score, lowest, highest } = run.columns;
    const shown = (values) => (this.logarithmic ? values.map(positive) : values);
    const data = [run.x, shown(lowest), shown(highest), shown(score)];
    if (this.plot) {
      this.plot.setData(data);
      return;
    }
    const edge = { stroke: "transparent", points: { show: false }, class: "st-no-legend" };
    this.plot = new uPlot(
      {
        ...common(this.host, this.logarithmic),
        series: [
          iterationSeries(() => this.run),
          { ...edge, label: "lowest" },
          { ...edge, label: "highest" },
          { label: "loss", stroke: "#0072b2", width: 1.5, points: FEW_POINTS,
            value: (u, v, s, i) => shownValue(this.run, -1, i, v) },
        ],
        bands: [{ series: [2, 1], fill: "rgba(0,114,178,0.18)" }],
        plugins: [stalls(() => this.run), marks(() => this.run, (mark) => mark.row === -1)],
      },
      data,
      this.host);
  }
}

export class NormChart {
  constructor(host) {
    this.host = host;
  }

  draw(run) {
    this.run = run;
    const layers = run.trainedLayers();
    const data = [run.x, ...layers.map((layer) => run.gradient[layer].map(positive))];
    if (this.plot && this.layers.length === layers.length) {
      this.plot.setData(data);
      return;
    }
    this.plot?.destroy();
    this.layers = layers;
    this.plot = new uPlot(
      {
        ...common(this.host, true),
        series: [
          iterationSeries(() => this.run),
          ...layers.map((layer, i) => ({
            label: run.layerTitle(layer),
            stroke: line(i, layers.length),
            width: 1.5,
            points: FEW_POINTS,
            value: (u, v, s, index) => shownValue(this.run, layer, index, v),
          })),
        ],
        plugins: [marks(() => this.run, (mark) => mark.row >= 0)],
      },
      data,
      this.host);
  }
}

export function resize(...charts) {
  for (const chart of charts) {
    chart.plot?.setSize({ width: chart.host.clientWidth, height: HEIGHT });
  }
}

function positive(value) {
  return value > 0 ? value : null;
}

function common(host, logarithmic) {
  const grid = { stroke: "#eeeeee", width: 1 };
  const axis = { stroke: "#5c6873", grid, ticks: grid, font: "12px sans-serif" };
  return {
    width: host.clientWidth,
    height: HEIGHT,
    cursor: CURSOR,
    legend: { live: true },
    scales: {
      x: { time: false },
      y: logarithmic ? { distr: 3, range: decades } : { range: around },
    },
    axes: [
      { ...axis, label: "iteration", labelFont: "12px sans-serif", labelSize: 18, size: 34,
        values: (u, ticks) => ticks.map((t) => (Number.isInteger(t) ? t.toLocaleString("en") : "")) },
      { ...axis, size: 62, ...(logarithmic ? { splits: powersOfTen, filter: (u, splits) => splits } : {}),
        values: (u, ticks) => ticks.map((t) => tickText(t, logarithmic)) },
    ],
  };
}

function tickText(tick, logarithmic) {
  return logarithmic ? powerOfTen(Math.round(Math.log10(tick))) : number(tick);
}

// At most about eight lines.
function powersOfTen(u, axis, low, high) {
  const [bottom, top] = [low, high].map((value) => Math.round(Math.log10(value)));
  const step = Math.ceil((top - bottom) / 8);
  const all = [];
  for (let exponent = top; exponent >= bottom; exponent -= step) all.unshift(10 ** exponent);
  return all;
}

// Whole decades, so that there is always a labelled line.
function decades(u, low, high) {
  if (!(low > 0) || !(high > 0)) return [0.1, 10];
  const bottom = Math.floor(Math.log10(low));
  return [10 ** bottom, 10 ** Math.max(Math.ceil(Math.log10(high)), bottom + 1)];
}

function around(u, low, high) {
  if (low === null || high === null) return [0, 1];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

function iterationSeries(run) {
  return {
    label: "iteration",
    value: (u, x, s, i) =>
      i === null || i === undefined ? "–" : run().columns.iteration[i].toLocaleString("en"),
  };
}

// A gap in a line is explained by what is not drawn there.
function shownValue(run, row, index, value) {
  if (index === null || index === undefined) return "–";
  const mark = run.notFinite.find((m) => m.row === row && m.index === index);
  if (mark) return number(mark.value);
  if (value !== null && value !== undefined) return number(value);
  const exact = row < 0 ? run.columns.score[index] : run.gradient[row][index];
  return exact === null || exact === undefined ? "not measured" : number(exact);
}

// Grey where the loss stood still, from the start of each stall to its end.
function stalls(run) {
  return {
    hooks: {
      drawClear: (u) => {
        const { ctx, bbox } = u;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        ctx.fillStyle = STALLED;
        for (const [from, to] of run().stalls()) {
          const left = Math.round(u.valToPos(from, "x", true));
          const right = Math.round(u.valToPos(to, "x", true));
          ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
        }
        ctx.restore();
      },
    },
  };
}

// Triangles at the top where values are not finite, and a line for each diagnosis.
function marks(run, chosen) {
  return {
    hooks: {
      draw: (u) => {
        const { ctx, bbox } = u;
        const ratio = uPlot.pxRatio;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        for (const finding of run().findings) {
          const x = Math.round(u.valToPos(run().position(finding.iteration), "x", true));
          ctx.fillStyle = SEVERITY_COLOUR[finding.severity];
          ctx.globalAlpha = finding.open ? 0.9 : 0.4;
          ctx.fillRect(x - ratio / 2, bbox.top, ratio * 1.5, bbox.height);
        }
        ctx.globalAlpha = 1;
        ctx.fillStyle = NOT_FINITE;
        for (const index of new Set(run().notFinite.filter(chosen).map((m) => m.index))) {
          const x = u.valToPos(run().x[index], "x", true);
          const size = 5 * ratio;
          ctx.beginPath();
          ctx.moveTo(x - size, bbox.top);
          ctx.lineTo(x + size, bbox.top);
          ctx.lineTo(x, bbox.top + size * 1.6);
          ctx.fill();
        }
        ctx.restore();
      },
    },
  };
}
