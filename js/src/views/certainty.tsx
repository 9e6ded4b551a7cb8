/** How sure the weights are, in sentences below them. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Ranking } from "../solver/ranking";
import type { Store } from "../state/store";
import { exact, percentAtLeast, plain } from "./format";
import { intervalsOf } from "./intervals";
import { say } from "./strings";

export function Certainty({ store }: { store: Store }): JSX.Element {
  const uncertainty = store.uncertainty.value;
  const { classes, domain, instance, neighborhood } = store.data.value;
  const noise = neighborhood.noise?.[classes.indexOf(store.settings.value.label)] ?? 0;
  const hasWhiskers = uncertainty?.weights?.some((error) => error > 0);
  const sentences = [];
  if (uncertainty?.status === "few_samples") sentences.push(words.no_intervals);
  if (uncertainty?.status === "unknown") sentences.push(words.no_intervals_unknown);
  if (uncertainty?.status === "exact") {
    const every = domain.amount(instance, instance.features.length);
    sentences.push(say(noise > 0 ? words.exact_but_noise : words.exact_weights, { every }));
  }
  if (hasWhiskers) sentences.push(words.whiskers);
  if (intervalsOf(store.surrogate.value, uncertainty).some((interval) => interval?.hasZero))
    sentences.push(words.hatched);
  if (noise > 0) sentences.push(say(words.model_noise, { deviation: plain(Math.sqrt(noise), 2) }));
  return (
    <div class="lime-certainty">
      {sentences.map((sentence) => (
        <p key={sentence} class="lime-note">
          {sentence}
        </p>
      ))}
      <Stability ranking={uncertainty?.ranking ?? null} isAwaited={uncertainty?.status === "estimated"} />
    </div>
  );
}

/** The last sentence keeps its place while the next is computed, unseen: what stands below must not jump. */
function Stability({ ranking, isAwaited }: { ranking: Ranking | null; isAwaited: boolean }): JSX.Element | null {
  const last = useRef<Ranking | null>(null);
  last.current = ranking ?? (isAwaited ? last.current : null);
  if (!last.current) return null;
  const { size, stability } = last.current;
  const share = percentAtLeast(stability);
  return (
    <p
      class="lime-note"
      data-ranking-stability={ranking ? exact(stability) : undefined}
      data-ranking-size={ranking ? size : undefined}
      data-awaited={ranking ? undefined : "true"}
    >
      {say(size === 1 ? words.stability_of_one : words.stability, { size, share })}
    </p>
  );
}
