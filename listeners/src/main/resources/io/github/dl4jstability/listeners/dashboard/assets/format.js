// Numbers and text for people. Values that are no JSON numbers arrive as the strings
// "NaN", "Infinity" and "-Infinity".

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export function number(value) {
  if (value === "Infinity") return "∞";
  if (value === "-Infinity") return "−∞";
  if (typeof value !== "number" || Number.isNaN(value)) return "NaN";
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e9) return value.toLocaleString("en");
  if (magnitude >= 1e-3 && magnitude < 1e5) return String(Number(value.toPrecision(4)));
  const [mantissa, exponent] = value.toExponential(2).split("e");
  return `${Number(mantissa)} × ${powerOfTen(Number(exponent))}`;
}

export function powerOfTen(exponent) {
  if (exponent === 0) return "1";
  return "10" + [...String(exponent)].map((c) => SUPERSCRIPT[c]).join("");
}

// "0, 1 and 2"
export function listed(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

export function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function where(finding) {
  const layers = finding.layers;
  if (layers.length === 0) return "the whole network";
  const names = layers.length > 6 ? [...layers.slice(0, 5), `${layers.length - 5} more`] : layers;
  if (layers.every((name) => /^layer/i.test(name))) return listed(names);
  return `${layers.length === 1 ? "layer" : "layers"} ${listed(names)}`;
}

export function ago(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 3) return "just now";
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

// The only way in which anything from the server gets into the page: as text.
export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
