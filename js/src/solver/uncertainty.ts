/** How sure the weights are: standard errors, intervals, and when there is no telling. As the Python engine has it. */

import { Slopes } from "./carried";
import { clusteredError } from "./clusters";
import { influenceOnScore } from "./fidelity";
import { Regression, RIDGE_OF_SURROGATE, type Weighted } from "./influence";
import { effectiveSampleSize } from "./kernels";
import type { Ranking } from "./ranking";
import type { Slices } from "./slices";

export const STATUSES = ["estimated", "exact", "few_samples", "unknown"] as const;

export interface Uncertainty {
  /** Estimated from the samples; or every mask was asked about; or there is no telling. */
  readonly status: (typeof STATUSES)[number];
  /** Standard errors of the weights, in the surrogate's order; null if there is no telling, as below. */
  readonly weights: readonly number[] | null;
  readonly localPrediction: number | null;
  readonly score: number | null;
  /** Degrees of freedom of the intervals. */
  readonly degrees: number;
  /** Null if there is no telling, it would take too long, or it is not computed yet. */
  readonly ranking: Ranking | null;
}

const MIN_EFFECTIVE = 30;
const MIN_PER_FEATURE = 3;
/** Degrees of freedom of what is known to be normal. */
const MANY = 1e6;
/** The normal distribution's 0.975 quantile. */
const NORMAL = 1.959963984540054;

/** About how many products the errors of a surrogate of so many features take. */
export function productsOfErrors(sample: Weighted, nSelected: number): number {
  const { nSamples, nFeatures: d } = sample.neighborhood;
  if (!sample.others) return nSamples * nSelected ** 2;
  return (sample.slopes ? nSelected : nSamples) * d ** 2;
}

/** The errors of the surrogate that uses `features`, without the ranking. */
export function* estimateUncertainty(sample: Weighted, features: readonly number[]): Slices<Uncertainty> {
  const { neighborhood, weights } = sample;
  const { exact = false } = neighborhood;
  // Where the surrogate rests on slopes on all features, all of them have to be known.
  const nKnown = sample.others ? neighborhood.nFeatures : features.length;
  const degrees = exact ? MANY : degreesOfFreedom(weights, nKnown);
  if (degrees === null) {
    return { status: "few_samples", weights: null, localPrediction: null, score: null, degrees: 0, ranking: null };
  }
  const errors = errorsOf(yield* covarianceOfSums(sample, features));
  const localPrediction = errors.pop() as number;
  const score = exact ? 0 : clusteredError(influenceOnScore(sample, features), sample.isJoined);
  return { status: exact ? "exact" : "estimated", weights: errors, localPrediction, score, degrees, ranking: null };
}

/** The covariance of the weights of `features` in their joint fit, and, last, of the local prediction. */
export function* covarianceOfSums(sample: Weighted, features: readonly number[]): Slices<Float64Array> {
  if (sample.others) {
    const slopes = yield* Slopes.of(sample, sample.others);
    return yield* slopes.covariance(features);
  }
  const { exact, noise } = sample.neighborhood;
  // Where every mask was asked about, nothing but the model is random.
  const deviation = Math.sqrt(noise?.[sample.target] ?? 0);
  const pulls = exact ? sample.weights.map((weight) => weight * deviation) : undefined;
  const regression = yield* Regression.of(sample, features, RIDGE_OF_SURROGATE, pulls);
  return yield* regression.covariance(identity(features.length + 1));
}

/** The roots of a covariance's diagonal. */
function errorsOf(covariance: Float64Array): number[] {
  const n = Math.sqrt(covariance.length);
  return Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(covariance[i * (n + 1)] as number, 0)));
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * (n + 1)] = 1;
  return matrix;
}

/** How many independent samples the errors rest on, or null if too few for so many weights. */
export function degreesOfFreedom(weights: Float64Array, nFeatures: number): number | null {
  const effective = effectiveSampleSize(weights.subarray(1));
  if (effective < Math.max(MIN_EFFECTIVE, MIN_PER_FEATURE * (nFeatures + 1))) return null;
  return effective - nFeatures - 1;
}

/**
 * How many standard errors an interval of 95% goes to either side: Student's quantile.
 *
 * The expansion about the normal quantile of Cornish and Fisher (Abramowitz and Stegun 1964, 26.7.5); from 20 degrees of
 * freedom on, below which no errors are given, it is right to six digits.
 */
export function intervalFactor(degrees: number): number {
  if (!(degrees > 0)) return 0;
  const z = NORMAL;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}
