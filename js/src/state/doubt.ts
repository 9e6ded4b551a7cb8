/** When an explanation should not be trusted. */

import thresholds from "../../../lime_widgets/common/doubt.json";
import type { Surrogate } from "../solver/surrogate";

export type Doubt = "meaningless_fidelity" | "few_samples" | "few_per_feature" | "low_fidelity";

/** The reasons for doubt, the gravest first; the same rule as `lime_widgets.doubts`. `exact`: every mask was asked about. */
export function doubts({ effectiveSampleSize, features, score }: Surrogate, exact = false): Doubt[] {
  const isPoor = score < thresholds.minimum_fidelity;
  const found: Doubt[] = [];
  // Where every mask was asked about there are no more: enough of them count, if more than there are weights.
  const isShort = !exact || effectiveSampleSize <= features.length;
  if (isShort && effectiveSampleSize < thresholds.minimum_effective_sample_size) {
    found.push(isPoor ? "few_samples" : "meaningless_fidelity");
  } else if (isShort && effectiveSampleSize < thresholds.minimum_samples_per_feature * (features.length + 1)) {
    found.push("few_per_feature");
  }
  if (isPoor) found.push("low_fidelity");
  return found;
}
