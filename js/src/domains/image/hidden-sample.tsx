/** One perturbed image, as the model saw it: what hides superpixels changes results. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import { type Neighborhood, removedFeatures } from "../../solver/neighborhood";
import type { Store } from "../../state/store";
import { count } from "../../views/format";
import { say } from "../../views/strings";
import type { Hiding, ImageInstance } from "./instance";
import { HiddenParts, photoId } from "./resources";

/** Among so many samples one is looked for that hides about half. */
const LOOKED_AT = 50;

const HOW: Readonly<Record<Hiding, string>> = {
  mean: words.hide_mean,
  color: words.hide_color,
  blur: words.hide_blur,
  noise: words.hide_noise,
  function: words.hide_function,
};

export function HiddenSample({ store }: { store: Store<ImageInstance> }): JSX.Element | null {
  const { instance, neighborhood } = store.data.value;
  const removed = useMemo(() => exemplary(neighborhood), [neighborhood]);
  if (!removed.length) return null;
  const { width, height, hide } = instance;
  const says = {
    total: count(neighborhood.nSamples),
    count: count(removed.length),
    features: count(neighborhood.nFeatures),
    how: HOW[hide],
  };
  return (
    <figure class="lime-hidden-sample">
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" style={{ "--ratio": width / height }}>
        <use href={`#${photoId(store)}`} />
        <HiddenParts store={store} id={`${store.uid}-sample`} features={removed} />
      </svg>
      <figcaption>
        <strong>{words.hidden_sample}</strong> {say(words.hidden_sample_text, says)}
      </figcaption>
    </figure>
  );
}

/** What the sample hides that comes next to hiding half; the instance itself, in row 0, hides nothing. */
function exemplary(neighborhood: Neighborhood): readonly number[] {
  const { nFeatures, nSamples } = neighborhood;
  const buffer = new Int32Array(nFeatures);
  const off = ({ length }: readonly number[]) => (length ? Math.abs(length - nFeatures / 2) : nFeatures);
  let best: readonly number[] = [];
  for (let row = 1; row < Math.min(nSamples, LOOKED_AT); row++) {
    const found = Array.from(buffer.subarray(0, removedFeatures(neighborhood, row, buffer)));
    if (off(found) < off(best)) best = found;
  }
  return best;
}
