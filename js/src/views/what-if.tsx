/** The explanation's claim, tested: what the weights lead to expect without some words, beside the model's answer. */

import type { ComponentChild, JSX } from "preact";
import type { Surrogate } from "../solver/surrogate";
import type { Store } from "../state/store";
import { Button, Passing } from "./fields";
import { count, exact, fixed, signed } from "./format";
import { Heading } from "./heading";
import { Name } from "./names";
import { say, sayWith } from "./strings";

const NAMED = 5;

export function WhatIf({ store }: { store: Store }): JSX.Element {
  const removed = store.removed.value;
  const { surrogate } = store.shown.value;
  return (
    <section class="lime-what-if">
      <Heading store={store}>{say("what_if")}</Heading>
      {removed.length && surrogate ? (
        <Comparison store={store} surrogate={surrogate} removed={removed} />
      ) : (
        <p class="lime-note">{say(store.host.live ? "what_if_hint" : "what_if_hint_snapshot")}</p>
      )}
    </section>
  );
}

interface ComparisonProps {
  store: Store;
  surrogate: Surrogate;
  removed: readonly number[];
}

function Comparison({ store, surrogate, removed }: ComparisonProps): JSX.Element {
  const expected = expectation(surrogate, removed);
  const answer = actualAnswer(store, removed);
  const hasAnswer = typeof answer === "number";
  return (
    <>
      <p>{sayWith("what_if_without", { words: wordList(store, removed) })}</p>
      <dl class="lime-figures">
        <div>
          <dt>{say("what_if_expected")}</dt>
          <dd class="lime-number" data-expected={exact(expected)}>
            {fixed(expected)}
          </dd>
        </div>
        <div>
          <dt>{say("what_if_actual")}</dt>
          <dd class={hasAnswer ? "lime-number" : "lime-note"} data-actual={hasAnswer ? exact(answer) : ""}>
            {hasAnswer ? fixed(answer) : say(answer)}
          </dd>
        </div>
        {hasAnswer ? (
          <div data-kind="total">
            <dt>{say("what_if_difference")}</dt>
            <dd class="lime-number">{signed(answer - expected)}</dd>
          </div>
        ) : null}
      </dl>
      <Passing within=".lime-widget" heir={'.lime-token[tabindex="0"]'}>
        <Button quiet text={say("restore_words")} onClick={() => store.restoreAll()} />
      </Passing>
    </>
  );
}

/** The surrogate's answer without the removed features. */
export function expectation({ localPrediction, features, weights }: Surrogate, removed: readonly number[]): number {
  return features.reduce(
    (answer, feature, i) => (removed.includes(feature) ? answer - (weights[i] ?? 0) : answer),
    localPrediction,
  );
}

/** The model's answer without exactly these features, or why there is none. */
function actualAnswer(
  store: Store,
  removed: readonly number[],
): number | "what_if_asking" | "what_if_unanswered" | "what_if_absent" {
  const asked = store.whatIf.value;
  const isAnswer = asked !== null && sameSet(asked.removed, removed);
  const answer = isAnswer ? asked.actual?.[store.settings.value.label] : undefined;
  if (answer !== undefined) return answer;
  if (!store.host.live) return "what_if_absent";
  return isAnswer ? "what_if_unanswered" : "what_if_asking";
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  const members = new Set(a);
  return members.size === new Set(b).size && b.every((feature) => members.has(feature));
}

/** "a", "a and b", "a, b and c", "a, b, c, d, e and 7 more". */
function wordList(store: Store, removed: readonly number[]): ComponentChild {
  const names = store.data.value.instance.features;
  const items: ComponentChild[] = removed
    .slice(0, NAMED)
    .map((feature) => <Name key={feature} of={names[feature] ?? ""} class="lime-struck" />);
  if (removed.length > NAMED) items.push(say("what_if_more", { count: count(removed.length - NAMED) }));
  return items.flatMap((item, i) => {
    if (i === 0) return [item];
    return [i === items.length - 1 ? ` ${say("what_if_and")} ` : ", ", item];
  });
}
