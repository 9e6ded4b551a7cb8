/**
 * How far each sample pulls at each weight: what standard errors are made of.
 *
 * With L L' the penalised Gram matrix and v = L⁻¹ x of each centred row, the fit, the leverages and the influences are
 * products of rows v alone. The formulas are those of the Python engine's `influence.py`.
 */

import { factor, solveLower, solveUpper } from "./cholesky";
import type { Moments } from "./moments";
import { isMasked, type Neighborhood } from "./neighborhood";

/** A neighborhood under one kernel, as one class sees it. */
export interface Weighted {
  readonly neighborhood: Neighborhood;
  /** Column of the predictions. */
  readonly target: number;
  /** What each sample weighs in the fit. */
  readonly weights: Float64Array;
  readonly moments: Moments;
}

const PENALTY = 1;
/** A sample that the fit goes through all but exactly says nothing of its own error. */
const LARGEST_LEVERAGE = 0.95;

/** The surrogate's weighted ridge regression on `features`, written out by sample. */
export class Regression {
  readonly #weights: Float64Array;
  readonly #size: number;
  readonly #total: number;
  /** L, row-major. */
  readonly #lower: Float64Array;
  /** Row after row: L⁻¹ x. */
  readonly #rows: Float64Array;

  constructor({ neighborhood, weights, moments }: Weighted, features: readonly number[]) {
    this.#weights = weights;
    this.#size = features.length;
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#lower = penalised(moments, features);
    this.#rows = centredRows(neighborhood, moments, features);
    for (let i = 0; i < weights.length; i++) solveLower(this.#lower, this.#size, this.#size, this.#row(i));
  }

  /** Weight times left-out residual of each sample (HC3); the instance is always there, and pulls at nothing. */
  pulls(target: Float64Array): Float64Array {
    const pulls = this.residuals(target);
    for (let i = 0; i < pulls.length; i++) {
      const weight = this.#weights[i] as number;
      const row = this.#row(i);
      const leverage = weight * (1 / this.#total + dot(row, row));
      pulls[i] = (weight * (pulls[i] as number)) / (1 - Math.min(leverage, LARGEST_LEVERAGE));
    }
    pulls[0] = 0;
    return pulls;
  }

  /** What the regression leaves of a target. */
  residuals(target: Float64Array): Float64Array {
    const residuals = this.deviations(target);
    const slopes = new Float64Array(this.#size);
    residuals.forEach((value, i) => {
      addScaled(slopes, this.#row(i), (this.#weights[i] as number) * value);
    });
    return residuals.map((value, i) => value - dot(this.#row(i), slopes));
  }

  /** A target less its weighted mean. */
  deviations(target: Float64Array): Float64Array {
    const mean = dot(this.#weights, target) / this.#total;
    return target.map((value) => value - mean);
  }

  /** The weights' covariance, row-major: influences multiplied, after they were summed over what was drawn together. */
  covariance(pulls: Float64Array, isJoined: Uint8Array): Float64Array {
    const n = this.#size;
    const products = new Float64Array(n * n);
    const sum = new Float64Array(n);
    for (let i = 0; i < pulls.length; i++) {
      if (!isJoined[i]) sum.fill(0);
      addScaled(sum, this.#row(i), pulls[i] as number);
      if (isJoined[i + 1]) continue;
      for (let a = 0; a < n; a++) addScaled(products.subarray(a * n, a * n + a + 1), sum, sum[a] as number);
    }
    this.#transform(products, false);
    this.#transform(products, true);
    return products;
  }

  /** The influence of each sample on the local prediction. */
  ofLocalPrediction(pulls: Float64Array): Float64Array {
    return pulls.map((pull, i) => pull * (1 / this.#total + dot(this.#row(i), this.#row(0))));
  }

  /** The influence of each sample on the fidelity R². */
  ofScore(target: Float64Array): Float64Array {
    const squares = this.residuals(target).map((value) => value * value);
    const deviations = this.deviations(target).map((value) => value * value);
    const variation = dot(this.#weights, deviations);
    if (!(variation > 0)) return new Float64Array(target.length);
    const unexplained = dot(this.#weights, squares) / variation;
    const influence = squares.map(
      (square, i) => ((this.#weights[i] as number) * (unexplained * (deviations[i] as number) - square)) / variation,
    );
    influence[0] = 0;
    return influence;
  }

  #row(i: number): Float64Array {
    return this.#rows.subarray(i * this.#size, (i + 1) * this.#size);
  }

  /** The rows of a symmetric matrix, of which `isFull` or the lower triangle is given, times L⁻¹; then transposed. */
  #transform(matrix: Float64Array, isFull: boolean): void {
    const n = this.#size;
    for (let a = 0; a < n && !isFull; a++) {
      for (let b = 0; b < a; b++) matrix[b * n + a] = matrix[a * n + b] as number;
    }
    for (let a = 0; a < n; a++) solveUpper(this.#lower, n, n, matrix.subarray(a * n, (a + 1) * n));
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) {
        const entry = matrix[a * n + b] as number;
        matrix[a * n + b] = matrix[b * n + a] as number;
        matrix[b * n + a] = entry;
      }
    }
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
  let squares = 0;
  let sum = 0;
  influence.forEach((value, i) => {
    sum = isJoined[i] ? sum + value : value;
    if (!isJoined[i + 1]) squares += sum * sum;
  });
  return Math.sqrt(squares);
}

function penalised({ gram, nFeatures }: Moments, features: readonly number[]): Float64Array {
  const n = features.length;
  const lower = new Float64Array(n * n);
  features.forEach((row, i) => {
    features.forEach((column, j) => {
      lower[i * n + j] = (gram[row * nFeatures + column] as number) + (i === j ? PENALTY : 0);
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
    for (const j of features) {
      const value = masked
        ? ((samples[i * stride + (j >> 3)] as number) >> (j & 7)) & 1
        : (samples[i * nFeatures + j] as number);
      rows[at++] = value - (moments.featureMeans[j] as number);
    }
  }
  return rows;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Add a multiple of the first entries of `row`. */
function addScaled(total: Float64Array, row: Float64Array, scale: number): void {
  for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + scale * (row[i] as number);
}
