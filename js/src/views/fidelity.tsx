/** How far to trust the explanation. */

import type { JSX } from "preact";
import type { Store } from "../state/store";
import { amount, count, exact, fixed } from "./format";
import { Heading } from "./heading";
import { say } from "./strings";

export function Fidelity({ store }: { store: Store }): JSX.Element | null {
  const { surrogate } = store.shown.value;
  if (!surrogate) return null;
  const { score, effectiveSampleSize } = surrogate;
  const total = count(store.data.value.neighborhood.nSamples);
  return (
    <section class="lime-fidelity">
      <Heading store={store}>{say("fidelity_panel")}</Heading>
      <dl class="lime-figures">
        <div>
          <dt>
            {say("fidelity")} <small>{say("fidelity_meaning")}</small>
          </dt>
          <dd class="lime-number" data-fidelity={exact(score)}>
            {fixed(score)}
          </dd>
        </div>
        <div>
          <dt>
            {say("effective_samples")} <small>{say("effective_samples_meaning")}</small>
          </dt>
          <dd class="lime-number" data-effective-sample-size={exact(effectiveSampleSize)}>
            {say("effective_samples_of", { count: amount(effectiveSampleSize), total })}
          </dd>
        </div>
      </dl>
    </section>
  );
}
