/**
 * How far each sample pulls at each weight: what standard errors are made of.
 *
 * With L L' the penalised Gram matrix and v = L⁻¹ x of each centred row, the fit, the leverages and the influences are
 * products of rows v alone. The formulas are those of the Python engine's `influence.py`.
 */

import type { Slopes } from "./carried";
import { factor, solveLower } from "./cholesky";
import type { Moments } from "./moments";
import { isMasked, type Neighborhood } from "./neighborhood";
import type { Slices } from "./slices";

/** A neighborhood under one kernel, as one class sees it. */
export interface Weighted {
  readonly neighborhood: Neighborhood;
  /** Column of the predictions. */
  readonly target: number;
  /** What each sample weighs in the fit. */
  readonly weights: Float64Array;
  /** The moments that the surrogate is fitted to. */
  readonly moments: Moments;
  /** The samples' own. */
  readonly own: Moments;
  /** The samples without the instance, where the surrogate rests on their slopes on all features. */
  readonly others: Weighted | null;
  /** Of the mean that it then rests on, what is not the instance's own. */
  readonly share?: number;
  /** These slopes, once their errors were asked for: neither the number of features nor their selection changes them. */
  slopes?: Slopes;
}

export const RIDGE_OF_SURROGATE = 1;
/** Products in a slice: a few milliseconds. */
const SLICE = 2e6;
/** A sample that the fit goes through all but exactly says nothing of its own error. */
const LARGEST_LEVERAGE = 0.95;

/** A weighted regression on some features, written out by sample: the surrogate's ridge, or one without its penalty. */
export class Regression {
  readonly #weights: Float64Array;
  readonly #size: number;
  readonly #total: number;
  /** L, row-major. */
  readonly #lower: Float64Array;
  /** Row after row: L⁻¹ x. */
  readonly #rows: Float64Array;

  private constructor(weights: Float64Array, size: number, lower: Float64Array, rows: Float64Array) {
    this.#weights = weights;
    this.#size = size;
    this.#total = sumOf(weights);
    this.#lower = lower;
    this.#rows = rows;
  }

  static *of(
    { neighborhood, weights, own }: Weighted,
    features: readonly number[],
    penalty = RIDGE_OF_SURROGATE,
  ): Slices<Regression> {
    const size = features.length;
    const lower = penalised(own, features, penalty);
    const rows = centredRows(neighborhood, own, features);
    const step = size * 4 * Math.ceil(SLICE / (2 * size ** 2));
    for (let start = 0; start < rows.length; start += step) {
      if (start) yield;
      solveRows(lower, size, rows.subarray(start, start + step));
    }
    return new Regression(weights, size, lower, rows);
  }

