/** From sums of deviations from the instance to centred moments. */

import type { Moments } from "./moments";

export interface RawSums {
  readonly nSamples: number;
  readonly weight: number;
  /** Σ w u, where u is what the instance has more than the sample: of masks, 1 for a removed feature. */
  readonly features: Float64Array;
  /** Σ w u u': the upper triangle, diagonal included, row by row, d (d + 1) / 2 entries. */
  readonly squares: Float64Array;
  readonly target: number;
  /** Σ w u η, where η is the model's answer less its answer for the instance. */
  readonly cross: Float64Array;
  readonly targetSquares: number;
}

/** Move the sums to their weighted means. u and z = instance - u share a Gram matrix; the cross moments change sign. */
export function centred(sums: RawSums, answer: number, instance: Float64Array): Moments {
  const { weight, features, squares, target, targetSquares } = sums;
  const nFeatures = features.length;
  const gram = new Float64Array(nFeatures * nFeatures);
  const cross = new Float64Array(nFeatures);
  const featureMeans = new Float64Array(nFeatures);
  let packed = 0;
  for (let a = 0; a < nFeatures; a++) {
    const mean = (features[a] as number) / weight;
    featureMeans[a] = (instance[a] as number) - mean;
    cross[a] = (features[a] as number) * (target / weight) - (sums.cross[a] as number);
    for (let b = a; b < nFeatures; b++) {
      const value = (squares[packed++] as number) - mean * (features[b] as number);
      gram[a * nFeatures + b] = value;
      gram[b * nFeatures + a] = value;
    }
  }
  return {
    nSamples: sums.nSamples,
    nFeatures,
    instance,
    featureMeans,
    targetMean: answer + target / weight,
    gram,
    cross,
    targetVariation: Math.max(0, targetSquares - (target * target) / weight),
  };
}
