/** How far to trust the explanation. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { amount, count, exact, fixed } from "./format";
import { Heading } from "./heading";
import { PlusMinus } from "./plus-minus";
import { say } from "./strings";

export function Fidelity({ store }: { store: Store }): JSX.Element | null {
  const surrogate = store.surrogate.value;
  if (!surrogate) return null;
  const { score, effectiveSampleSize } = surrogate;
  const { domain, neighborhood } = store.data.value;
  const total = count(neighborhood.nSamples);
  return (
    <section class="lime-fidelity">
      <Heading store={store}>{words.fidelity_panel}</Heading>
      <dl class="lime-figures">
        <div>
          <dt>
            {words.fidelity} <small>{domain.words.fidelityMeaning}</small>
          </dt>
          <dd class="lime-number" data-fidelity={exact(score)}>
            {fixed(score)}
            <PlusMinus store={store} figure="score" decimals={3} />
          </dd>
        </div>
        <div>
          <dt>
            {words.effective_samples} <small>{words.effective_samples_meaning}</small>
          </dt>
          <dd class="lime-number" data-effective-sample-size={exact(effectiveSampleSize)}>
            {say(words.effective_samples_of, { count: amount(effectiveSampleSize), total })}
          </dd>
        </div>
      </dl>
    </section>
  );
}
