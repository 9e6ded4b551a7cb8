/** Cholesky factorisation of small dense symmetric matrices, row-major in one array. */

/** Factor in place: the lower triangle of `a` (n, n) becomes L with L L' = a. Only the lower triangle is read. */
export function factor(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j < i; j++) {
      const rowJ = j * n;
      let sum = a[rowI + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[rowI + k] as number) * (a[rowJ + k] as number);
      a[rowI + j] = sum / (a[rowJ + j] as number);
    }
    let pivot = a[rowI + i] as number;
    for (let k = 0; k < i; k++) pivot -= (a[rowI + k] as number) ** 2;
    a[rowI + i] = Math.sqrt(pivot);
  }
}

/** Solve L x = b in place for the leading n rows of a factor stored with `stride` columns. */
export function solveLower(lower: Float64Array, stride: number, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * stride + k] as number) * (b[k] as number);
    b[i] = sum / (lower[i * stride + i] as number);
  }
}

/** Solve L' x = b in place; arguments as in `solveLower`. */
export function solveUpper(lower: Float64Array, stride: number, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = (b[i] as number) / (lower[i * stride + i] as number);
    b[i] = value;
    for (let k = 0; k < i; k++) b[k] = (b[k] as number) - (lower[i * stride + k] as number) * value;
  }
}

/** L, row-major, of the Gram matrix of `chosen` features with a penalty. */
export function penalised(
  gram: Float64Array,
  nFeatures: number,
  chosen: ArrayLike<number>,
  penalty: number,
): Float64Array {
  const n = chosen.length;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = (chosen[i] as number) * nFeatures;
    for (let j = 0; j <= i; j++) lower[i * n + j] = gram[row + (chosen[j] as number)] as number;
    lower[i * n + i] = (lower[i * n + i] as number) + penalty;
  }
  factor(lower, n);
  return lower;
}

/**
 * The weights of a ridge regression on `chosen` features from centred moments, (G + penalty I)⁻¹ s.
 *
 * A positive penalty keeps the matrix positive definite whatever columns are constant or repeated.
 */
export function solveRidge(
  gram: Float64Array,
  nFeatures: number,
  cross: Float64Array,
  chosen: ArrayLike<number>,
  penalty: number,
): Float64Array {
  const n = chosen.length;
  const lower = penalised(gram, nFeatures, chosen, penalty);
  const weights = Float64Array.from(chosen, (feature) => cross[feature] as number);
  solveLower(lower, n, n, weights);
  solveUpper(lower, n, n, weights);
  return weights;
}
