/** Variants of the instance, and what the surrogate expects of them. */

import type { Instance } from "../domains/domain";
import type { Surrogate } from "../solver/surrogate";
import type { ExplanationData } from "./schema";

/** A value put in the place of the instance's; null for a missing one. */
export type Edit = readonly [feature: number, value: number | null];

/** The instance without some features, or with other values. */
export interface Variant {
  readonly removed: readonly number[];
  /** By rising feature, each feature once. */
  readonly edits: readonly Edit[];
}

/** The surrogate's answer for a variant: the local prediction, moved by every weight whose feature has another sample. */
export function expectation<I extends Instance>(
  { localPrediction, features, weights }: Surrogate,
  variant: Variant,
  { domain, instance }: Pick<ExplanationData<I>, "domain" | "instance">,
): number {
  const changes = domain.sampleChanges(instance, variant);
  return features.reduce(
    (answer, feature, i) => answer + (changes.get(feature) ?? 0) * (weights[i] ?? 0),
    localPrediction,
  );
}

export function sameVariant(a: Variant, b: Variant): boolean {
  return sameSet(a.removed, b.removed) && sameEdits(a.edits, b.edits);
}

export function sameEdits(a: readonly Edit[], b: readonly Edit[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  const members = new Set(a);
  return members.size === new Set(b).size && b.every((feature) => members.has(feature));
}
