/**
 * Moments summed over the samples, for weights that differ within a level.
 *
 * Thirty-two samples at a time, a bit of a word each: four tables hold the sum of weights for each of the 256 subsets of
 * eight, and a pair of features costs one AND of two words and four look-ups.
 */

import { centred } from "./centring";
import type { MomentSource, Moments } from "./moments";
import { multiplicities, multiplied, type Neighborhood, removedFeatures, targetDeviations } from "./neighborhood";

const WORD = 32;
const BYTE = 8;
/** Subsets of eight samples, and of the four bytes of a word. */
const SUBSETS = 256;
const TABLES = (WORD / BYTE) * SUBSETS;

export class SampleMoments implements MomentSource {
  readonly #neighborhood: Neighborhood;
  readonly #times: Float64Array | null;
  /** Block after block of 32 samples: for each feature, the word of samples that remove it. */
  readonly #words: Int32Array;

  constructor(neighborhood: Neighborhood) {
    this.#neighborhood = neighborhood;
    this.#times = multiplicities(neighborhood);
    this.#words = packWords(neighborhood);
  }

  moments(proximity: Float64Array, target: number): Moments {
    const { nSamples, nFeatures, predictions } = this.#neighborhood;
    const weights = multiplied(proximity, this.#times);
    const deviations = targetDeviations(this.#neighborhood, target);
    const targets = weights.map((weight, i) => weight * (deviations[i] as number));
    const squares = new Float64Array((nFeatures * (nFeatures + 1)) / 2);
    const features = new Float64Array(nFeatures);
    const cross = new Float64Array(nFeatures);
    const weightOf = new Float64Array(TABLES);
    const targetOf = new Float64Array(TABLES);
    for (let block = 0; block * WORD < nSamples; block++) {
      fillTables(weights, block * WORD, weightOf);
      fillTables(targets, block * WORD, targetOf);
      const words = this.#words.subarray(block * nFeatures, (block + 1) * nFeatures);
      addSingles(words, weightOf, features);
      addSingles(words, targetOf, cross);
      addPairs(words, weightOf, squares);
    }
    let weight = 0;
    let sum = 0;
    let targetSquares = 0;
    for (let i = 0; i < nSamples; i++) {
      weight += weights[i] as number;
      sum += targets[i] as number;
      targetSquares += (targets[i] as number) * (deviations[i] as number);
    }
    const answer = predictions[target] as number;
    const sums = { nSamples, weight, features, squares, target: sum, cross, targetSquares };
    return centred(sums, answer, new Float64Array(nFeatures).fill(1));
  }
}

function packWords(neighborhood: Neighborhood): Int32Array {
  const { nSamples, nFeatures } = neighborhood;
  const words = new Int32Array(Math.ceil(nSamples / WORD) * nFeatures);
  const removed = new Int32Array(nFeatures);
  for (let row = 0; row < nSamples; row++) {
    const n = removedFeatures(neighborhood, row, removed);
    const offset = Math.floor(row / WORD) * nFeatures;
    for (let i = 0; i < n; i++) {
      const at = offset + (removed[i] as number);
      words[at] = (words[at] as number) | (1 << (row % WORD));
    }
  }
  return words;
}

/** Sums of `values` over every subset of each eight of the 32 samples from `first` on. */
function fillTables(values: Float64Array, first: number, sumOf: Float64Array): void {
  for (let k = 0; k < WORD; k++) {
    const value = values[first + k] ?? 0;
    const half = 1 << (k % BYTE);
    const table = Math.floor(k / BYTE) * SUBSETS;
    for (let subset = 0; subset < half; subset++) {
      sumOf[table + half + subset] = (sumOf[table + subset] as number) + value;
    }
  }
}

/** The sum over the samples of a word. */
function summed(word: number, sumOf: Float64Array): number {
  return (
    (sumOf[word & 255] as number) +
    (sumOf[256 | ((word >>> 8) & 255)] as number) +
    (sumOf[512 | ((word >>> 16) & 255)] as number) +
    (sumOf[768 | (word >>> 24)] as number)
  );
}

function addSingles(words: Int32Array, sumOf: Float64Array, sums: Float64Array): void {
  for (let a = 0; a < words.length; a++) sums[a] = (sums[a] as number) + summed(words[a] as number, sumOf);
}

function addPairs(words: Int32Array, sumOf: Float64Array, squares: Float64Array): void {
  const nFeatures = words.length;
  let offset = 0;
  for (let a = 0; a < nFeatures; a++) {
    const word = words[a] as number;
    if (word !== 0) {
      for (let b = a; b < nFeatures; b++) {
        const at = offset + b;
        squares[at] = (squares[at] as number) + summed(word & (words[b] as number), sumOf);
      }
    }
    offset += nFeatures - a - 1;
  }
}
