/**
 * The one tooltip of an instance: name, weight and share, for the token, row or bar under the pointer or the focus.
 *
 * It stands in the heading's line: outside the tokens, so that their text stays the instance, and beside what is being
 * read, not over it.
 */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { percent } from "./format";
import { Heading } from "./heading";
import { intervalFacts, intervalsOf } from "./intervals";
import { Name } from "./names";
import { say } from "./strings";

/** What a domain calls a feature, and says of it besides its share. */
export type Tip = (feature: number, weight: number | undefined) => { name: string; facts: readonly string[] };

interface HeadProps {
  store: Store;
  id: string;
  text: string;
  tip: Tip;
}

/** The heading of the instance, with the tooltip in its line. */
export function InstanceHead({ store, id, text, tip }: HeadProps): JSX.Element {
  return (
    <div class="lime-instance-head">
      <Heading store={store} id={id}>
        {text}
      </Heading>
      <Tooltip store={store} tip={tip} />
    </div>
  );
}

interface TooltipProps {
  store: Store;
  tip: Tip;
}

function Tooltip({ store, tip }: TooltipProps): JSX.Element {
  const feature = store.highlighted.value;
  return (
    <div class="lime-tooltip" role="tooltip" id={`${store.uid}-tip`} data-shown={String(feature >= 0)}>
      {feature >= 0 ? <TooltipText store={store} tip={tip} feature={feature} /> : null}
    </div>
  );
}

function TooltipText({ store, tip, feature }: TooltipProps & { feature: number }): JSX.Element {
  const surrogate = store.surrogate.value;
  const weights = surrogate?.weights ?? [];
  const place = surrogate?.features.indexOf(feature) ?? -1;
  const weight = weights[place];
  const interval = intervalsOf(surrogate, store.uncertainty.value)[place];
  const { name, facts } = tip(feature, weight);
  const share = weight === undefined ? words.tip_unused : say(words.tip_share, { share: shareOf(weight, weights) });
  const certain = intervalFacts(interval, store.weightDecimals.value);
  const removal = store.removed.value.includes(feature) ? [store.data.value.domain.words.removed] : [];
  return (
    <>
      <Name of={name} /> <span>{[...facts, ...certain, share, ...removal].join(" · ")}</span>
    </>
  );
}

function shareOf(weight: number, weights: readonly number[]): string {
  const total = weights.reduce((sum, other) => sum + Math.abs(other), 0);
  return percent(total > 0 ? Math.abs(weight) / total : 0);
}
