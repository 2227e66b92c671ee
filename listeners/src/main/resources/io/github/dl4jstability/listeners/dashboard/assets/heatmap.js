// Layers x iterations, the colour is the logarithm of the gradient's norm.

import { element, number, powerOfTen } from "./format.js";
import { NOT_FINITE, NOT_MEASURED, SEVERITY_COLOUR, ZERO, sequential } from "./palette.js";

const LABELS = 150;
const AXIS = 22;
const FEWEST_DECADES = 3;
const MOST_DECADES = 16;

export class Heatmap {
  constructor(host) {
    this.host = host;
    this.canvas = element("canvas", "st-heatmap");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Gradient norm by layer and iteration");
    this.legend = element("div", "st-legend");
    this.tip = element("div", "st-tip");
    this.tip.hidden = true;
    host.replaceChildren(this.canvas, this.legend, this.tip);
    this.canvas.addEventListener("mousemove", (event) => this.hover(event));
    this.canvas.addEventListener("mouseleave", () => (this.tip.hidden = true));
  }

  draw(run) {
    this.run = run;
    this.rows = run.trainedLayers();
    this.marks = new Map(
      run.notFinite.filter((m) => m.row >= 0).map((m) => [`${m.row}/${m.index}`, m.value]));
    this.rowHeight = Math.max(5, Math.min(28, Math.floor(420 / Math.max(1, this.rows.length))));
    const width = this.host.clientWidth;
    const height = this.rows.length * this.rowHeight + AXIS;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.height = `${height}px`;
    this.context = this.canvas.getContext("2d");
    this.context.scale(ratio, ratio);
    this.plotWidth = width - this.labelWidth() - 8;
    this.range = this.decades();
    this.drawLabels();
    this.drawCells();
    this.drawAxis();
    this.drawDiagnoses();
    this.drawLegend();
  }

  labelWidth() {
    return Math.min(LABELS, this.host.clientWidth / 3);
  }

  // Whole powers of ten around the data, from the largest down.
  decades() {
    let low = Infinity;
    let high = -Infinity;
    for (const row of this.rows) {
      for (const norm of this.run.gradient[row]) {
        if (norm > 0) {
          low = Math.min(low, norm);
          high = Math.max(high, norm);
        }
      }
    }
    if (high === -Infinity) return { low: -3, high: 0 };
    const top = Math.ceil(Math.log10(high));
    const bottom = Math.min(Math.floor(Math.log10(low)), top - FEWEST_DECADES);
    return { low: Math.max(bottom, top - MOST_DECADES), high: top };
  }

  x(position) {
    const first = this.run.x[0];
    const span = Math.max(1, this.run.x[this.run.length - 1] - first + 1);
    return this.labelWidth() + ((position - first) / span) * this.plotWidth;
  }

  drawLabels() {
    const context = this.context;
    context.font = "12px sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillStyle = "#23282c";
    const every = Math.ceil(13 / this.rowHeight);
    const width = this.labelWidth() - 8;
    this.rows.forEach((layer, i) => {
      if (i % every === 0) {
        const text = shortened(context, this.run.layerTitle(layer), width);
        context.fillText(text, width, Math.max(7, (i + 0.5) * this.rowHeight));
      }
    });
  }

  // What is not finite comes last, so that no neighbour covers it.
  drawCells() {
    const last = [];
    this.rows.forEach((layer, row) => {
      for (let i = 0; i < this.run.length; i++) {
        const bad = this.marks.has(`${layer}/${i}`);
        if (bad) last.push([row, i]);
        else this.drawCell(row, i, this.colour(this.run.gradient[layer][i]));
      }
    });
    const hatching = hatch(this.context);
    for (const [row, i] of last) this.drawCell(row, i, hatching);
  }

  drawCell(row, index, colour) {
    const left = Math.floor(this.x(index === 0 ? this.run.x[0] : this.run.x[index - 1] + 1));
    const right = Math.floor(this.x(this.run.x[index] + 1));
    this.context.fillStyle = colour;
    const gap = this.rowHeight > 8 ? 1 : 0;
    this.context.fillRect(
      left, row * this.rowHeight, Math.max(1, right - left), this.rowHeight - gap);
  }

  colour(norm) {
    if (norm === null) return NOT_MEASURED;
    if (norm === 0) return ZERO;
    const { low, high } = this.range;
    return sequential((Math.log10(norm) - low) / (high - low));
  }

