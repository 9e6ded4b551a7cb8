/**
 * The one tooltip of an instance: name, weight and share, for the token, row or bar under the pointer or the focus.
 *
 * It stands in the heading's line: outside the tokens, so that their text stays the instance, and beside what is being
 * read, not over it.
 */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { percent, signed } from "./format";
import { Heading } from "./heading";
import { Name } from "./names";
import { say } from "./strings";
import { trainingRange } from "./values";
import { view } from "./view";

/** The heading of the instance, with the tooltip in its line. */
export const InstanceHead = view(
  ({ store, id, text }: { store: Store; id: string; text: string }): JSX.Element => (
    <div class="lime-text-head">
      <Heading store={store} id={id}>
        {text}
      </Heading>
      <Tooltip store={store} />
    </div>
  ),
);

const Tooltip = view(({ store }: { store: Store }): JSX.Element => {
  const feature = store.highlighted.value;
  return (
    <div class="lime-tooltip" role="tooltip" id={`${store.uid}-tip`} data-shown={String(feature >= 0)}>
      {feature >= 0 ? <TooltipText store={store} feature={feature} /> : null}
    </div>
  );
});

const TooltipText = view(({ store, feature }: { store: Store; feature: number }): JSX.Element => {
  const surrogate = store.shown.value.surrogate;
  const weights = surrogate?.weights ?? [];
  const weight = weights[surrogate?.features.indexOf(feature) ?? -1];
  const { instance } = store.data.value;
  const facts = weight === undefined ? [words.tip_unused] : [say(words.tip_share, { share: shareOf(weight, weights) })];
  const column = instance.domain === "tabular" ? instance.columns[feature] : undefined;
  // A row says its weight itself, beside its value.
  if (column) facts.unshift(...trainingRange(column));
  else if (weight !== undefined) facts.unshift(say(words.tip_weight, { weight: signed(weight, 4) }));
  if (store.removed.value.includes(feature)) facts.push(words.tip_removed);
  return (
    <>
      <Name of={column?.name ?? instance.features[feature] ?? ""} /> <span>{facts.join(" · ")}</span>
    </>
  );
});

function shareOf(weight: number, weights: readonly number[]): string {
  const total = weights.reduce((sum, other) => sum + Math.abs(other), 0);
  return percent(total > 0 ? Math.abs(weight) / total : 0);
}
