/** The explanation's claim, tested: what the weights lead to expect of a variant, beside the model's answer. */

import type { ComponentChild, JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Surrogate } from "../solver/surrogate";
import type { Store } from "../state/store";
import { expectation, sameVariant, type Variant } from "../state/variant";
import { Button, Passing } from "./fields";
import { exact, fixed, signed } from "./format";
import { Heading } from "./heading";
import { listed } from "./listed";
import { Name } from "./names";
import { sayWith } from "./strings";
import { valueText } from "./values";
import { view } from "./view";

export const WhatIf = view(({ store }: { store: Store }): JSX.Element => {
  const variant = { removed: store.removed.value, edits: store.edits.value };
  const { surrogate } = store.shown.value;
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
});

function hint({ data, host }: Store): string {
  if (data.value.instance.domain === "text") return host.live ? words.what_if_hint : words.what_if_hint_snapshot;
  return host.live ? words.what_if_hint_tabular : words.what_if_hint_snapshot_tabular;
}

interface ComparisonProps {
  store: Store;
  surrogate: Surrogate;
  variant: Variant;
}

const Comparison = view(({ store, surrogate, variant }: ComparisonProps): JSX.Element => {
  const { instance } = store.data.value;
  const decimals = store.decimals.value;
  const expected = expectation(surrogate, variant, instance);
  const answer = actualAnswer(store, variant);
  const hasAnswer = typeof answer === "number";
  return (
    <>
      <p>
        {instance.domain === "text"
          ? sayWith(words.what_if_without, { words: removedWords(store, variant) })
          : sayWith(words.what_if_with, { values: editedValues(store, variant) })}
      </p>
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
      {instance.domain === "text" ? (
        <Passing within=".lime-widget" heir={'.lime-token[tabindex="0"]'}>
          <Button quiet text={words.restore_words} onClick={() => store.restoreAll()} />
        </Passing>
      ) : null}
    </>
  );
});

/** The model's answer for exactly this variant, or why there is none. */
function actualAnswer(store: Store, variant: Variant): number | string {
  const asked = store.whatIf.value;
  const isAnswer = asked !== null && sameVariant(asked, variant);
  const answer = isAnswer ? asked.actual?.[store.settings.value.label] : undefined;
  if (answer !== undefined) return answer;
  if (!store.host.live) return words.what_if_absent;
  return isAnswer ? words.what_if_unanswered : words.what_if_asking;
}

function removedWords(store: Store, { removed }: Variant): ComponentChild {
  const { features } = store.data.value.instance;
  return listed(removed, (feature) => <Name key={feature} of={features[feature] ?? ""} class="lime-struck" />);
}

/** "age = 45 and workclass = Private". */
function editedValues(store: Store, { edits }: Variant): ComponentChild {
  const { instance } = store.data.value;
  const columns = instance.domain === "tabular" ? instance.columns : [];
  return listed(edits, ([feature, value]) => {
    const column = columns[feature];
    if (!column) return null;
    return (
      <span key={feature}>
        <Name of={column.name} /> = <Name of={valueText(column, value)} class="lime-edited" />
      </span>
    );
  });
}
