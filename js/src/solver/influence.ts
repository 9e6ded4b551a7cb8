/**
 * How far each sample pulls at each weight: what standard errors are made of.
 *
 * With L L' the penalised Gram matrix and v = L⁻¹ x of each centred row, the fit, the leverages and the influences are
 * products of rows v alone. The formulas are those of the Python engine's `influence.py`.
 */

import type { Slopes } from "./carried";
import { penalised, solveLower } from "./cholesky";
import type { Moments } from "./moments";
import { isMasked, type Neighborhood } from "./neighborhood";
import type { Slices } from "./slices";

/** A neighborhood under one kernel, as one class sees it. */
export interface Weighted {
  readonly neighborhood: Neighborhood;
  /** Which samples were drawn with the one before. */
  readonly isJoined: Uint8Array;
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

/** The errors of a weighted regression on some features: the surrogate's ridge, or one without its penalty. */
export class Regression {
  readonly #size: number;
  /** L, row-major. */
  readonly #lower: Float64Array;
  /** L⁻¹ x of the instance. */
  readonly #instance: Float64Array;
  /** The covariance of (L⁻¹ times the slopes, mean), (size + 1, size + 1), of which all others are made. */
  readonly #covariance: Float64Array;

  private constructor(size: number, lower: Float64Array, instance: Float64Array, covariance: Float64Array) {
    this.#size = size;
    this.#lower = lower;
    this.#instance = instance;
    this.#covariance = covariance;
  }

  /** `pulls`: weight times error of each answer, where that is known; else what the regression leaves. */
  static *of(
    sample: Weighted,
    features: readonly number[],
    penalty = RIDGE_OF_SURROGATE,
    pulls?: Float64Array,
  ): Slices<Regression> {
    const { neighborhood, own } = sample;
    const size = features.length;
    const lower = penalised(own.gram, own.nFeatures, features, penalty);
    const rows = centredRows(neighborhood, own, features);
    const step = size * 4 * Math.ceil(SLICE / (2 * size ** 2));
    for (let start = 0; start < rows.length; start += step) {
      if (start) yield;
      solveRows(lower, size, rows.subarray(start, start + step));
    }
    const covariance = yield* scatter(sample, rows, pulls ?? leftOut(sample, rows, size));
    return new Regression(size, lower, rows.slice(0, size), covariance);
  }

  /** The covariance of sums: a row of `times` says how often each has the slopes and, last, the local prediction. */
  *covariance(times: Float64Array): Slices<Float64Array> {
    const n = this.#size + 1;
    const m = times.length / n;
    const directions = times.slice();
    const covariance = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      const direction = directions.subarray(a * n, (a + 1) * n);
      this.#turn(direction);
      const product = timesSymmetric(this.#covariance, direction);
      for (let b = 0; b <= a; b++) covariance[a * m + b] = covariance[b * m + a] = dot(directions, b * n, product);
      yield;
    }
    return covariance;
  }

