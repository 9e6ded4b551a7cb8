/** Which features the surrogate may use, from weighted moments alone. */

import { solveRidge } from "./cholesky";
import { lassoPath } from "./lasso-path";
import type { Moments } from "./moments";
import { byFallingSize, COLLINEAR, firstLargest } from "./ties";

export const SELECTIONS = ["auto", "forward_selection", "highest_weights", "lasso_path", "none"] as const;
export type Selection = (typeof SELECTIONS)[number];

const RIDGE_OF_HIGHEST_WEIGHTS = 0.01;
const LAST_FORWARD_SIZE = 6;

/** The method a selection stands for: lime's "auto" goes forward up to 6 features. */
export function selectionInForce(selection: Selection, numFeatures: number): Exclude<Selection, "auto"> {
  if (selection !== "auto") return selection;
  return numFeatures <= LAST_FORWARD_SIZE ? "forward_selection" : "highest_weights";
}

/** The features that lime selects on the same weighted samples, in its order. */
export function selectFeatures(moments: Moments, numFeatures: number, selection: Selection): number[] {
  switch (selectionInForce(selection, numFeatures)) {
    case "forward_selection":
      return forwardSelection(moments, numFeatures);
    case "highest_weights":
      return highestWeights(moments, numFeatures);
    case "lasso_path":
      return lastSmallSet(lassoPath(moments.gram, moments.cross, moments.nSamples), numFeatures);
    case "none":
      return allFeatures(moments.nFeatures);
  }
}

/** Keep the features with the largest |weight x instance| in a ridge regression on all of them. */
export function highestWeights(moments: Moments, numFeatures: number): number[] {
  const { gram, nFeatures, cross, instance } = moments;
  const weights = solveRidge(gram, nFeatures, cross, allFeatures(nFeatures), RIDGE_OF_HIGHEST_WEIGHTS);
  return byFallingSize(weights.map((weight, j) => weight * (instance[j] as number))).slice(0, numFeatures);
}

/**
 * Add the feature that explains most of what is left, one at a time.
 *
 * Each step sweeps the chosen column out of the centred Gram matrix (Goodnight 1979), so that the gain in explained
 * variation of every candidate is cross² / variance, with no regression refitted. Only the diagonal and the chosen
 * columns are swept: the rest of the matrix is never looked at.
 */
export function forwardSelection(moments: Moments, numFeatures: number): number[] {
  const { nFeatures: d, gram } = moments;
  const cross = moments.cross.slice();
  const variance = Float64Array.from({ length: d }, (_, j) => gram[j * d + j] as number);
  const floor = variance.map((value) => COLLINEAR * value);
  const free = new Uint8Array(d).fill(1);
  const gains = new Float64Array(d);
  const swept: Float64Array[] = [];
  const selected: number[] = [];
  while (selected.length < Math.min(numFeatures, d)) {
    for (let j = 0; j < d; j++) gains[j] = gain(free[j] === 1, cross[j], variance[j], floor[j]);
    const chosen = firstLargest(gains);
    selected.push(chosen);
    free[chosen] = 0;
    if ((variance[chosen] as number) > (floor[chosen] as number)) {
      swept.push(sweep(gram, chosen, swept, cross, variance));
    }
  }
  return selected;
}

function gain(free: boolean, cross = 0, variance = 0, floor = 0): number {
  if (!free) return -1;
  return variance > floor ? (cross * cross) / variance : 0;
}

/** Take the chosen column's part out of cross and variance in place; return that column, scaled to length 1. */
function sweep(
  gram: Float64Array,
  chosen: number,
  swept: readonly Float64Array[],
  cross: Float64Array,
  variance: Float64Array,
): Float64Array {
  const d = cross.length;
  const column = gram.slice(chosen * d, (chosen + 1) * d);
  for (const earlier of swept) {
    const share = earlier[chosen] as number;
    for (let j = 0; j < d; j++) column[j] = (column[j] as number) - share * (earlier[j] as number);
  }
  const scale = Math.sqrt(variance[chosen] as number);
  const share = (cross[chosen] as number) / scale;
  for (let j = 0; j < d; j++) {
    const entry = (column[j] as number) / scale;
    column[j] = entry;
    cross[j] = (cross[j] as number) - entry * share;
    variance[j] = (variance[j] as number) - entry * entry;
  }
  return column;
}

/** The features of the last knot of a lasso path that has at most `numFeatures` of them. */
function lastSmallSet(path: readonly Float64Array[], numFeatures: number): number[] {
  let selected = allFeatures(path[0]?.length ?? 0);
  for (let knot = path.length - 1; knot > 0; knot--) {
    const coefficients = path[knot] as Float64Array;
    selected = allFeatures(coefficients.length).filter((j) => coefficients[j] !== 0);
    if (selected.length <= numFeatures) break;
  }
  return selected;
}

function allFeatures(nFeatures: number): number[] {
  return Array.from({ length: nFeatures }, (_, j) => j);
}
