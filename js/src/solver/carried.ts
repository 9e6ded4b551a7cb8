/** Errors of a regression on few features that rests on slopes on all of them. As the Python engine's `carried.py`. */

import { penalised, solveLower, solveUpper } from "./cholesky";
import { Regression, RIDGE_OF_SURROGATE, type Weighted } from "./influence";
import type { Moments } from "./moments";
import { penaltyOfSlopes } from "./population";
import type { Slices } from "./slices";

export class Slopes {
  readonly #fitted: Moments;
  /** From the means to the instance, and the share of the means that is not the instance's own. */
  readonly #steps: Float64Array;
  readonly #share: number;
  readonly #regression: Regression;

  private constructor({ moments, share = 1 }: Weighted, regression: Regression) {
    this.#fitted = moments;
    this.#steps = moments.instance.map((own, j) => own - (moments.featureMeans[j] as number));
    this.#share = share;
    this.#regression = regression;
  }

  /** Those that the surrogate of `sample` rests on; `others` is that without the instance. */
  static *of(sample: Weighted, others: Weighted): Slices<Slopes> {
    const every = [...sample.moments.cross.keys()];
    sample.slopes ??= new Slopes(sample, yield* Regression.of(others, every, penaltyOfSlopes(others.own)));
    return sample.slopes;
  }

  /** The covariance of the weights of `features` in their joint fit, and, last, of the local prediction. */
  covariance(features: readonly number[]): Slices<Float64Array> {
    return this.#regression.covariance(this.#carrierTo(features));
  }

  /** The matrix (n + 1, d + 1) that takes slopes on all features, and what they say of the instance, there. */
  #carrierTo(features: readonly number[]): Float64Array {
    const { gram, nFeatures: d } = this.#fitted;
    const n = features.length;
    const lower = penalised(gram, d, features, RIDGE_OF_SURROGATE);
    const carrier = new Float64Array((n + 1) * (d + 1));
    for (let j = 0; j <= d; j++) {
      const pull = (feature: number) => (j < d ? gram[feature * d + j] : -(this.#steps[feature] as number)) as number;
      const column = Float64Array.from(features, pull);
      solveLower(lower, n, n, column);
      solveUpper(lower, n, n, column);
      let prediction = j < d ? -(this.#steps[j] as number) : this.#share;
      features.forEach((feature, i) => {
        const entry = column[i] as number;
        carrier[i * (d + 1) + j] = entry;
        prediction += (this.#steps[feature] as number) * entry;
      });
      carrier[n * (d + 1) + j] = prediction;
    }
    return carrier;
  }
}
