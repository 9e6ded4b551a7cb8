/** The honest sum: what the weights add up to, beside what the model says. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Instance } from "../state/instance";
import type { Store } from "../state/store";
import { count, fixed, signed } from "./format";
import { Heading } from "./heading";
import { say } from "./strings";
import { view } from "./view";

export const Sum = view(({ store }: { store: Store }): JSX.Element | null => {
  const { surrogate } = store.shown.value;
  if (!surrogate) return null;
  const { weights, intercept, localPrediction } = surrogate;
  const { instance, predictProba } = store.data.value;
  const decimals = store.decimals.value;
  const answer = predictProba[store.settings.value.label] ?? 0;
  return (
    <section class="lime-sum">
      <Heading store={store}>{words.sum}</Heading>
      <dl class="lime-figures">
        <Figure name={words.sum_intercept} value={fixed(intercept, decimals)} />
        <Figure name={parts(instance, weights.length)} value={signed(localPrediction - intercept, decimals)} />
        <Figure name={words.sum_local_prediction} value={fixed(localPrediction, decimals)} kind="total" />
        <Figure name={words.sum_model} value={fixed(answer, decimals)} kind="model" />
      </dl>
    </section>
  );
});

const UNITS = {
  words: [words.unit_words_one, words.unit_words_many],
  characters: [words.unit_characters_one, words.unit_characters_many],
  sentences: [words.unit_sentences_one, words.unit_sentences_many],
  columns: [words.unit_columns_one, words.unit_columns_many],
} as const;

/** "1 word", "6 columns". */
function parts(instance: Instance, n: number): string {
  const [one, many] = UNITS[instance.domain === "text" ? instance.kind : "columns"];
  return n === 1 ? one : say(many, { count: count(n) });
}

function Figure({ name, value, kind }: { name: string; value: string; kind?: string }): JSX.Element {
  return (
    <div data-kind={kind}>
      <dt>{name}</dt>
      <dd class="lime-number">{value}</dd>
    </div>
  );
}
