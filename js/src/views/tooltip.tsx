/** The one tooltip of a text: it stands outside the tokens, so that their text stays the instance. */

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Store } from "../state/store";
import { percent, signed } from "./format";
import { Name } from "./names";
import { say } from "./strings";

export interface TooltipPlace {
  readonly feature: number;
  readonly left: number;
  readonly top: number;
  /** The panel's width, so that the tooltip stays within it. */
  readonly room: number;
}

export function Tooltip({ store, place }: { store: Store; place: Signal<TooltipPlace | null> }): JSX.Element {
  const at = place.value;
  const style = at ? { "--left": `${at.left}px`, "--top": `${at.top}px`, "--room": `${at.room}px` } : {};
  return (
    <div class="lime-tooltip" role="tooltip" id={`${store.uid}-tip`} data-shown={String(at !== null)} style={style}>
      {at ? <TooltipText store={store} feature={at.feature} /> : null}
    </div>
  );
}

function TooltipText({ store, feature }: { store: Store; feature: number }): JSX.Element {
  const surrogate = store.shown.value.surrogate;
  const weights = surrogate?.weights ?? [];
  const position = surrogate?.features.indexOf(feature) ?? -1;
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const weight = weights[position];
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
      <Name of={store.data.value.instance.features[feature] ?? ""} />
      <span>{facts.join(" · ")}</span>
    </>
  );
}
