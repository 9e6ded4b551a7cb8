/** When two quantities count as equal: the same rules as the Python engine's, so that ties are settled alike. */

/** Quantities closer than this, relative to the largest, tie; the lower index goes first. */
export const TIE = 1e-10;

/** The share of a column's variance below which it counts as a combination of others. */
export const COLLINEAR = 1e-12;

/** The lowest index whose value, at least 0, ties with the largest. */
export function firstLargest(values: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > largest) largest = value;
  return values.findIndex((value) => value >= largest * (1 - TIE));
}

/** The order of falling absolute value, in which what ties keeps its place. */
export function byFallingSize(values: Float64Array): number[] {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const steps = Array.from(values, (value) => (largest > 0 ? Math.round(Math.abs(value) / largest / TIE) : 0));
  return steps.map((_, index) => index).sort((a, b) => (steps[b] as number) - (steps[a] as number) || a - b);
}
