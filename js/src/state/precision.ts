/** How many decimals the model's answers, and weights, are worth. */

import type { ExplanationData } from "./schema";

const OF_PROBABILITIES = 3;

/** The least and the greatest answer for the samples; of a regressor. */
export function answerRange({ neighborhood }: ExplanationData): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const answer of neighborhood.predictions) {
    low = Math.min(low, answer);
    high = Math.max(high, answer);
  }
  return [low, high];
}

/** Four digits of how far a regressor's answers lie apart, one decimal of a thousand, none of a hundred thousand. */
export function answerDecimals(data: ExplanationData): number {
  if (data.mode !== "regression") return OF_PROBABILITIES;
  const [low, high] = answerRange(data);
  const spread = high - low || Math.abs(high) || 1;
  return spread < 1e5 ? Math.max(1, 3 - Math.floor(Math.log10(spread))) : 0;
}

/** The usual decimals, or as many as keep two digits of the largest of `values`, two more at most. */
export function decimalsFor(values: readonly number[], usual: number): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return usual;
  return Math.min(usual + 2, Math.max(usual, 1 - Math.floor(Math.log10(largest))));
}
