/**
 * Moments of real-valued columns, summed over the samples.
 *
 * The deviations stand column by column, so that the product of two columns runs along memory. Eight products are summed
 * at a time, two columns by four: each value read then serves several.
 */

import { centred } from "./centring";
import type { MomentSource, Moments } from "./moments";
import { multiplicities, multiplied, type Neighborhood, targetDeviations } from "./neighborhood";

/** Samples at a time: six columns of them stay in the first-level cache. */
const BLOCK = 512;

export class DenseMoments implements MomentSource {
  readonly #neighborhood: Neighborhood;
  readonly #times: Float64Array | null;
  readonly #instance: Float64Array;
  /** Column after column: what the instance has more than each sample. */
  readonly #deviations: Float64Array;
  readonly #weighted: Float64Array;

  constructor(neighborhood: Neighborhood) {
    const { samples, nSamples, nFeatures } = neighborhood;
    this.#neighborhood = neighborhood;
    this.#times = multiplicities(neighborhood);
    this.#instance = Float64Array.from(samples.subarray(0, nFeatures));
    this.#deviations = new Float64Array(nFeatures * nSamples);
    this.#weighted = new Float64Array(nFeatures * nSamples);
    for (let i = 0; i < nSamples; i++) {
      for (let j = 0; j < nFeatures; j++) {
        const value = samples[i * nFeatures + j] as number;
        this.#deviations[j * nSamples + i] = (this.#instance[j] as number) - value;
      }
    }
  }

  moments(proximity: Float64Array, target: number): Moments {
    const { nSamples, nFeatures, predictions } = this.#neighborhood;
    const weights = multiplied(proximity, this.#times);
    const targets = targetDeviations(this.#neighborhood, target);
    const features = new Float64Array(nFeatures);
    const cross = new Float64Array(nFeatures);
    let weight = 0;
    let sum = 0;
    let targetSquares = 0;
    for (let i = 0; i < nSamples; i++) {
      const share = (weights[i] as number) * (targets[i] as number);
      weight += weights[i] as number;
      sum += share;
      targetSquares += share * (targets[i] as number);
    }
    for (let j = 0; j < nFeatures; j++) this.#weigh(j, weights, targets, features, cross);
    const squares = products(this.#weighted, this.#deviations, nSamples, nFeatures);
    const answer = predictions[target] as number;
    const sums = { nSamples, weight, features, squares, target: sum, cross, targetSquares };
    return centred(sums, answer, this.#instance);
  }

  /** Weigh column `j`, and sum it alone and with the target. */
  #weigh(j: number, weights: Float64Array, targets: Float64Array, features: Float64Array, cross: Float64Array): void {
    const start = j * weights.length;
    let sum = 0;
    let product = 0;
    for (let i = 0; i < weights.length; i++) {
      const value = (weights[i] as number) * (this.#deviations[start + i] as number);
      this.#weighted[start + i] = value;
      sum += value;
      product += value * (targets[i] as number);
    }
    features[j] = sum;
    cross[j] = product;
  }
}

/** Σ over the samples of left x right for every pair of columns: the upper triangle, row by row. */
function products(left: Float64Array, right: Float64Array, nSamples: number, nFeatures: number): Float64Array {
  const square = new Float64Array(nFeatures * nFeatures);
  for (let first = 0; first < nSamples; first += BLOCK) {
    const length = Math.min(BLOCK, nSamples - first);
    for (let a = 0; a < nFeatures; a += 2) {
      for (let b = a; b < nFeatures; b += 4) addTile(square, left, right, { nSamples, nFeatures, first, length }, a, b);
    }
  }
  return upperTriangle(square, nFeatures);
}

interface Extent {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly first: number;
  readonly length: number;
}

/** Add the products of columns a, a + 1 with b to b + 3. Columns past the end repeat the last, and are not written. */
function addTile(
  square: Float64Array,
  left: Float64Array,
  right: Float64Array,
  at: Extent,
  a: number,
  b: number,
): void {
  const { nSamples, nFeatures, first, length } = at;
  const column = (j: number) => Math.min(j, nFeatures - 1) * nSamples + first;
  const a0 = column(a);
  const a1 = column(a + 1);
  const b0 = column(b);
  const b1 = column(b + 1);
  const b2 = column(b + 2);
  const b3 = column(b + 3);
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const x = left[a0 + i] as number;
    const y = left[a1 + i] as number;
    const p = right[b0 + i] as number;
    const q = right[b1 + i] as number;
    const r = right[b2 + i] as number;
    const s = right[b3 + i] as number;
    s00 += x * p;
    s01 += x * q;
    s02 += x * r;
    s03 += x * s;
    s10 += y * p;
    s11 += y * q;
    s12 += y * r;
    s13 += y * s;
  }
  addRow(square, nFeatures, a, b, s00, s01, s02, s03);
  addRow(square, nFeatures, a + 1, b, s10, s11, s12, s13);
}

function addRow(
  square: Float64Array,
  n: number,
  a: number,
  b: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  if (a >= n) return;
  const at = a * n + b;
  square[at] = (square[at] as number) + s0;
  if (b + 1 < n) square[at + 1] = (square[at + 1] as number) + s1;
  if (b + 2 < n) square[at + 2] = (square[at + 2] as number) + s2;
  if (b + 3 < n) square[at + 3] = (square[at + 3] as number) + s3;
}

function upperTriangle(square: Float64Array, n: number): Float64Array {
  const packed = new Float64Array((n * (n + 1)) / 2);
  for (let a = 0, at = 0; a < n; at += n - a, a++) packed.set(square.subarray(a * n + a, (a + 1) * n), at);
  return packed;
}
