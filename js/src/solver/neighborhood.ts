/** The perturbed samples of an instance with the model's answers, as the wire carries them. */

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
