/** Variants of the instance, and what the surrogate expects of them. */

import type { Surrogate } from "../solver/surrogate";
import type { Column, Instance } from "./instance";

/** A value put in the place of the instance's; null for a missing one. */
export type Edit = readonly [feature: number, value: number | null];

/** The instance without some features, or with other values. */
export interface Variant {
  readonly removed: readonly number[];
  /** By rising feature, each feature once. */
  readonly edits: readonly Edit[];
}

/** The surrogate's answer for a variant: the local prediction, moved by every weight whose feature has another sample. */
export function expectation(
  { localPrediction, features, weights }: Surrogate,
  { removed, edits }: Variant,
  instance: Instance,
): number {
  const changes = new Map(removed.map((feature) => [feature, -1]));
  if (instance.domain === "tabular") {
    for (const [feature, value] of edits) {
      const column = instance.columns[feature];
      if (column) changes.set(feature, sampleOf(column, value) - sampleOf(column, column.value));
    }
  }
  return features.reduce(
    (answer, feature, i) => answer + (changes.get(feature) ?? 0) * (weights[i] ?? 0),
    localPrediction,
  );
}

/** The interpretable sample of a value: 1 where it is as good as the instance's, or the standardized value. */
export function sampleOf(column: Column, value: number | null): number {
  const { scale } = column;
  // A missing value of a standardized column stands at the mean.
  if (scale) return value === null ? 0 : (value - scale[0]) / scale[1];
  return isSame(column, value) ? 1 : 0;
}

/** Whether a value lies in the instance's bin, or is its category; missing is the same as missing alone. */
export function isSame({ value: own, bin }: Column, value: number | null): boolean {
  if (own === null || value === null) return own === value;
  if (!bin) return own === value;
  return value > (bin[0] ?? Number.NEGATIVE_INFINITY) && value <= (bin[1] ?? Number.POSITIVE_INFINITY);
}

export function sameVariant(a: Variant, b: Variant): boolean {
  return sameSet(a.removed, b.removed) && JSON.stringify(a.edits) === JSON.stringify(b.edits);
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  const members = new Set(a);
  return members.size === new Set(b).size && b.every((feature) => members.has(feature));
}
