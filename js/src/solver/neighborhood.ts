/** The perturbed samples of an instance with the model's answers, as the wire carries them. */

import type { Law } from "./population";

export interface Neighborhood {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly nClasses: number;
  /**
   * Masks as bytes: bit j of row i is `samples[i * ceil(nFeatures / 8) + (j >> 3)] >> (j & 7) & 1`, 1 where the feature
   * is kept. Or real values, row-major (nSamples, nFeatures).
   */
  readonly samples: Uint8Array | Float32Array | Float64Array;
  /** Row-major (nSamples, nClasses). Row 0 is the instance. */
  readonly predictions: Float32Array | Float64Array;
  readonly distances: Float32Array | Float64Array;
  /** How likely lime's sampler is to draw each sample over how likely the design was; absent where lime's law was drawn from. */
  readonly importance?: Float32Array | Float64Array | null;
  /** What is known of each answer from the others; as the predictions. */
  readonly expected?: Float32Array | Float64Array | null;
  /** lime's law of masks, where it takes the place of the samples' own moments of the features. */
  readonly law?: Law | null;
  /** Whether every mask that can be is here. */
  readonly exact?: boolean;
  /** The variance of the model's answer to the same question, for each class. */
  readonly noise?: readonly number[] | null;
  /** How many of lime's samples these stand for: as many as they are, where absent. */
  readonly nominal?: number;
}

/** How many of lime's samples each sample stands for, or null where each is one of them. */
export function multiplicities({ nSamples, importance, nominal = nSamples }: Neighborhood): Float64Array | null {
  if (nSamples < 2 || (!importance && nominal === nSamples)) return null;
  const times = importance ? new Float64Array(importance) : new Float64Array(nSamples).fill(1);
  let sum = 0;
  for (let i = 1; i < nSamples; i++) sum += times[i] as number;
  const each = (nominal - 1) / sum;
  for (let i = 1; i < nSamples; i++) times[i] = (times[i] as number) * each;
  times[0] = 1;
  return times;
}

/** What each sample weighs in the fit: its proximity, as often as it stands for one of lime's. */
export function multiplied(proximity: Float64Array, times: Float64Array | null): Float64Array {
  return times ? proximity.map((weight, i) => weight * (times[i] as number)) : proximity;
}

/** Whether the samples are masks. */
export function isMasked({ samples }: Neighborhood): boolean {
  return samples instanceof Uint8Array;
}

/** Write the indices of the features that sample `row` removes into `out`; return how many there are. */
export function removedFeatures(neighborhood: Neighborhood, row: number, out: Int32Array): number {
  const { samples, nFeatures } = neighborhood;
  const stride = (nFeatures + 7) >> 3;
  let count = 0;
  for (let byte = 0; byte < stride; byte++) {
    let bits = ~(samples[row * stride + byte] as number) & 0xff;
    while (bits) {
      const feature = byte * 8 + 31 - Math.clz32(bits & -bits);
      if (feature < nFeatures) out[count++] = feature;
      bits &= bits - 1;
    }
  }
  return count;
}

/** The model's answers for one class, as differences from its answer for the instance. */
export function targetDeviations(neighborhood: Neighborhood, target: number): Float64Array {
  const { nSamples, nClasses, predictions } = neighborhood;
  const answer = predictions[target] as number;
  const deviations = new Float64Array(nSamples);
  for (let i = 0; i < nSamples; i++) deviations[i] = (predictions[i * nClasses + target] as number) - answer;
  return deviations;
}