  /** From a sum of slopes and local predictions to what it takes of L⁻¹ times the slopes, and of the mean. */
  #turn(times: Float64Array): void {
    const n = this.#size;
    solveLower(this.#lower, n, n, times);
    for (let j = 0; j < n; j++) {
      times[j] = (times[j] as number) + (times[n] as number) * (this.#instance[j] as number);
    }
  }
}

/** Weight times left-out residual of each sample (HC3); the instance is always there, and pulls at nothing. */
function leftOut(sample: Weighted, rows: Float64Array, size: number): Float64Array {
  const { weights } = sample;
  const total = sumOf(weights);
  const deviations = uncertainAnswers(sample);
  const mean = dot(weights, 0, deviations) / total;
  const slopes = new Float64Array(size);
  const pulls = deviations.map((answer, i) => {
    const pull = (weights[i] as number) * (answer - mean);
    for (let j = 0; j < size; j++) slopes[j] = (slopes[j] as number) + pull * (rows[i * size + j] as number);
    return pull;
  });
  for (let i = 0; i < pulls.length; i++) {
    const weight = weights[i] as number;
    const row = rows.subarray(i * size, (i + 1) * size);
    const leverage = weight * (1 / total + dot(row, 0, row));
    const residual = (pulls[i] as number) - weight * dot(row, 0, slopes);
    pulls[i] = residual / (1 - Math.min(leverage, LARGEST_LEVERAGE));
  }
  pulls[0] = 0;
  return pulls;
}

/** Squares and products of the pulls at L⁻¹ times the slopes, and at the mean, of what was drawn together. */
function* scatter({ isJoined, weights }: Weighted, rows: Float64Array, pulls: Float64Array): Slices<Float64Array> {
  const total = sumOf(weights);
  const size = rows.length / pulls.length;
  const n = size + 1;
  const squares = new Float64Array(n * n);
  const sums = new Float64Array(4 * n);
  const step = 4 * Math.ceil(SLICE / (2 * n ** 2));
  for (let i = 0, place = 0; i < pulls.length; i++) {
    const pull = pulls[i] as number;
    const base = place * n;
    for (let j = 0; j < size; j++) {
      sums[base + j] = (sums[base + j] as number) + pull * (rows[i * size + j] as number);
    }
    sums[base + size] = (sums[base + size] as number) + pull / total;
    if (!isJoined[i + 1]) place++;
    if (place === 4 || i === pulls.length - 1) {
      addSquares(squares, sums, n);
      sums.fill(0);
      place = 0;
    }
    if (i % step === step - 1) yield;
  }
  return squares;
}

/** What of the answers is uncertain: all that was not expected. */
function uncertainAnswers(sample: Weighted): Float64Array {
  const { expected, nClasses } = sample.neighborhood;
  const all = answers(sample);
  return expected ? all.map((answer, i) => answer - (expected[i * nClasses + sample.target] as number)) : all;
}

/** The model's answers for the class. */
export function answers({ neighborhood: { nSamples, nClasses, predictions }, target }: Weighted): Float64Array {
  const column = new Float64Array(nSamples);
  for (let i = 0; i < nSamples; i++) column[i] = predictions[i * nClasses + target] as number;
  return column;
}

/** Row after row: the features, less their weighted means. */
export function centredRows(neighborhood: Neighborhood, moments: Moments, features: readonly number[]): Float64Array {
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

/** Add u u' to the lower triangle, for four vectors u at once: each entry is then read and written once for all. */
function addSquares(total: Float64Array, four: Float64Array, n: number): void {
  for (let a = 0; a < n; a++) {
    const [p, q, r, s] = [four[a], four[n + a], four[2 * n + a], four[3 * n + a]] as [number, number, number, number];
    const base = a * n;
    for (let b = 0; b <= a; b++) {
      total[base + b] =
        (total[base + b] as number) +
        p * (four[b] as number) +
        q * (four[n + b] as number) +
        r * (four[2 * n + b] as number) +
        s * (four[3 * n + b] as number);
    }
  }
}

/** A symmetric matrix, given by its lower triangle, times a vector. */
function timesSymmetric(lower: Float64Array, u: Float64Array): Float64Array {
  const n = u.length;
  const product = new Float64Array(n);
  for (let a = 0; a < n; a++) {
    const base = a * n;
    const own = u[a] as number;
    let sum = (lower[base + a] as number) * own;
    for (let b = 0; b < a; b++) {
      sum += (lower[base + b] as number) * (u[b] as number);
      product[b] = (product[b] as number) + (lower[base + b] as number) * own;
    }
    product[a] = (product[a] as number) + sum;
  }
  return product;
}

/** The second vector times as much of the first, from `start` on. */
export function dot(one: Float64Array, start: number, other: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < other.length; j++) sum += (one[start + j] as number) * (other[j] as number);
  return sum;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
