/** When an explanation should not be trusted. */

import thresholds from "../../../lime_widgets/common/doubt.json";
import type { Surrogate } from "../solver/surrogate";

export type Doubt = "meaningless_fidelity" | "few_samples" | "few_per_feature" | "low_fidelity";

/** Under so many, any line goes through the samples: a fidelity of 1 says nothing. */
const A_HANDFUL = 5;

/** The reasons for doubt, the gravest first. Those that a graver one explains are left out. */
export function doubts({ effectiveSampleSize, features, score }: Surrogate): Doubt[] {
  if (
    effectiveSampleSize < Math.max(A_HANDFUL, Math.min(features.length + 1, thresholds.minimum_effective_sample_size))
  ) {
    return ["meaningless_fidelity"];
  }
  const found: Doubt[] = [];
  if (effectiveSampleSize < thresholds.minimum_effective_sample_size) found.push("few_samples");
  else if (effectiveSampleSize < thresholds.minimum_samples_per_feature * (features.length + 1)) {
    found.push("few_per_feature");
  }
  if (score < thresholds.minimum_fidelity) found.push("low_fidelity");
  return found;
}
