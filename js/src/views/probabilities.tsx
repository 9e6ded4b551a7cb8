/** The model's own answer for the instance, class by class. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { Button, KEEP_KEYS } from "./fields";
import { count, exact, probability as inDigits } from "./format";
import { Heading } from "./heading";
import { Name } from "./names";
import { say } from "./strings";

const FIRST_SHOWN = 6;
/** More classes than this scroll by themselves. */
const MANY = 40;

export function Probabilities({ store }: { store: Store }): JSX.Element {
  const [showsAll, setShowsAll] = useState(false);
  const { predictProba, mode } = store.data.value;
  const label = useComputed(() => store.settings.value.label).value;
  const ranked = useMemo(() => rank(predictProba), [predictProba]);
  const shown = showsAll ? ranked : ranked.filter((index, place) => place < FIRST_SHOWN || index === label);
  return (
    <section class="lime-probabilities">
      <Heading store={store}>{words.probabilities}</Heading>
      {mode === "multilabel" ? <p class="lime-note">{words.each_by_itself}</p> : null}
      {/* What scrolls must be reached by keys too. */}
      <ul {...(shown.length > MANY ? { ...KEEP_KEYS, "data-many": "true", tabIndex: 0 } : {})}>
        {shown.map((index) => (
          <Probability key={index} store={store} index={index} isExplained={index === label} />
        ))}
      </ul>
      {ranked.length > FIRST_SHOWN ? (
        <Button
          quiet
          text={showsAll ? words.show_fewer_classes : say(words.show_all_classes, { count: count(ranked.length) })}
          expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
        />
      ) : null}
    </section>
  );
}

interface ProbabilityProps {
  store: Store;
  index: number;
  isExplained: boolean;
}

function Probability({ store, index, isExplained }: ProbabilityProps): JSX.Element {
  const { classNames, predictProba } = store.data.value;
  const probability = predictProba[index] ?? 0;
  return (
    <li
      class="lime-probability"
      data-class={classNames[index]}
      data-probability={exact(probability)}
      data-explained={isExplained ? "true" : undefined}
      style={{ "--length": Math.min(1, Math.max(0, probability)).toFixed(4) }}
    >
      <span class="lime-probability-name">
        <Name of={classNames[index] ?? ""} />
        {isExplained ? <small>{words.explained}</small> : null}
      </span>
      <span class="lime-probability-track" aria-hidden="true" />
      <span class="lime-number">{inDigits(probability)}</span>
    </li>
  );
}

function rank(probabilities: readonly number[]): number[] {
  return probabilities
    .map((_, index) => index)
    .sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b);
}
