/** Errors of a regression on few features that rests on slopes on all of them. As the Python engine's `carried.py`. */

import { solveLower, solveUpper } from "./cholesky";
import { clusteredError, joinedSamples, penalised, Regression, type Weighted } from "./influence";
import type { Moments } from "./moments";
import { uncertainAnswers } from "./uncertainty";

export class Slopes {
  readonly #fitted: Moments;
  readonly #regression: Regression;
  readonly #pulls: Float64Array;
  readonly #isJoined: Uint8Array;
  /** Covariance of the slopes on all features, row-major. */
  readonly #covariance: Float64Array;

  /** `others` are the samples without the instance. */
  constructor({ moments }: Weighted, others: Weighted) {
    const every = Array.from({ length: moments.nFeatures }, (_, j) => j);
    this.#fitted = moments;
    this.#regression = new Regression(others, every);
    this.#pulls = this.#regression.pulls(uncertainAnswers(others));
    this.#isJoined = joinedSamples(others.neighborhood);
    this.#covariance = this.#regression.covariance(this.#pulls, this.#isJoined);
  }

  /** The standard errors of the weights of `features` in their joint fit. */
  errors(features: readonly number[]): number[] {
    const covariance = this.covariance(features);
    return features.map((_, i) => Math.sqrt(Math.max(0, covariance[i * (features.length + 1)] as number)));
  }

  /** The covariance of these weights, row-major. */
  covariance(features: readonly number[]): Float64Array {
    const n = features.length;
    const d = this.#fitted.nFeatures;
    const carrier = carrierTo(this.#fitted, features);
    const half = multiplied(carrier, this.#covariance, n, d, d);
    const result = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += (half[a * d + j] as number) * (carrier[b * d + j] as number);
        result[a * n + b] = sum;
      }
    }
    return result;
  }

  errorOfLocalPrediction(features: readonly number[]): number {
    const { instance, featureMeans, nFeatures: d } = this.#fitted;
    const steps = Float64Array.from(features, (j) => (instance[j] as number) - (featureMeans[j] as number));
    const times = multiplied(steps, carrierTo(this.#fitted, features), 1, features.length, d);
    return clusteredError(this.#regression.ofAnswer(this.#pulls, times), this.#isJoined);
  }
}

/** The matrix (n, d) that takes slopes on all features to the weights of some. */
function carrierTo(moments: Moments, features: readonly number[]): Float64Array {
  const { gram, nFeatures: d } = moments;
  const n = features.length;
  const lower = penalised(moments, features);
  const carrier = new Float64Array(n * d);
  const column = new Float64Array(n);
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < n; i++) column[i] = gram[(features[i] as number) * d + j] as number;
    solveLower(lower, n, n, column);
    solveUpper(lower, n, n, column);
    for (let i = 0; i < n; i++) carrier[i * d + j] = column[i] as number;
  }
  return carrier;
}

/** The product of two row-major matrices, (rows, inner) and (inner, columns). */
function multiplied(
  left: Float64Array,
  right: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(rows * columns);
  for (let a = 0; a < rows; a++) {
    for (let k = 0; k < inner; k++) {
      const factorOf = left[a * inner + k] as number;
      for (let b = 0; b < columns; b++) {
        const at = a * columns + b;
        product[at] = (product[at] as number) + factorOf * (right[k * columns + b] as number);
      }
    }
  }
  return product;
}
