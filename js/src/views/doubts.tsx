/** The reasons not to trust the weights, right below them. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import { type Doubt, doubts } from "../state/doubt";
import type { Instance } from "../state/instance";
import type { Store } from "../state/store";
import { amount, count } from "./format";
import { say } from "./strings";
import { view } from "./view";

const WARNINGS: Readonly<Record<Doubt, string>> = {
  meaningless_fidelity: words.warning_meaningless_fidelity,
  few_samples: words.warning_few_samples,
  few_per_feature: words.warning_few_per_feature,
  low_fidelity: words.warning_low_fidelity,
};

export const Doubts = view(({ store }: { store: Store }): JSX.Element | null => {
  const { surrogate } = store.shown.value;
  if (!surrogate) return null;
  const { effectiveSampleSize, features } = surrogate;
  const { domain } = store.data.value.instance;
  const figures = { count: amount(effectiveSampleSize), features: count(features.length) };
  return (
    <>
      {doubts(surrogate).map((doubt) => (
        <p class="lime-warning" key={doubt}>
          <strong>{words.warning}</strong> {say(warning(doubt, domain), figures)}
        </p>
      ))}
    </>
  );
});

function warning(doubt: Doubt, domain: Instance["domain"]): string {
  return doubt === "low_fidelity" && domain === "tabular" ? words.warning_low_fidelity_tabular : WARNINGS[doubt];
}
