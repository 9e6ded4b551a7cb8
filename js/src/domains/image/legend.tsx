/** What the colors of the overlay mean, with numbers. */

import type { JSX } from "preact";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { signed } from "../../views/format";
import { say } from "../../views/strings";
import type { ImageInstance } from "./instance";
import type { Look } from "./look";

interface LegendProps {
  store: Store<ImageInstance>;
  look: Look;
  /** The absolute weight at both ends. */
  largest: number;
}

export function Legend({ store, look, largest }: LegendProps): JSX.Element | null {
  if (!largest) return null;
  const decimals = store.weightDecimals.value;
  const [low, high] = [signed(-largest, decimals), signed(largest, decimals)];
  return (
    <div class="lime-legend" data-style={look.style} data-show={look.show} style={{ "--opacity": look.opacity }}>
      <span class="lime-hidden">{say(words.legend_text, { low, high })}</span>
      <span aria-hidden="true">{words.legend}</span>
      <div aria-hidden="true">
        <i data-sign="negative" />
        <i data-sign="positive" />
        <span>{low}</span>
        <span>0</span>
        <span>{high}</span>
      </div>
    </div>
  );
}
