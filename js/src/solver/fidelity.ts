/** How far each sample pulls at the fidelity R², the surrogate taken as given. As the Python engine has it. */

import { solveRidge } from "./cholesky";
import { answers, centredRows, dot, RIDGE_OF_SURROGATE, type Weighted } from "./influence";

/** The influence of each sample on the score of the surrogate that uses `features`. */
export function influenceOnScore(sample: Weighted, features: readonly number[]): Float64Array {
  const { neighborhood, own, weights } = sample;
  const slopes = solveRidge(own.gram, own.nFeatures, own.cross, features, RIDGE_OF_SURROGATE);
  const rows = centredRows(neighborhood, own, features);
  const deviations = answers(sample).map((answer) => answer - own.targetMean);
  const variations = deviations.map((deviation) => deviation ** 2);
  const unexplained = deviations.map((deviation, i) => (deviation - dot(rows, i * slopes.length, slopes)) ** 2);
  const variation = dot(weights, 0, variations);
  if (!(variation > 0)) return unexplained.fill(0);
  const share = dot(weights, 0, unexplained) / variation;
  const influence = weights.map(
    (weight, i) => (weight * (share * (variations[i] as number) - (unexplained[i] as number))) / variation,
  );
  influence[0] = 0;
  return influence;
}
