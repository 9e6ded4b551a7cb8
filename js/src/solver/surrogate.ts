/** The sparse linear model that stands in for the black box around one instance. */

import { solveRidge } from "./cholesky";
import { joinedSamples } from "./clusters";
import { RIDGE_OF_SURROGATE, type Weighted } from "./influence";
import { effectiveSampleSize, kernelWeights } from "./kernels";
import type { MomentSource, Moments } from "./moments";
import { multiplicities, multiplied, type Neighborhood } from "./neighborhood";
import { featuresUnder, populationMoments, withoutInstance } from "./population";
import { rankingOf } from "./ranking";
import { type Selection, selectFeatures } from "./selection";
import type { Slices } from "./slices";
import { byFallingSize } from "./ties";
import { degreesOfFreedom, estimateUncertainty, productsOfErrors, type Uncertainty } from "./uncertainty";

export interface Settings {
  /** Index of the class explained. */
  readonly label: number;
  readonly kernelWidth: number;
  readonly numFeatures: number;
  readonly selection: Selection;
}

export interface Surrogate {
  /** In order of falling absolute weight. */
  readonly features: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
  /** Fidelity: the weighted R² of the surrogate on the neighborhood. */
  readonly score: number;
  readonly localPrediction: number;
  readonly effectiveSampleSize: number;
}

/** Fits surrogates to one neighborhood. What one fit computes and the next can use again is kept. */
export class SurrogateFitter {
  readonly #neighborhood: Neighborhood;
  readonly #times: Float64Array | null;
  readonly #isJoined: Uint8Array;
  readonly #momentSource: (neighborhood: Neighborhood) => MomentSource;
  #source: MomentSource | undefined;
  /** Milliseconds that the last moments took, and the last selection and ridge; their preparation is done once. */
  #momentsTime = 0;
  #ridgeTime = 0;
  #last: (Weighted & { kernelWidth: number; effective: number }) | undefined;

  constructor(neighborhood: Neighborhood, momentSource: (neighborhood: Neighborhood) => MomentSource) {
    this.#neighborhood = neighborhood;
    this.#times = multiplicities(neighborhood);
    this.#isJoined = joinedSamples(neighborhood);
    this.#momentSource = momentSource;
  }

  fit({ label, kernelWidth, numFeatures, selection }: Settings): Surrogate {
    const { moments, effective } = this.#weighted(label, kernelWidth);
    const start = performance.now();
    const selected = selectFeatures(moments, numFeatures, selection);
    const surrogate = fitRidge(moments, selected, effective);
    this.#ridgeTime = performance.now() - start;
    return surrogate;
  }

  /** How sure the figures of a surrogate are that was fitted with these settings, but for the ranking. */
  uncertainty({ label, kernelWidth }: Settings, { features }: Surrogate): Slices<Uncertainty> {
    return estimateUncertainty(this.#weighted(label, kernelWidth), features);
  }

  /** About how many products that takes. */
  productsOfErrors({ label, kernelWidth }: Settings, { features }: Surrogate): number {
    return productsOfErrors(this.#weighted(label, kernelWidth), features.length);
  }

  /** The same with the ranking, where that can be had. */
  *withRanking({ label, kernelWidth }: Settings, known: Uncertainty, nSelected: number): Slices<Uncertainty> {
    return { ...known, ranking: yield* rankingOf(this.#weighted(label, kernelWidth), nSelected) };
  }

  /** Milliseconds that a fit would take, going by the last ones. */
  expectedTime({ label, kernelWidth }: Settings): number {
    return this.#ridgeTime + (this.#isWeighted(label, kernelWidth) ? 0 : this.#momentsTime);
  }

  #isWeighted(label: number, kernelWidth: number): boolean {
    return this.#last?.target === label && this.#last.kernelWidth === kernelWidth;
  }

  /** Neither the number of features nor their selection changes the moments. */
  #weighted(label: number, kernelWidth: number): Weighted & { effective: number } {
    if (!this.#last || !this.#isWeighted(label, kernelWidth)) {
      const neighborhood = this.#neighborhood;
      this.#source ??= this.#momentSource(neighborhood);
      const start = performance.now();
      const proximity = kernelWeights(neighborhood.distances, kernelWidth);
      const own = this.#source.moments(proximity, label);
      const weights = multiplied(proximity, this.#times);
      const effective = effectiveSampleSize(weights);
      const sample = {
        neighborhood,
        isJoined: this.#isJoined,
        target: label,
        weights,
        moments: own,
        own,
        others: null,
      };
      this.#last = { ...(onPopulation(sample, kernelWidth) ?? sample), kernelWidth, effective };
      this.#momentsTime = performance.now() - start;
    }
    return this.#last;
  }
}

/** The same on the population's moments, where these are known and the samples suffice for slopes on all features. */
function onPopulation(sample: Weighted, kernelWidth: number): Weighted | null {
  const { neighborhood, own, target, weights } = sample;
  const { exact, law, nFeatures, nominal, nSamples, predictions } = neighborhood;
  if (!law || exact || degreesOfFreedom(weights, nFeatures) === null) return null;
  const features = featuresUnder(law, kernelWidth);
  if (!features) return null;
  const answer = predictions[target] as number;
  const others = weights.slice();
  others[0] = 0;
  const left = others.reduce((sum, weight) => sum + weight, 0);
  const moments = withoutInstance(own, answer, left + (weights[0] as number), weights[0] as number);
  const mass = ((nominal ?? nSamples) - 1) * features.mass;
  return {
    ...sample,
    moments: populationMoments(moments, features, answer, left, mass),
    share: mass / (mass + 1),
    others: { ...sample, weights: others, moments, own: moments },
  };
}

/** lime's ridge regression, alpha 1 and a free intercept, on the selected features, from the moments. */
export function fitRidge(moments: Moments, selected: readonly number[], effectiveSampleSize: number): Surrogate {
  const { gram, nFeatures, cross, featureMeans, targetMean, targetVariation } = moments;
  const coefficients = solveRidge(gram, nFeatures, cross, selected, RIDGE_OF_SURROGATE);
  let intercept = targetMean;
  let contribution = 0;
  let explained = 0;
  selected.forEach((feature, i) => {
    const weight = coefficients[i] as number;
    intercept -= (featureMeans[feature] as number) * weight;
    contribution += (moments.instance[feature] as number) * weight;
    let fitted = 0;
    selected.forEach((other, j) => {
      fitted += (gram[feature * nFeatures + other] as number) * (coefficients[j] as number);
    });
    explained += weight * (2 * (cross[feature] as number) - fitted);
  });
  const order = byFallingSize(coefficients);
  return {
    features: order.map((i) => selected[i] as number),
    weights: order.map((i) => coefficients[i] as number),
    intercept,
    score: fidelity(explained, targetVariation),
    localPrediction: intercept + contribution,
    effectiveSampleSize,
  };
}

/** As scikit-learn's r2_score has it: nothing to explain and nothing missed is a perfect score. */
function fidelity(explained: number, variation: number): number {
  if (variation > 0) return explained / variation;
  return explained === 0 ? 1 : 0;
}
