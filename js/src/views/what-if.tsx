/** The explanation's claim, tested: what the weights lead to expect of a variant, beside the model's answer. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Surrogate } from "../solver/surrogate";
import type { Store } from "../state/store";
import { expectation, sameVariant, type Variant } from "../state/variant";
import { exact, fixed, signed } from "./format";
import { Heading } from "./heading";

export function WhatIf({ store }: { store: Store }): JSX.Element {
  const variant = { removed: store.removed.value, edits: store.edits.value };
  const surrogate = store.surrogate.value;
  return (
    <section class="lime-what-if">
      <Heading store={store}>{words.what_if}</Heading>
      {(variant.removed.length || variant.edits.length) && surrogate ? (
        <Comparison store={store} surrogate={surrogate} variant={variant} />
      ) : (
        <p class="lime-note">{hint(store)}</p>
      )}
    </section>
  );
}

function hint({ data, host }: Store): string {
  const { whatIfHint, whatIfHintSnapshot } = data.value.domain.words;
  return host.live ? whatIfHint : whatIfHintSnapshot;
}

interface ComparisonProps {
  store: Store;
  surrogate: Surrogate;
  variant: Variant;
}

function Comparison({ store, surrogate, variant }: ComparisonProps): JSX.Element {
  const { domain, instance } = store.data.value;
  const decimals = store.decimals.value;
  const expected = expectation(surrogate, variant, store.data.value);
  const answer = actualAnswer(store, variant);
  const hasAnswer = typeof answer === "number";
  return (
    <>
      <p>{domain.describe(instance, variant)}</p>
      <dl class="lime-figures">
        <div>
          <dt>{words.what_if_expected}</dt>
          <dd class="lime-number" data-expected={exact(expected)}>
            {fixed(expected, decimals)}
          </dd>
        </div>
        <div>
          <dt>{words.what_if_actual}</dt>
          <dd class={hasAnswer ? "lime-number" : "lime-note"} data-actual={hasAnswer ? exact(answer) : ""}>
            {hasAnswer ? fixed(answer, decimals) : answer}
          </dd>
        </div>
        {hasAnswer ? (
          <div data-kind="total">
            <dt>{words.what_if_difference}</dt>
            <dd class="lime-number">{signed(answer - expected, decimals)}</dd>
          </div>
        ) : null}
      </dl>
      {domain.WayBack ? <domain.WayBack store={store} /> : null}
    </>
  );
}

/** The model's answer for exactly this variant, or why there is none. */
function actualAnswer(store: Store, variant: Variant): number | string {
  const asked = store.whatIf.value;
  const isAnswer = asked !== null && sameVariant(asked, variant);
  const answer = isAnswer ? asked.actual?.[store.settings.value.label] : undefined;
  if (answer !== undefined) return answer;
  if (!store.host.live) return words.what_if_absent;
  return isAnswer ? words.what_if_unanswered : words.what_if_asking;
}
