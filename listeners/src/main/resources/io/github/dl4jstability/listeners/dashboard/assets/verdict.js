// The answer at a glance: healthy or not; what, where, since when, why, and what to do.

import { capitalized, element, listed, where } from "./format.js";

const ICONS = { healthy: "✓", waiting: "…", empty: "?", gone: "?", INFO: "i", WARNING: "!", ERROR: "✕" };

export function showVerdict(host, run) {
  if (run.length === 0) {
    show(host, "waiting", "Waiting for the first iteration …");
  } else if (run.primary === null) {
    showHealthy(host, run);
  } else {
    showFinding(host, run.primary, run.findings);
  }
}

export function showEmpty(host) {
  show(host, "empty", "No run to show yet",
    text("To see one, attach the listener to a network, with the storage that this server shows:"),
    element("pre", "",
      "network.setListeners(StabilityListener.reportingTo(storage));\nnetwork.fit(data, epochs);"),
    text("This page finds it by itself."));
}

export function showGone(host) {
  show(host, "gone", "This run is no longer attached",
    text("Its storage was detached from the server, or the server was stopped."));
}

function showHealthy(host, run) {
  const closed = run.findings.filter((finding) => !finding.open);
  const past = closed.map((f) => `${f.title} (iterations ${span(f)})`);
  show(host, "healthy", "Healthy",
    text(closed.length === 0
      ? "Nothing is wrong with this run so far."
      : `Nothing is wrong now. It was before: ${listed(past.slice(-4))}.`));
}

// What is shown is the root cause of the most urgent finding. Whatever else is open is either a
// consequence of the same cause or a trouble of its own.
function showFinding(host, finding, findings) {
  const chain = chainOf(finding);
  const root = chain[chain.length - 1];
  const open = findings.filter((f) => f.open && !same(f, root));
  const ofThisCause = (f) => chainOf(f).some((link) => same(link, root));
  const led = distinct([...chain.slice(0, -1).reverse(), ...open.filter(ofThisCause)]);
  const others = open.filter((f) => !ofThisCause(f));
  const named = (f) => `${f.title} in ${where(f)}`;
  show(host, finding.severity, `${capitalized(root.title)} in ${where(root)}`,
    element("p", "st-since",
      `Since iteration ${root.iteration.toLocaleString("en")} (epoch ${root.epoch}). `,
      led.length ? `It led to: ${led.map(named).join("; then ")}.` : null),
    element("dl", "st-why",
      element("dt", "", "Why"), element("dd", "", root.explanation, evidence(root)),
      element("dt", "", "What to do"), element("dd", "st-remedy", root.remedy)),
    others.length ? element("p", "st-also", `Also: ${others.map(named).join("; ")}.`) : null);
}

// A cause is a copy of what may also be a finding of its own.
function same(a, b) {
  return a.condition === b.condition && a.iteration === b.iteration;
}

function distinct(findings) {
  return findings.filter((f, i) => findings.findIndex((g) => same(f, g)) === i);
}

// The finding, its cause, the cause of that, …
export function chainOf(finding) {
  const chain = [];
  for (let link = finding; link; link = link.cause) chain.push(link);
  return chain;
}

export function span(finding) {
  const [from, to] = [finding.iteration, finding.lastIteration].map((i) => i.toLocaleString("en"));
  return `${from} to ${to}`;
}

export function evidence(finding) {
  if (finding.evidence.length === 0) return null;
  return element("ul", "st-evidence",
    ...finding.evidence.map((e) => element("li", "", `${e.name} `, element("b", "", e.text))));
}

function text(content) {
  return element("p", "", content);
}

// Writes only what is new, so that a selection of text or a screen reader is not disturbed.
function show(host, state, title, ...content) {
  const body = element("div", "st-verdict-body", element("h1", "", title), ...content);
  const old = host.querySelector(".st-verdict-body");
  if (host.dataset.state === state && old.isEqualNode(body)) return;
  host.dataset.state = state;
  host.querySelector(".st-verdict-icon").textContent = ICONS[state];
  old.replaceWith(body);
}
