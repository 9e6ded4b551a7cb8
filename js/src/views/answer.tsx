/** What the model says of the instance: in a sentence, and of a regressor where its value lies among its answers. */

import type { ComponentChild, JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import { answerRange } from "../state/precision";
import type { ExplanationData } from "../state/schema";
import type { Store } from "../state/store";
import { exact, fixed, probability } from "./format";
import { Heading } from "./heading";
import { listed } from "./listed";
import { Name } from "./names";
import { sayWith } from "./strings";

/** A label of a multilabel model is given from here on. */
const GIVEN = 0.5;

export function Answer({ store }: { store: Store }): JSX.Element {
  const data = store.data.value;
  const { mode, predictProba } = data;
  if (mode === "regression") return <p>{sayWith(words.predicted_value, { value: <Predicted store={store} /> })}</p>;
  const best = predictProba.indexOf(Math.max(...predictProba));
  const says = { class: named(data, best), probability: inDigits(predictProba[best]) };
  if (mode === "classification") return <p>{sayWith(words.predicted, says)}</p>;
  const given = predictProba
    .map((_, label) => label)
    .filter((label) => (predictProba[label] ?? 0) > GIVEN)
    .sort((a, b) => (predictProba[b] ?? 0) - (predictProba[a] ?? 0));
  if (!given.length) return <p>{sayWith(words.predicted_no_label, says)}</p>;
  const labels = listed(given, (label) => (
    <span key={label}>
      {named(data, label)} ({inDigits(predictProba[label])})
    </span>
  ));
  return <p>{sayWith(words.predicted_labels, { labels })}</p>;
}

function named({ classNames }: ExplanationData, label: number): ComponentChild {
  return (
    <strong>
      <Name of={classNames[label] ?? ""} />
    </strong>
  );
}

function inDigits(value = 0): ComponentChild {
  return <span class="lime-number">{probability(value)}</span>;
}

/** "152.1 mg/dl" */
function Predicted({ store }: { store: Store }): JSX.Element {
  const { predictProba, unit } = store.data.value;
  return (
    <strong class="lime-number">
      {fixed(predictProba[0] ?? 0, store.decimals.value)}
      {unit ? <bdi dir="auto"> {unit}</bdi> : null}
    </strong>
  );
}

export function AnswerRange({ store }: { store: Store }): JSX.Element {
  const data = store.data.value;
  const decimals = store.decimals.value;
  const value = data.predictProba[0] ?? 0;
  const [low, high] = answerRange(data);
  const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
  const ends = { low: fixed(low, decimals), high: fixed(high, decimals) };
  return (
    <section class="lime-answer-range">
      <Heading store={store}>{words.probabilities}</Heading>
      <p class="lime-note">{sayWith(words.answer_range, ends)}</p>
      <div class="lime-answer" style={{ "--at": share.toFixed(4) }} data-predicted-value={exact(value)}>
        <Predicted store={store} />
        <i class="lime-answer-track" aria-hidden="true" />
        <div aria-hidden="true">
          <span>{ends.low}</span>
          <span>{ends.high}</span>
        </div>
      </div>
    </section>
  );
}
