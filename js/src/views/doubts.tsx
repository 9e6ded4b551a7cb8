/** The reasons not to trust the weights, right below them. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Domain } from "../domains/domain";
import { type Doubt, doubts } from "../state/doubt";
import type { Store } from "../state/store";
import { amount, count } from "./format";
import { say } from "./strings";

const WARNINGS: Readonly<Record<Exclude<Doubt, "low_fidelity">, string>> = {
  meaningless_fidelity: words.warning_meaningless_fidelity,
  few_samples: words.warning_few_samples,
  few_per_feature: words.warning_few_per_feature,
};

export function Doubts({ store }: { store: Store }): JSX.Element | null {
  const surrogate = store.surrogate.value;
  if (!surrogate) return null;
  const { effectiveSampleSize, features } = surrogate;
  const { domain, neighborhood } = store.data.value;
  const figures = { count: amount(effectiveSampleSize), features: count(features.length) };
  return (
    <>
      {doubts(surrogate, neighborhood.exact).map((doubt) => (
        <p class="lime-warning" key={doubt}>
          <strong>{words.warning}</strong> {say(warning(doubt, domain), figures)}
        </p>
      ))}
    </>
  );
}

function warning(doubt: Doubt, domain: Domain): string {
  return doubt === "low_fidelity" ? domain.words.lowFidelity : WARNINGS[doubt];
}
