// Runs before any other script: what is merged from data can then not reach the prototype that all
// objects share (CVE-2024-21489 in uPlot 1.6.30, and its kind).
Object.freeze(Object.prototype);
