// Asks the server about once a second for what is new, and shows it.

import { LossChart, NormChart, resize } from "./charts.js";
import { showFindings } from "./findings.js";
import { ago, element, number } from "./format.js";
import { Heatmap } from "./heatmap.js";
import { Run } from "./run.js";
import { showEmpty, showGone, showVerdict } from "./verdict.js";

const POLL_MILLIS = 1000;
const REST = 10; // Pauses take ten times as long as answers, so that a slow storage is not kept busy.
const MOST_POINTS = 3000;

const byId = (id) => document.getElementById(id);
const multiSession = document.body.dataset.mode === "multi";
const heatmap = new Heatmap(byId("heatmap"));
const loss = new LossChart(byId("loss"));
const norms = new NormChart(byId("norms"));

let run = new Run();
let session = null;
let worker = null;
let clockSkew = 0; // milliseconds by which the server's clock is ahead
let anew = false; // whether to ask for everything again; of a long run the server sends fewer points then

// ---- asking

async function ask(path, parameters = {}) {
  const query = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== null));
  const response = await fetch(`${path}?${query}`);
  return response.json();
}

async function poll() {
  const asked = performance.now();
  try {
    await update();
    byId("notice").hidden = !notice();
  } catch (error) {
    byId("notice").textContent = "The server does not answer. Trying again …";
    byId("notice").hidden = false;
  }
  setTimeout(poll, Math.max(POLL_MILLIS, REST * (performance.now() - asked)));
}

async function update() {
  const asked = { session, worker, after: anew ? -1 : run.after };
  const answer = await ask("stability/data",
    { ...asked, session: multiSession ? null : session, events: run.events });
  if (asked.session !== session || asked.worker !== worker) return;
  if (answer.status === "ok") {
    accept(answer, asked.after);
  } else if (answer.status === "unknown" || answer.status === "empty") {
    if (run.length > 0) showGone(byId("verdict"));
    else showEmpty(byId("verdict"));
    anew = true;
    if (!multiSession) session = null;
  } else {
    throw new Error("The server could not answer.");
  }
}

function accept(answer, after) {
  const other = answer.session !== session || answer.worker !== worker;
  session = answer.session;
  worker = answer.worker;
  clockSkew = answer.now - Date.now();
  if (other && after >= 0) {
    run = new Run(); // The answer continues a run that is not this one: ask again, from the start.
    return;
  }
  if (anew) run = new Run();
  const isNew = answer.points.iteration.length > 0 || Boolean(answer.findings);
  run.add(answer);
  anew = run.length > MOST_POINTS;
  showWorkers(answer.workers);
  showFacts();
  if (isNew) draw(Boolean(answer.findings));
}

// ---- showing

function draw(findingsChanged) {
  showVerdict(byId("verdict"), run);
  byId("charts").hidden = run.length === 0;
  if (run.length === 0) return;
  heatmap.draw(run);
  loss.draw(run);
  norms.draw(run);
  if (findingsChanged) showFindings(byId("findings"), run);
}

function showFacts() {
  const latest = run.latest;
  if (!latest) return;
  const age = Date.now() + clockSkew - latest.timeMillis;
  const fact = (name, value) => element("span", "", `${name} `, element("b", "", value));
  byId("facts").replaceChildren(
    fact("iteration", latest.iteration.toLocaleString("en")),
    fact("epoch", String(latest.epoch)),
    fact("loss", number(latest.score)),
    latest.learningRate === "NaN" ? "" : fact("learning rate", number(latest.learningRate)),
    fact("network", `${run.network.model}, ${run.network.layers.length} layers, ${number(run.network.parameters)} parameters`),
    fact("last report", ago(age)));
}

function notice() {
  const text = run.newer
    ? "Some records were written by a newer version of DL4J Stability and are not shown. Use that version here, too."
    : run.damaged ? "Some records are damaged and are not shown." : "";
  byId("notice").textContent = text;
  return text;
}

// ---- choosing

function showOptions(id, options, chosen) {
  const select = byId(id).querySelector("select");
  const wanted = options.map(({ value, label }) => {
    const option = element("option", "", label);
    option.value = value;
    return option;
  });
  const same = wanted.length === select.options.length
    && wanted.every((option, i) => option.isEqualNode(select.options[i]));
  if (!same) select.replaceChildren(...wanted);
  select.value = chosen;
  byId(id).hidden = options.length < 2;
}

function showWorkers(workers) {
  const sign = { ERROR: "✕ ", WARNING: "! ", INFO: "", "": "" };
  showOptions("worker-select", workers.map(({ id, worst }) => ({ value: id, label: sign[worst] + id })), worker);
}

async function refreshSessions() {
  try {
    const { sessions } = await ask("stability/sessions");
    showOptions("session-select", sessions.map((id) => ({ value: id, label: id })), session);
  } catch (error) {
    // poll() tells that the server does not answer.
  }
  setTimeout(refreshSessions, 5 * POLL_MILLIS);
}

byId("session-select").addEventListener("change", (event) => {
  const chosen = event.target.value;
  if (multiSession) {
    location.href = `/train/${encodeURIComponent(chosen)}/stability`;
    return;
  }
  session = chosen;
  worker = null;
  run = new Run();
  // The other pages follow, if they know the session.
  fetch(`/train/sessions/set/${encodeURIComponent(chosen)}`).catch(() => {});
});

byId("worker-select").addEventListener("change", (event) => {
  worker = event.target.value;
  run = new Run();
});

byId("language-menu").addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  event.preventDefault();
  if (!link.dataset.language) {
    byId("language-menu").classList.toggle("open");
    return;
  }
  const path = multiSession ? `${encodeURIComponent(sessionOfAddress())}/` : "";
  await fetch(`/setlang/${path}${link.dataset.language}`);
  location.reload();
});

document.querySelector(".st-toggle").addEventListener("click", (event) => {
  const scale = event.target.dataset.scale;
  if (!scale) return;
  for (const button of event.currentTarget.children) {
    button.setAttribute("aria-pressed", String(button.dataset.scale === scale));
  }
  loss.setLogarithmic(scale === "log");
});

function sessionOfAddress() {
  return decodeURIComponent(location.pathname.split("/")[2]);
}

// The session that the other pages show; empty if they show none.
async function sessionOfOtherPages() {
  if (multiSession) return sessionOfAddress();
  const current = await fetch("/train/sessions/current").then((response) => response.text());
  const { sessions } = await ask("stability/sessions");
  return sessions.includes(current) ? current : null;
}

new ResizeObserver(() => {
  if (run.length === 0) return;
  heatmap.draw(run);
  resize(loss, norms);
}).observe(byId("content"));

document.querySelector('.sidebar a[href="stability"]').classList.add("active");
session = await sessionOfOtherPages().catch(() => null);
poll();
refreshSessions();
