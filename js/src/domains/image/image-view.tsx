/** The image that is explained, and everything about how it is looked at. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { percent, signed } from "../../views/format";
import { Name, visibleName } from "../../views/names";
import { say, sayWith } from "../../views/strings";
import { InstanceHead, type Tip } from "../../views/tooltip";
import { type Side, sidesOf } from "./comparison";
import { HiddenSample } from "./hidden-sample";
import type { ImageInstance } from "./instance";
import { Legend } from "./legend";
import { type Look, lookOf } from "./look";
import { largestOf, type Nothing, overlayOf } from "./overlay";
import { Picture } from "./picture";
import { Resources } from "./resources";
import { SegmentPanel } from "./segment-panel";
import { Segmenting } from "./segmenting";
import { Tools } from "./tools";

export function ImageView({ store }: { store: Store<ImageInstance> }): JSX.Element {
  const [zoom, setZoom] = useState(1);
  const segmenting = useMemo(() => new Segmenting(store), [store]);
  const sides = useMemo(() => sidesOf(store), [store]).value;
  const look = useComputed(() => lookOf(store)).value;
  const largest = largestOf(sides.map(({ surrogate }) => surrogate));
  return (
    <section class="lime-image" data-compared={sides.length > 1 ? "true" : undefined}>
      <Resources store={store} />
      <InstanceHead store={store} id={`${store.uid}-image`} text={words.image} tip={tipOf(store, sides[1])} />
      <div class="lime-pictures">
        {sides.map((side, place) => (
          <SidePicture
            key={place}
            store={store}
            side={side}
            look={look}
            largest={largest}
            zoom={zoom}
            segmenting={segmenting}
            isNamed={sides.length > 1}
          />
        ))}
      </div>
      <Reduced store={store} />
      <Legend store={store} look={look} largest={largest} />
      <Tools store={store} look={look} zoom={zoom} onZoom={setZoom} />
      <HiddenSample store={store} />
      <SegmentPanel store={store} segmenting={segmenting} />
      <p class="lime-hidden" id={`${store.uid}-image-hint`}>
        {words.image_hint}
      </p>
    </section>
  );
}

/** Says so where the image has more pixels than its pictures here. */
function Reduced({ store }: { store: Store<ImageInstance> }): JSX.Element | null {
  const { width, height, size } = store.data.value.instance;
  if (size[0] === width && size[1] === height) return null;
  const says = { shown: `${width} × ${height}`, full: size.join(" × ") };
  return <p class="lime-note lime-reduced">{say(words.image_size, says)}</p>;
}

/** Weight, that for the other class, and the share of the image that the superpixel takes. */
function tipOf(store: Store<ImageInstance>, other: Side | undefined): Tip {
  const { classNames, instance } = store.data.value;
  const { features, regions, width, height } = instance;
  return (feature, weight) => {
    const area = regions[feature]?.area ?? 0;
    const beside = other?.surrogate?.weights[other.surrogate.features.indexOf(feature)];
    const facts = [say(words.tip_area, { share: percent(area / (width * height)) })];
    if (other && beside !== undefined) {
      const name = visibleName(classNames[other.label] ?? "");
      facts.unshift(say(words.tip_weight_of, { weight: signed(beside, 4), class: name }));
    }
    if (weight !== undefined) facts.unshift(say(words.tip_weight, { weight: signed(weight, 4) }));
    return { name: features[feature] ?? "", facts };
  };
}

interface SideProps {
  store: Store<ImageInstance>;
  side: Side;
  look: Look;
  largest: number;
  zoom: number;
  segmenting: Segmenting;
  /** Whether the class is named, since there are two. */
  isNamed: boolean;
}

function SidePicture({ store, side, look, largest, zoom, segmenting, isNamed }: SideProps): JSX.Element {
  const { label, surrogate } = side;
  const { show, minWeight } = look;
  const overlay = useMemo(
    () => overlayOf(surrogate, { show, minWeight }, largest),
    [surrogate, show, minWeight, largest],
  );
  const named = { class: <Name of={store.data.value.classNames[label] ?? ""} /> };
  const most = signed(largestOf([surrogate]), store.weightDecimals.value).replace("+", "");
  return (
    <figure class="lime-side-picture" data-label={label}>
      {isNamed ? <figcaption>{named.class}</figcaption> : null}
      <Picture
        store={store}
        label={label}
        overlay={overlay}
        look={look}
        zoom={zoom}
        proposed={segmenting.outlines.value}
      />
      {surrogate || !isNamed ? null : <p class="lime-note">{sayWith(words.compare_no_fit, named)}</p>}
      {overlay.nothing ? (
        <p class="lime-note" data-nothing={overlay.nothing}>
          {sayWith(NOTHING[overlay.nothing], { ...named, largest: most })}
        </p>
      ) : null}
    </figure>
  );
}

const NOTHING: Readonly<Record<Nothing, string>> = {
  no_weights: words.nothing_no_weights,
  no_positive: words.nothing_no_positive,
  no_negative: words.nothing_no_negative,
  below_minimum: words.nothing_below_minimum,
};
