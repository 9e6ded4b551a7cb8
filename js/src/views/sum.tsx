/** The honest sum: what the weights add up to, beside what the model says. */

import type { ComponentChildren, JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { fixed, signed } from "./format";
import { Heading } from "./heading";
import { PlusMinus } from "./plus-minus";

export function Sum({ store }: { store: Store }): JSX.Element | null {
  const surrogate = store.surrogate.value;
  if (!surrogate) return null;
  const { weights, intercept, localPrediction } = surrogate;
  const { domain, instance, predictProba } = store.data.value;
  const decimals = store.decimals.value;
  const answer = predictProba[store.settings.value.label] ?? 0;
  return (
    <section class="lime-sum">
      <Heading store={store}>{words.sum}</Heading>
      <dl class="lime-figures">
        <Figure name={words.sum_intercept} value={fixed(intercept, decimals)} />
        <Figure name={domain.amount(instance, weights.length)} value={signed(localPrediction - intercept, decimals)} />
        <Figure name={words.sum_local_prediction} value={fixed(localPrediction, decimals)} kind="total">
          <PlusMinus store={store} figure="localPrediction" decimals={decimals} />
        </Figure>
        <Figure name={words.sum_model} value={fixed(answer, decimals)} kind="model" />
      </dl>
    </section>
  );
}

interface FigureProps {
  name: string;
  value: string;
  kind?: string;
  children?: ComponentChildren;
}

function Figure({ name, value, kind, children }: FigureProps): JSX.Element {
  return (
    <div data-kind={kind}>
      <dt>{name}</dt>
      <dd class="lime-number">
        {value}
        {children}
      </dd>
    </div>
  );
}
