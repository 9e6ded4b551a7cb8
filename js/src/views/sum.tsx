/** The honest sum: what the weights add up to, beside what the model says. */

import type { JSX } from "preact";
import type { Store } from "../state/store";
import { count, fixed, signed } from "./format";
import { Heading } from "./heading";
import { say } from "./strings";

export function Sum({ store }: { store: Store }): JSX.Element | null {
  const { surrogate } = store.shown.value;
  if (!surrogate) return null;
  const { weights, intercept, localPrediction } = surrogate;
  const { kind } = store.data.value.instance;
  const words =
    weights.length === 1 ? say(`unit_${kind}_one`) : say(`unit_${kind}_many`, { count: count(weights.length) });
  const answer = store.data.value.predictProba[store.settings.value.label] ?? 0;
  return (
    <section class="lime-sum">
      <Heading store={store}>{say("sum")}</Heading>
      <dl class="lime-figures">
        <Figure name={say("sum_intercept")} value={fixed(intercept)} />
        <Figure name={words} value={signed(localPrediction - intercept)} />
        <Figure name={say("sum_local_prediction")} value={fixed(localPrediction)} kind="total" />
        <Figure name={say("sum_model")} value={fixed(answer)} kind="model" />
      </dl>
    </section>
  );
}

function Figure({ name, value, kind }: { name: string; value: string; kind?: string }): JSX.Element {
  return (
    <div data-kind={kind}>
      <dt>{name}</dt>
      <dd class="lime-number">{value}</dd>
    </div>
  );
}
