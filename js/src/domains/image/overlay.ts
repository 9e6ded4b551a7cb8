/** What the overlay paints: which superpixels, how strongly, and why none. */

import type { Surrogate } from "../../solver/surrogate";
import type { Look } from "./look";

export type Nothing = "no_weights" | "no_positive" | "no_negative" | "below_minimum";

export interface Overlay {
  /** Weight over the largest, from -1 to 1, of each superpixel that is painted. */
  readonly shades: ReadonlyMap<number, number>;
  /** Why there is none. */
  readonly nothing: Nothing | null;
}

/** The largest absolute weight: what full strength means. */
export function largestOf(surrogates: readonly (Surrogate | null)[]): number {
  return Math.max(0, ...surrogates.map((surrogate) => Math.abs(surrogate?.weights[0] ?? 0)));
}

export function overlayOf(
  surrogate: Surrogate | null,
  { show, minWeight }: Pick<Look, "show" | "minWeight">,
  largest: number,
): Overlay {
  if (!surrogate) return { shades: new Map(), nothing: null };
  const weighted = surrogate.features
    .map((feature, i) => [feature, surrogate.weights[i] ?? 0] as const)
    .filter(([, weight]) => weight !== 0);
  const signed = weighted.filter(([, weight]) => show === "both" || weight > 0 === (show === "positive"));
  const painted = signed.filter(([, weight]) => Math.abs(weight) >= minWeight);
  let nothing: Nothing | null = null;
  if (!weighted.length) nothing = "no_weights";
  else if (!signed.length) nothing = show === "positive" ? "no_positive" : "no_negative";
  else if (!painted.length) nothing = "below_minimum";
  return { shades: new Map(painted.map(([feature, weight]) => [feature, weight / largest])), nothing };
}