  /** Weight times left-out residual of each sample (HC3); the instance is always there, and pulls at nothing. */
  pulls(target: Float64Array): Float64Array {
    const pulls = this.#residuals(this.#deviations(target));
    for (let i = 0; i < pulls.length; i++) {
      const weight = this.#weights[i] as number;
      const leverage = weight * (1 / this.#total + this.#along(i, this.#rows, i * this.#size));
      pulls[i] = (weight * (pulls[i] as number)) / (1 - Math.min(leverage, LARGEST_LEVERAGE));
    }
    pulls[0] = 0;
    return pulls;
  }

  /** The influence of each sample on a sum of slopes, of each feature so many times, and so many local predictions. */
  ofSum(pulls: Float64Array, times: Float64Array): Float64Array {
    const n = this.#size;
    const predictions = times[n] as number;
    const direction = times.slice(0, n);
    solveLower(this.#lower, n, n, direction);
    for (let j = 0; j < n; j++) direction[j] = (direction[j] as number) + predictions * (this.#rows[j] as number);
    return pulls.map((pull, i) => pull * (predictions / this.#total + this.#along(i, direction, 0)));
  }

  /** The same on several sums, a row of `times` each; on each slope and, last, the local prediction where there are none. */
  *ofSums(pulls: Float64Array, times?: Float64Array): Slices<Float64Array[]> {
    const n = this.#size + 1;
    const rows = times ?? identity(n);
    const influences: Float64Array[] = [];
    for (let start = 0; start < rows.length; start += n) {
      influences.push(this.ofSum(pulls, rows.subarray(start, start + n)));
      yield;
    }
    return influences;
  }

  /** The influence of each sample on the fidelity R². */
  ofScore(target: Float64Array): Float64Array {
    const deviations = this.#deviations(target);
    const influence = this.#residuals(deviations);
    let unexplained = 0;
    let variation = 0;
    for (let i = 0; i < target.length; i++) {
      const weight = this.#weights[i] as number;
      unexplained += weight * (influence[i] as number) ** 2;
      variation += weight * (deviations[i] as number) ** 2;
    }
    if (!(variation > 0)) return influence.fill(0);
    for (let i = 0; i < target.length; i++) {
      const gain = (unexplained / variation) * (deviations[i] as number) ** 2 - (influence[i] as number) ** 2;
      influence[i] = ((this.#weights[i] as number) * gain) / variation;
    }
    influence[0] = 0;
    return influence;
  }

  /** A target less its weighted mean. */
  #deviations(target: Float64Array): Float64Array {
    let mean = 0;
    for (let i = 0; i < target.length; i++) mean += (this.#weights[i] as number) * (target[i] as number);
    mean /= this.#total;
    return target.map((value) => value - mean);
  }

  /** What the regression leaves of deviations. */
  #residuals(deviations: Float64Array): Float64Array {
    const slopes = new Float64Array(this.#size);
    for (let i = 0; i < deviations.length; i++) {
      this.#addTo(slopes, i, (this.#weights[i] as number) * (deviations[i] as number));
    }
    const residuals = deviations.slice();
    for (let i = 0; i < deviations.length; i++) {
      residuals[i] = (deviations[i] as number) - this.#along(i, slopes, 0);
    }
    return residuals;
  }

  /** Row `i` times the vector that starts at `start`. */
  #along(i: number, vector: Float64Array, start: number): number {
    const base = i * this.#size;
    let sum = 0;
    for (let j = 0; j < this.#size; j++) sum += (this.#rows[base + j] as number) * (vector[start + j] as number);
    return sum;
  }

  /** Add a multiple of row `i`. */
  #addTo(total: Float64Array, i: number, scale: number): void {
    const base = i * this.#size;
    for (let j = 0; j < this.#size; j++) total[j] = (total[j] as number) + scale * (this.#rows[base + j] as number);
  }
}

/** Which samples belong to the one before: masks that keep just what that one removes were drawn with it. */
export function joinedSamples(neighborhood: Neighborhood): Uint8Array {
  const { nSamples, nFeatures, samples } = neighborhood;
  const isJoined = new Uint8Array(nSamples);
  if (!isMasked(neighborhood) || nFeatures < 2) return isJoined;
  const stride = (nFeatures + 7) >> 3;
  const lastBits = 0xff >> (stride * 8 - nFeatures);
  const isComplement = (row: number) => {
    for (let byte = 0; byte < stride; byte++) {
      const bits = byte < stride - 1 ? 0xff : lastBits;
      const at = row * stride + byte;
      if ((((samples[at] as number) ^ (samples[at - stride] as number)) & bits) !== bits) return false;
    }
    return true;
  };
  for (let row = 2; row < nSamples; row++) isJoined[row] = !isJoined[row - 1] && isComplement(row) ? 1 : 0;
  return isJoined;
}

/** The root of the sum of squares, of sums over what was drawn together. */
export function clusteredError(influence: Float64Array, isJoined: Uint8Array): number {
  return Math.sqrt(clusterSums(influence, isJoined).reduce((squares, sum) => squares + sum * sum, 0));
}

/** The covariance of what samples have this influence on, row-major. */
export function* covarianceOf(influences: readonly Float64Array[], isJoined: Uint8Array): Slices<Float64Array> {
  const n = influences.length;
  const sums = influences.map((influence) => clusterSums(influence, isJoined));
  const covariance = new Float64Array(n * n);
  for (const [a, one] of sums.entries()) {
    for (const [b, other] of sums.slice(0, a + 1).entries()) {
      let sum = 0;
      for (let i = 0; i < one.length; i++) sum += (one[i] as number) * (other[i] as number);
      covariance[a * n + b] = covariance[b * n + a] = sum;
    }
    yield;
  }
  return covariance;
}

/** Sums over what was drawn together. */
function clusterSums(influence: Float64Array, isJoined: Uint8Array): Float64Array {
  const sums = new Float64Array(influence.length);
  let n = 0;
  influence.forEach((value, i) => {
    if (!isJoined[i]) n++;
    sums[n - 1] = (sums[n - 1] as number) + value;
  });
  return sums.subarray(0, n);
}

/** L, row-major, of the Gram matrix of some features with a penalty. */
export function penalised({ gram, nFeatures }: Moments, features: readonly number[], penalty: number): Float64Array {
  const n = features.length;
  const lower = new Float64Array(n * n);
  features.forEach((row, i) => {
    features.forEach((column, j) => {
      lower[i * n + j] = (gram[row * nFeatures + column] as number) + (i === j ? penalty : 0);
    });
  });
  factor(lower, n);
  return lower;
}

/** Row after row: the features, less their weighted means. */
function centredRows(neighborhood: Neighborhood, moments: Moments, features: readonly number[]): Float64Array {
  const { nSamples, nFeatures, samples } = neighborhood;
  const stride = (nFeatures + 7) >> 3;
  const rows = new Float64Array(nSamples * features.length);
  const masked = isMasked(neighborhood);
  let at = 0;
  for (let i = 0; i < nSamples; i++) {
    for (let place = 0; place < features.length; place++) {
      const j = features[place] as number;
      const value = masked
        ? ((samples[i * stride + (j >> 3)] as number) >> (j & 7)) & 1
        : (samples[i * nFeatures + j] as number);
      rows[at++] = value - (moments.featureMeans[j] as number);
    }
  }
  return rows;
}

/** Solve L v = x for every row x in place; four rows side by side, since each sum has to wait for the one before. */
function solveRows(lower: Float64Array, n: number, rows: Float64Array): void {
  const whole = rows.length - (rows.length % (4 * n));
  for (let base = 0; base < whole; base += 4 * n) {
    for (let a = 0; a < n; a++) {
      let [p, q, r, s] = [0, 0, 0, 0];
      for (let b = 0; b < a; b++) {
        const entry = lower[a * n + b] as number;
        p += entry * (rows[base + b] as number);
        q += entry * (rows[base + n + b] as number);
        r += entry * (rows[base + 2 * n + b] as number);
        s += entry * (rows[base + 3 * n + b] as number);
      }
      const pivot = lower[a * n + a] as number;
      rows[base + a] = ((rows[base + a] as number) - p) / pivot;
      rows[base + n + a] = ((rows[base + n + a] as number) - q) / pivot;
      rows[base + 2 * n + a] = ((rows[base + 2 * n + a] as number) - r) / pivot;
      rows[base + 3 * n + a] = ((rows[base + 3 * n + a] as number) - s) / pivot;
    }
  }
  for (let base = whole; base < rows.length; base += n) solveLower(lower, n, n, rows.subarray(base, base + n));
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * (n + 1)] = 1;
  return matrix;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
