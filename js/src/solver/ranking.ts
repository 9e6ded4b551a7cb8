/** How far the order of the largest weights is to be believed: all weights at once. As the Python engine has it. */

import { factor, solveRidge } from "./cholesky";
import { RIDGE_OF_SURROGATE, type Weighted } from "./influence";
import type { Slices } from "./slices";
import { byFallingSize } from "./ties";
import { covarianceOfSums, degreesOfFreedom } from "./uncertainty";

export interface Ranking {
  /** How many of the largest weights. */
  readonly size: number;
  /** Share of draws from the weights' joint distribution in which the same features are the largest. */
  readonly stability: number;
}

const LARGEST_RANKED = 5;
const N_DRAWS = 400;
/** Samples x features²: more would keep a processor busy for a second. */
const MOST_PRODUCTS = 2e8;
/** Of a singular covariance: so small a share of its mean variance changes nothing but makes it definite. */
const JITTER = 1e-10;

/** The joint statement on the largest weights, or null if there is no telling or it would take too long. */
export function* rankingOf(sample: Weighted, nSelected: number): Slices<Ranking | null> {
  const { neighborhood, moments, own, weights } = sample;
  const { nSamples, nFeatures, exact } = neighborhood;
  const size = Math.min(LARGEST_RANKED, nSelected);
  const tooLong = nSamples * nFeatures ** 2 > MOST_PRODUCTS;
  // Of a model that never varies there is nothing to rank.
  if (
    exact ||
    !own.targetVariation ||
    tooLong ||
    !size ||
    size >= nFeatures ||
    degreesOfFreedom(weights, nFeatures) === null
  )
    return null;
  const every = Array.from({ length: nFeatures }, (_, j) => j);
  const covariance = yield* covarianceOfSums(sample, every);
  const ofWeights = covariance.filter((_, at) => at % (nFeatures + 1) < nFeatures);
  return rankStability(solveRidge(moments.gram, nFeatures, moments.cross, every, RIDGE_OF_SURROGATE), ofWeights, size);
}

/** Draw from a normal distribution of the weights and compare which `size` are the largest. */
export function rankStability(weights: Float64Array, covariance: Float64Array, size: number): Ranking {
  const n = weights.length;
  const root = rootOf(covariance, n);
  const order = byFallingSize(weights);
  const normals = new Float64Array(n);
  let stable = 0;
  for (let draw = 0; draw < N_DRAWS; draw++) {
    for (let j = 0; j < n; j++) normals[j] = standardNormal(draw * n + j + 1);
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    order.forEach((feature, place) => {
      let drawn = weights[feature] as number;
      for (let j = 0; j <= feature; j++) drawn += (root[feature * n + j] as number) * (normals[j] as number);
      if (place < size) least = Math.min(least, Math.abs(drawn));
      else most = Math.max(most, Math.abs(drawn));
    });
    if (least > most) stable++;
  }
  return { size, stability: stable / N_DRAWS };
}

function rootOf(covariance: Float64Array, n: number): Float64Array {
  const root = covariance.slice();
  let trace = 0;
  for (let j = 0; j < n; j++) trace += covariance[j * (n + 1)] as number;
  if (!(trace > 0)) return root.fill(0);
  for (let j = 0; j < n; j++) root[j * (n + 1)] = (root[j * (n + 1)] as number) + (JITTER * trace) / n;
  factor(root, n);
  return root;
}

/** Normal number `counter`, the same in every language: the quantile of a hash, MurmurHash3's finalizer (Appleby). */
function standardNormal(counter: number): number {
  let hashed = Math.imul(counter, 0x9e3779b9);
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b);
  hashed = Math.imul(hashed ^ (hashed >>> 13), 0xc2b2ae35);
  return normalQuantile((((hashed ^ (hashed >>> 16)) >>> 0) + 0.5) / 2 ** 32);
}

/** Of a probability, to nine digits (Acklam 2003). */
function normalQuantile(p: number): number {
  const tail = Math.min(p, 1 - p);
  if (tail < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(tail));
    const size =
      polynomial(
        q,
        [
          -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
          2.938163982698783,
        ],
      ) / polynomial(q, [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]);
    return p < 0.5 ? size : -size;
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    (q *
      polynomial(
        r,
        [
          -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
          2.506628277459239,
        ],
      )) /
    polynomial(r, [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1])
  );
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
