/** Which samples were drawn together, and errors that take them so: a pair of complements is one chance. */

import { isMasked, type Neighborhood } from "./neighborhood";

/** Which samples belong to the one before: masks that keep just what that one removes were drawn with it. */
export function joinedSamples(neighborhood: Neighborhood): Uint8Array {
  const { exact, nSamples, nFeatures, samples } = neighborhood;
  const isJoined = new Uint8Array(nSamples);
  // Where every mask was asked about, nothing was drawn, hence nothing together.
  if (exact || !isMasked(neighborhood) || nFeatures < 2) return isJoined;
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
