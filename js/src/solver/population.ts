/**
 * LIME's population: what its regression would see of the features in infinitely many samples, known without a call.
 *
 * The formulas are those of the Python engine's `population.py`: slopes on all features come from the samples, the means
 * and the covariance of the features from lime's law and the kernel.
 */

import { solveRidge } from "./cholesky";
import { kernelWeights } from "./kernels";
import type { Moments } from "./moments";

/** lime's law of masks. */
export interface Law {
  /** Distance to the instance by how many features a mask keeps. */
  readonly distances: ArrayLike<number>;
  /** Probability of each number of kept features, all masks of a size being equally likely; or */
  readonly levels: ArrayLike<number> | null;
  /** that of each feature to be kept, independently of the others. */
  readonly kept: ArrayLike<number> | null;
}

/** The features under the law and the kernel. */
interface Features {
  /** Mean weight of one of lime's samples. */
  readonly mass: number;
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** Of any two features: the law knows no pair from another. */
  readonly covariance: number;
}

/** Under a kernel that weighs each removed feature alike; the rounding of distances in 32 bits aside. */
const SAME = 1e-4;
const JITTER = 1e-6;

export function featuresUnder(law: Law, kernelWidth: number): Features | null {
  const weights = kernelWeights(Float64Array.from(law.distances), kernelWidth);
  if (law.levels) return ofLevels(weights.map((weight, size) => weight * (law.levels?.[size] as number)));
  return law.kept ? ofProduct(law.kept, weights) : null;
}

function ofLevels(mass: Float64Array): Features | null {
  const d = mass.length - 1;
  let [total, one, two] = [0, 0, 0];
  mass.forEach((share, size) => {
    total += share;
    one += share * size;
    two += share * size * (size - 1);
  });
  if (!(total > 0)) return null;
  const mean = one / (d * total);
  const pairs = d * (d - 1);
  const covariance = pairs ? two / (pairs * total) - mean ** 2 : 0;
  return {
    mass: total,
    means: new Float64Array(d).fill(mean),
    variances: new Float64Array(d).fill(mean - mean ** 2),
    covariance,
  };
}

function ofProduct(kept: ArrayLike<number>, weights: Float64Array): Features | null {
  const d = weights.length - 1;
  const whole = weights[d] as number;
  const factor = (weights[d - 1] as number) / whole;
  if (!(whole > 0)) return null;
  for (let size = 0; size <= d; size++) {
    const expected = whole * factor ** (d - size);
    if (!(Math.abs((weights[size] as number) - expected) <= SAME * expected)) return null;
  }
  const masses = Float64Array.from(kept, (share) => share + (1 - share) * factor);
  if (masses.some((mass) => !(mass > 0))) return null;
  const means = masses.map((mass, j) => (kept[j] as number) / mass);
  return {
    mass: masses.reduce((product, mass) => product * mass, whole),
    means,
    variances: means.map((mean) => mean * (1 - mean)),
    covariance: 0,
  };
}

/** The samples' moments without the instance, of the weight given: it adds nothing but that to sums of deviations from it. */
export function withoutInstance(moments: Moments, answer: number, weight: number, ofInstance: number): Moments {
  const { nFeatures: d, instance } = moments;
  const left = weight - ofInstance;
  const change = 1 / weight - 1 / left;
  const features = moments.featureMeans.map((mean, j) => (mean - (instance[j] as number)) * weight);
  const target = (moments.targetMean - answer) * weight;
  const gram = moments.gram.slice();
  for (let a = 0; a < d; a++) {
    for (let b = 0; b < d; b++) {
      gram[a * d + b] = (gram[a * d + b] as number) + (features[a] as number) * (features[b] as number) * change;
    }
  }
  return {
    ...moments,
    featureMeans: features.map((sum, j) => (instance[j] as number) + sum / left),
    targetMean: answer + target / left,
    gram,
    cross: moments.cross.map((sum, j) => sum + (features[j] as number) * target * change),
    targetVariation: Math.max(0, moments.targetVariation + target ** 2 * change),
  };
}

/** The moments that a regression on infinitely many samples sees, given slopes from a sample without the instance. */
export function populationMoments(
  sample: Moments,
  features: Features,
  answer: number,
  weight: number,
  mass: number,
): Moments {
  const { nFeatures: d, instance } = sample;
  const slopes = fullSlopes(sample);
  const { means, variances, covariance } = features;
  let sum = 0;
  let mean = sample.targetMean;
  let unexplained = sample.targetVariation;
  for (let j = 0; j < d; j++) {
    sum += slopes[j] as number;
    mean += ((means[j] as number) - (sample.featureMeans[j] as number)) * (slopes[j] as number);
    unexplained -= (slopes[j] as number) * (sample.cross[j] as number);
  }
  const share = mass / (mass + 1);
  const gap = answer - mean;
  const apart = means.map((center, j) => (instance[j] as number) - center);
  const explained = slopes.map((slope, j) => ((variances[j] as number) - covariance) * slope + covariance * sum);
  const gram = new Float64Array(d * d);
  let variation = Math.max(0, unexplained) / weight;
  for (let a = 0; a < d; a++) {
    variation += (slopes[a] as number) * (explained[a] as number);
    for (let b = 0; b < d; b++) {
      const spread = a === b ? (variances[a] as number) : covariance;
      gram[a * d + b] = mass * spread + share * (apart[a] as number) * (apart[b] as number);
    }
  }
  return {
    ...sample,
    featureMeans: means.map((center, j) => center + (apart[j] as number) / (mass + 1)),
    targetMean: mean + gap / (mass + 1),
    gram,
    cross: explained.map((sumOf, j) => mass * sumOf + share * gap * (apart[j] as number)),
    targetVariation: mass * variation + share * gap ** 2,
  };
}

/** Least squares on all features, but for rounding: columns that never vary have no slope. */
function fullSlopes(sample: Moments): Float64Array {
  const { gram, nFeatures: d, cross } = sample;
  return solveRidge(gram, d, cross, [...cross.keys()], penaltyOfSlopes(sample));
}

/** What is added to the diagonal where slopes on all features are solved for. */
export function penaltyOfSlopes({ gram, nFeatures: d }: Moments): number {
  let trace = 0;
  for (let j = 0; j < d; j++) trace += gram[j * (d + 1)] as number;
  return (JITTER * Math.max(trace, 1e-300)) / d;
}
