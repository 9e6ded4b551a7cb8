/** Errors of a regression on few features that rests on slopes on all of them. As the Python engine's `carried.py`. */

import { solveLower, solveUpper } from "./cholesky";
import { clusteredError, joinedSamples, penalised, Regression, RIDGE_OF_SURROGATE, type Weighted } from "./influence";
import type { Moments } from "./moments";
import { penaltyOfSlopes } from "./population";
import type { Slices } from "./slices";
import { uncertainAnswers } from "./uncertainty";

export class Slopes {
  readonly #fitted: Moments;
  /** From the means to the instance, and the share of the means that is not the instance's own. */
  readonly #steps: Float64Array;
  readonly #share: number;
  readonly #regression: Regression;
  readonly #pulls: Float64Array;
  readonly #isJoined: Uint8Array;

  private constructor({ moments, share = 1 }: Weighted, regression: Regression, others: Weighted) {
    this.#fitted = moments;
    this.#steps = moments.instance.map((own, j) => own - (moments.featureMeans[j] as number));
    this.#share = share;
    this.#regression = regression;
    this.#pulls = regression.pulls(uncertainAnswers(others));
    this.#isJoined = joinedSamples(others.neighborhood);
  }

  /** Those that the surrogate of `sample` rests on; `others` is that without the instance. */
  static *of(sample: Weighted, others: Weighted): Slices<Slopes> {
    const every = [...sample.moments.cross.keys()];
    sample.slopes ??= new Slopes(sample, yield* Regression.of(others, every, penaltyOfSlopes(others.own)), others);
    return sample.slopes;
  }

  /** The influence of each sample on the weights of `features` in their joint fit. */
  influences(features: readonly number[]): Slices<Float64Array[]> {
    return this.#regression.ofSums(this.#pulls, this.#carrierTo(features));
  }

  errorOfLocalPrediction(features: readonly number[]): number {
    const d = this.#steps.length;
    const carrier = this.#carrierTo(features);
    const times = Float64Array.from([...this.#steps.map((step) => -step), this.#share]);
    features.forEach((feature, i) => {
      const step = this.#steps[feature] as number;
      for (let j = 0; j <= d; j++) times[j] = (times[j] as number) + step * (carrier[i * (d + 1) + j] as number);
    });
    return clusteredError(this.#regression.ofSum(this.#pulls, times), this.#isJoined);
  }

  /** The matrix (n, d + 1) that takes slopes on all features, and what they say of the instance, to the weights of some. */
  #carrierTo(features: readonly number[]): Float64Array {
    const { gram, nFeatures: d } = this.#fitted;
    const n = features.length;
    const lower = penalised(this.#fitted, features, RIDGE_OF_SURROGATE);
    const carrier = new Float64Array(n * (d + 1));
    for (let j = 0; j <= d; j++) {
      const pull = (feature: number) => (j < d ? gram[feature * d + j] : -(this.#steps[feature] as number)) as number;
      const column = Float64Array.from(features, pull);
      solveLower(lower, n, n, column);
      solveUpper(lower, n, n, column);
      for (let i = 0; i < n; i++) carrier[i * (d + 1) + j] = column[i] as number;
    }
    return carrier;
  }
}
