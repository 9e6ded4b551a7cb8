/** From values to interpretable samples (docs/wire.md). */

import type { Edit } from "../../state/variant";
import type { Column } from "./instance";

/** By how much edits move the samples of their columns. */
export function sampleChanges(columns: readonly Column[], edits: readonly Edit[]): Map<number, number> {
  const changes = new Map<number, number>();
  for (const [feature, value] of edits) {
    const column = columns[feature];
    if (column) changes.set(feature, sampleOf(column, value) - sampleOf(column, column.value));
  }
  return changes;
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
