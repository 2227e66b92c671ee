// The table of diagnoses, the latest first, those that still hold before those that are over.

import { capitalized, element, where } from "./format.js";
import { chainOf, evidence, span } from "./verdict.js";

const ROWS = 100;

export function showFindings(host, run) {
  if (run.findings.length === 0) {
    host.replaceChildren(element("p", "st-none", "None so far."));
    return;
  }
  const sorted = [...run.findings].sort(
    (a, b) => b.open - a.open || b.iteration - a.iteration || b.number - a.number);
  const head = ["Diagnosis", "Where and since", "Why", "What to do"];
  host.replaceChildren(
    element("table", "table st-table",
      element("thead", "", element("tr", "", ...head.map((name) => element("th", "", name)))),
      element("tbody", "", ...sorted.slice(0, ROWS).map(row))),
    sorted.length > ROWS
      ? element("p", "st-none", `${sorted.length - ROWS} older ones are not shown.`) : "");
}

function row(finding) {
  const causes = chainOf(finding).slice(1);
  const cells = [
    element("td", "",
      element("b", "", capitalized(finding.title)),
      element("div", "",
        badge(finding.severity.toLowerCase(), `st-${finding.severity}`),
        badge(finding.open ? "now" : "over", finding.open ? "st-open" : "st-over"))),
    element("td", "",
      element("div", "", where(finding)),
      element("div", "st-muted", finding.open
        ? `since iteration ${finding.iteration.toLocaleString("en")} (epoch ${finding.epoch})`
        : `iterations ${span(finding)}`)),
    element("td", "",
      finding.explanation,
      causes.length
        ? element("div", "st-cause", `Caused by: ${causes.map((c) => `${c.title} in ${where(c)}`).join(", from ")}`)
        : null,
      evidence(finding)),
    element("td", "",
      finding.remedy,
      element("div", "st-muted", "More: ", element("code", "", finding.page))),
  ];
  return element("tr", finding.open ? "" : "st-closed", ...cells);
}

function badge(text, className) {
  return element("span", `st-badge ${className}`, text);
}
