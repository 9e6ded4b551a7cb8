/** From distance to proximity weight. */

/**
 * LIME's exponential kernel, sqrt(exp(-d² / width²)) (Ribeiro et al. 2016, section 3.4).
 *
 * The root is taken after the exponential, as in the Python engine, so that both underflow at the same distance.
 */
export function kernelWeights(distances: ArrayLike<number>, width: number): Float64Array {
  const weights = new Float64Array(distances.length);
  for (let i = 0; i < weights.length; i++) {
    const distance = distances[i] as number;
    weights[i] = Math.sqrt(Math.exp(-(distance * distance) / (width * width)));
  }
  return weights;
}

/** Kish's effective sample size (Kish 1965, section 11.7), (Σw)² / Σw². */
export function effectiveSampleSize(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}
