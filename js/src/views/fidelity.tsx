/** How far to trust the explanation. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { amount, count, exact, fixed } from "./format";
import { Heading } from "./heading";
import { say } from "./strings";
import { view } from "./view";

export const Fidelity = view(({ store }: { store: Store }): JSX.Element | null => {
  const { surrogate } = store.shown.value;
  if (!surrogate) return null;
  const { score, effectiveSampleSize } = surrogate;
  const { instance } = store.data.value;
  const meaning = instance.domain === "text" ? words.fidelity_meaning : words.fidelity_meaning_tabular;
  const total = count(store.data.value.neighborhood.nSamples);
  return (
    <section class="lime-fidelity">
      <Heading store={store}>{words.fidelity_panel}</Heading>
      <dl class="lime-figures">
        <div>
          <dt>
            {words.fidelity} <small>{meaning}</small>
          </dt>
          <dd class="lime-number" data-fidelity={exact(score)}>
            {fixed(score)}
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
});
