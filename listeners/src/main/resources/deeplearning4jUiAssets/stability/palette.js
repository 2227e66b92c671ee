// Colours that people with any common kind of colour blindness can tell apart.

// Cividis, from Nuñez, Anderton and Renslow, doi:10.1371/journal.pone.0199239, at nine points.
const CIVIDIS = [
  [0, 34, 78], [27, 56, 109], [65, 78, 108], [99, 101, 112], [124, 123, 120],
  [152, 146, 117], [186, 174, 107], [221, 203, 88], [254, 232, 56],
];

// From Okabe and Ito's palette.
export const SEVERITY_COLOUR = { ERROR: "#b5460f", WARNING: "#e69f00", INFO: "#0072b2" };
export const HEALTHY = "#009e73";
export const NOT_FINITE = "#d4145a";
export const ZERO = "#ffffff";
export const NOT_MEASURED = "#eeeeee";

// share from 0 to 1
export function sequential(share) {
  const at = Math.min(Math.max(share, 0), 1) * (CIVIDIS.length - 1);
  const low = Math.min(Math.floor(at), CIVIDIS.length - 2);
  const mix = (i) => Math.round(CIVIDIS[low][i] + (at - low) * (CIVIDIS[low + 1][i] - CIVIDIS[low][i]));
  return `rgb(${mix(0)},${mix(1)},${mix(2)})`;
}

// Lines on white: the same order, without the lightest end.
export function line(index, count) {
  return sequential(count < 2 ? 0 : (index / (count - 1)) * 0.86);
}
