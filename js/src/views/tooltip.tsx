/**
 * The one tooltip of a text: word, weight and share, for the token or bar under the pointer or the focus.
 *
 * It stands in the heading's line: outside the tokens, so that their text stays the instance, and beside what is being
 * read, not over it.
 */

import type { JSX } from "preact";
import type { Store } from "../state/store";
import { percent, signed } from "./format";
import { Name } from "./names";
import { say } from "./strings";

export function Tooltip({ store }: { store: Store }): JSX.Element {
  const feature = store.highlighted.value;
  return (
    <div class="lime-tooltip" role="tooltip" id={`${store.uid}-tip`} data-shown={String(feature >= 0)}>
      {feature >= 0 ? <TooltipText store={store} feature={feature} /> : null}
    </div>
  );
}

function TooltipText({ store, feature }: { store: Store; feature: number }): JSX.Element {
  const surrogate = store.shown.value.surrogate;
  const weights = surrogate?.weights ?? [];
  const weight = weights[surrogate?.features.indexOf(feature) ?? -1];
  const total = weights.reduce((sum, other) => sum + Math.abs(other), 0);
  const facts =
    weight === undefined
      ? [say("tip_unused")]
      : [
          say("tip_weight", { weight: signed(weight, 4) }),
          say("tip_share", { share: percent(total > 0 ? Math.abs(weight) / total : 0) }),
        ];
  if (store.removed.value.includes(feature)) facts.push(say("tip_removed"));
  return (
    <>
      <Name of={store.data.value.instance.features[feature] ?? ""} /> <span>{facts.join(" · ")}</span>
    </>
  );
}
