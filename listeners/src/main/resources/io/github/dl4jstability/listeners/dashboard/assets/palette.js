// Colours that people with any common kind of colour blindness can tell apart.

// Viridis, by Smith and van der Walt (matplotlib), at eleven points.
const VIRIDIS = [
  [68, 1, 84], [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140],
  [34, 168, 132], [68, 191, 112], [122, 209, 81], [189, 223, 38], [253, 231, 37],
];

// From Okabe and Ito's palette.
export const SEVERITY_COLOUR = { ERROR: "#b5460f", WARNING: "#e69f00", INFO: "#0072b2" };
export const HEALTHY = "#009e73";
export const NOT_FINITE = "#d4145a";
export const ZERO = "#ffffff";
export const NOT_MEASURED = "#eeeeee";
export const STALLED = "rgba(92, 104, 115, 0.14)";

// share from 0 to 1
export function sequential(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const mix = (i) => Math.round(VIRIDIS[low][i] + (at - low) * (VIRIDIS[low + 1][i] - VIRIDIS[low][i]));
  return `rgb(${mix(0)},${mix(1)},${mix(2)})`;
}

// Lines on white: the same order, without the lightest end.
export function line(index, count) {
  return sequential(count < 2 ? 0 : (index / (count - 1)) * 0.9);
}
