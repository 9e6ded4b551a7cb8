/**
 * Moments summed over the samples, for weights that differ within a level.
 *
 * Eight samples at a time: a table holds the sum of weights for each of the 256 subsets of the eight, and a pair of
 * features costs one AND of two bytes and one look-up.
 */

import { centred } from "./centring";
import type { MomentSource, Moments } from "./moments";
import { multiplicities, multiplied, type Neighborhood, removedFeatures, targetDeviations } from "./neighborhood";

export class SampleMoments implements MomentSource {
  readonly #neighborhood: Neighborhood;
  readonly #times: Float64Array | null;
  /** Block after block of eight samples: for each feature, the byte of samples that remove it. */
  readonly #blocks: Uint8Array;

  constructor(neighborhood: Neighborhood) {
    this.#neighborhood = neighborhood;
    this.#times = multiplicities(neighborhood);
    this.#blocks = packBlocks(neighborhood);
  }

  moments(proximity: Float64Array, target: number): Moments {
    const { nSamples, nFeatures, predictions } = this.#neighborhood;
    const weights = multiplied(proximity, this.#times);
    const deviations = targetDeviations(this.#neighborhood, target);
    const squares = new Float64Array((nFeatures * (nFeatures + 1)) / 2);
    const features = new Float64Array(nFeatures);
    const cross = new Float64Array(nFeatures);
    const weightOf = new Float64Array(256);
    const targetOf = new Float64Array(256);
    let weight = 0;
    let sum = 0;
    let targetSquares = 0;
    for (let first = 0; first < nSamples; first += 8) {
      fillTables(weights, deviations, first, weightOf, targetOf);
      weight += weightOf[255] as number;
      sum += targetOf[255] as number;
      for (let i = first; i < Math.min(first + 8, nSamples); i++) {
        targetSquares += (weights[i] as number) * (deviations[i] as number) ** 2;
      }
      const bytes = this.#blocks.subarray((first >> 3) * nFeatures, ((first >> 3) + 1) * nFeatures);
      addBlock(bytes, weightOf, targetOf, squares, features, cross);
    }
    const answer = predictions[target] as number;
    const sums = { nSamples, weight, features, squares, target: sum, cross, targetSquares };
    return centred(sums, answer, new Float64Array(nFeatures).fill(1));
  }
}

function packBlocks(neighborhood: Neighborhood): Uint8Array {
  const { nSamples, nFeatures } = neighborhood;
  const blocks = new Uint8Array(((nSamples + 7) >> 3) * nFeatures);
  const removed = new Int32Array(nFeatures);
  for (let row = 0; row < nSamples; row++) {
    const n = removedFeatures(neighborhood, row, removed);
    const offset = (row >> 3) * nFeatures;
    for (let i = 0; i < n; i++) {
      const at = offset + (removed[i] as number);
      blocks[at] = (blocks[at] as number) | (1 << (row & 7));
    }
  }
  return blocks;
}

/** Sums of w and of w η over every subset of the eight samples from `first` on. */
function fillTables(
  weights: Float64Array,
  deviations: Float64Array,
  first: number,
  weightOf: Float64Array,
  targetOf: Float64Array,
): void {
  for (let k = 0; k < 8; k++) {
    const weight = weights[first + k] ?? 0;
    const target = weight * (deviations[first + k] ?? 0);
    const half = 1 << k;
    for (let subset = 0; subset < half; subset++) {
      weightOf[half + subset] = (weightOf[subset] as number) + weight;
      targetOf[half + subset] = (targetOf[subset] as number) + target;
    }
  }
}

function addBlock(
  bytes: Uint8Array,
  weightOf: Float64Array,
  targetOf: Float64Array,
  squares: Float64Array,
  features: Float64Array,
  cross: Float64Array,
): void {
  const nFeatures = bytes.length;
  let offset = 0;
  for (let a = 0; a < nFeatures; a++) {
    const byte = bytes[a] as number;
    if (byte !== 0) {
      features[a] = (features[a] as number) + (weightOf[byte] as number);
      cross[a] = (cross[a] as number) + (targetOf[byte] as number);
      for (let b = a; b < nFeatures; b++) {
        const at = offset + b;
        squares[at] = (squares[at] as number) + (weightOf[byte & (bytes[b] as number)] as number);
      }
    }
    offset += nFeatures - a - 1;
  }
}