  drawAxis() {
    const context = this.context;
    const bottom = this.rows.length * this.rowHeight;
    context.strokeStyle = "#c8ced3";
    context.strokeRect(this.labelWidth() - 0.5, -0.5, this.plotWidth + 1, bottom + 1);
    context.fillStyle = "#5c6873";
    context.textBaseline = "top";
    for (const tick of ticks(this.run.x[0], this.run.x[this.run.length - 1], this.plotWidth / 110)) {
      const x = this.x(tick + 0.5);
      context.textAlign = x > this.labelWidth() + this.plotWidth - 30 ? "right" : "center";
      context.fillRect(x, bottom, 1, 4);
      context.fillText(tick.toLocaleString("en"), x, bottom + 7);
    }
    context.textAlign = "right";
    context.fillText("iteration", this.labelWidth() - 8, bottom + 7);
  }

  drawDiagnoses() {
    const bottom = this.rows.length * this.rowHeight;
    for (const finding of this.run.findings) {
      const x = this.x(this.run.position(finding.iteration) + 0.5);
      this.context.fillStyle = "#fff";
      this.context.fillRect(x - 2, 0, 4, bottom);
      this.context.fillStyle = SEVERITY_COLOUR[finding.severity];
      this.context.fillRect(x - 1, 0, 2, bottom);
    }
  }

  drawLegend() {
    const { low, high } = this.range;
    const bar = element("span", "st-legend-bar");
    const stops = Array.from({ length: 13 }, (_, i) => sequential(i / 12));
    bar.style.background = `linear-gradient(to right, ${stops.join(",")})`;
    const swatch = (colour, text, className = "") => {
      const box = element("span", `st-swatch ${className}`);
      box.style.background = colour;
      return element("span", "st-legend-item", box, text);
    };
    this.legend.replaceChildren(
      element("span", "st-legend-item", powerOfTen(low), bar, powerOfTen(high)),
      swatch(ZERO, "exactly 0"),
      swatch("", "NaN or infinite", "st-hatched"),
      swatch(NOT_MEASURED, "not measured"));
  }

  hover(event) {
    const row = Math.floor(event.offsetY / this.rowHeight);
    const index = this.indexAt(event.offsetX);
    if (row < 0 || row >= this.rows.length || index < 0) {
      this.tip.hidden = true;
      return;
    }
    const layer = this.rows[row];
    const bad = this.marks.get(`${layer}/${index}`);
    const norm = this.run.gradient[layer][index];
    const value = bad ? number(bad) : norm === null ? "not measured" : number(norm);
    this.tip.replaceChildren(
      element("b", "", value),
      element("div", "", this.run.layerTitle(layer)),
      element("div", "", `iteration ${this.run.columns.iteration[index].toLocaleString("en")}`));
    this.tip.hidden = false;
    const left = Math.min(event.offsetX + 14, this.host.clientWidth - this.tip.offsetWidth - 4);
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${event.offsetY + 14}px`;
  }

  // Index of the point whose cell is under a horizontal offset; -1 beside the plot.
  indexAt(offset) {
    if (offset < this.labelWidth() || offset > this.labelWidth() + this.plotWidth) return -1;
    let low = 0;
    let high = this.run.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.x(this.run.x[middle] + 1) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

// Stripes, so that not only the colour tells.
function hatch(context) {
  const tile = element("canvas", "");
  tile.width = tile.height = 8;
  const inTile = tile.getContext("2d");
  inTile.fillStyle = NOT_FINITE;
  inTile.fillRect(0, 0, 8, 8);
  inTile.strokeStyle = "#000";
  inTile.lineWidth = 1.5;
  for (const shift of [-8, 0, 8]) {
    inTile.beginPath();
    inTile.moveTo(shift - 1, 9);
    inTile.lineTo(shift + 9, -1);
    inTile.stroke();
  }
  return context.createPattern(tile, "repeat");
}

function shortened(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let short = text;
  while (short.length > 1 && context.measureText(`${short}…`).width > width) short = short.slice(0, -1);
  return `${short}…`;
}

// Round numbers, at most about `count` of them.
function ticks(from, to, count) {
  const rough = Math.max(1, (to - from) / Math.max(1, count));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const all = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) all.push(tick);
  return all;
}
