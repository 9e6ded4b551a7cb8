/** The image with the weights of one class over it; a click hides a superpixel. */

import { useSignalEffect } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { elementAt, featureAt, pointing } from "../../views/pointing";
import { say } from "../../views/strings";
import type { ImageInstance } from "./instance";
import type { Look } from "./look";
import { moveKey } from "./moving";
import type { Overlay } from "./overlay";
import { clipId, HiddenParts, photoId } from "./resources";
import { SUPERPIXEL, type Superpixels, superpixels } from "./superpixels";

/** Shown at more than this many times its size, an image shows its pixels. */
const BLOWN_UP = 1.75;
const HATCH = 7;

export interface PictureProps {
  store: Store<ImageInstance>;
  /** The class whose weights are shown. */
  label: number;
  overlay: Overlay;
  look: Look;
  /** 1 for as large as fits. */
  zoom: number;
  /** Outlines of other superpixels, which take the overlay's place. */
  proposed: string | null;
}

export function Picture(props: PictureProps): JSX.Element {
  const { store, label, look, zoom, proposed } = props;
  const { classNames, instance } = store.data.value;
  const { width, height } = instance;
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const parts = useSuperpixels(svg, props);
  useScale(svg, width);
  useSteadyCenter(frame, zoom);
  const id = `${store.uid}-${label}`;
  const pointers = pointing(store, SUPERPIXEL);
  return (
    <div
      class="lime-frame"
      ref={frame}
      style={{ "--ratio": width / height, "--pixels": width, "--zoom": zoom, "--opacity": look.opacity }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing cannot be in a fieldset's place */}
      <svg
        class="lime-picture"
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={say(words.image_of, { class: classNames[label] ?? "" })}
        aria-describedby={`${store.uid}-image-hint`}
        data-style={look.style}
        data-outlines={look.outlines ? "true" : undefined}
        data-hide-rest={look.hideRest ? "true" : undefined}
        data-proposing={proposed === null ? undefined : "true"}
        ref={svg}
        {...pointers}
        onClick={(event) => toggle(store, event.target)}
        onKeyDown={(event) => press(event, store, parts.current, pointers.onFocusOut)}
        onFocusIn={(event) => {
          pointers.onFocusIn(event);
          takeTabStop(elementAt(event.target, SUPERPIXEL), svg.current, `${store.uid}-tip`);
        }}
      >
        <Hatch id={`${id}-negative`} />
        <use class="lime-photo" href={`#${photoId(store)}`} />
        <HiddenParts store={store} id={`${id}-removed`} features={store.removed.value} />
        <g class="lime-superpixels" />
        <Outlines instance={instance} proposed={proposed} />
        <Ring store={store} />
      </svg>
    </div>
  );
}

/** Stripes in the color of what is against: sign is told without color too. */
function Hatch({ id }: { id: string }): JSX.Element {
  return (
    <defs>
      <pattern id={id} class="lime-hatch" patternUnits="userSpaceOnUse" width={HATCH} height={HATCH}>
        <rect width={HATCH} height={HATCH} />
        <path d={`M0 ${HATCH / 2}H${HATCH}`} />
      </pattern>
    </defs>
  );
}

/** Each line twice: a dark one below a light one is seen on any picture. */
function Outlines({ instance, proposed }: { instance: ImageInstance; proposed: string | null }): JSX.Element {
  return (
    <g class="lime-lines">
      <path class="lime-outlines lime-casing" d={instance.outlines} />
      <path class="lime-outlines" d={instance.outlines} />
      {proposed === null ? null : (
        <>
          <path class="lime-proposed lime-casing" d={proposed} />
          <path class="lime-proposal lime-proposed" d={proposed} />
        </>
      )}
    </g>
  );
}

/** Around the superpixel under the pointer or the focus, in every picture. */
function Ring({ store }: { store: Store<ImageInstance> }): JSX.Element | null {
  const region = store.data.value.instance.regions[store.highlighted.value];
  return (
    <g class="lime-ring">
      <path class="lime-casing" d={region?.path ?? ""} />
      <path d={region?.path ?? ""} />
    </g>
  );
}

/** The superpixels in the drawing, painted as the overlay is and marked as they are removed. */
function useSuperpixels(
  svg: RefObject<SVGSVGElement | null>,
  { store, label, overlay }: PictureProps,
): RefObject<Superpixels | null> {
  const parts = useRef<Superpixels | null>(null);
  const { instance } = store.data.value;
  useLayoutEffect(() => {
    const group = svg.current?.querySelector(".lime-superpixels");
    if (!group) return;
    const names = {
      negative: `${store.uid}-${label}-negative`,
      clip: (feature: number) => clipId(store, feature),
    };
    parts.current = superpixels(group, instance, names);
    parts.current.press(store.removed.peek());
  }, [instance, label]);
  useLayoutEffect(() => parts.current?.paint(overlay), [overlay, instance, label]);
  useSignalEffect(() => parts.current?.press(store.removed.value));
  return parts;
}

/** Stripes are as wide on any picture at any zoom, and pixels are seen where they are large. */
function useScale(svg: RefObject<SVGSVGElement | null>, width: number): void {
  useLayoutEffect(() => {
    const { current } = svg;
    if (!current || typeof ResizeObserver === "undefined") return;
    const measure = () => {
      const scale = current.getBoundingClientRect().width / width;
      if (!scale) return;
      const hatch = current.querySelector(".lime-hatch");
      hatch?.setAttribute("patternTransform", `rotate(-45) scale(${(1 / scale).toFixed(4)})`);
      current.toggleAttribute("data-blown-up", scale > BLOWN_UP);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [svg, width]);
}

/** What is in the middle stays there as the zoom changes. */
function useSteadyCenter(frame: RefObject<HTMLDivElement | null>, zoom: number): void {
  const before = useRef(zoom);
  useLayoutEffect(() => {
    const { current } = frame;
    const ratio = zoom / before.current;
    before.current = zoom;
    if (!current || ratio === 1) return;
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = current;
    current.scrollLeft = (scrollLeft + clientWidth / 2) * ratio - clientWidth / 2;
    current.scrollTop = (scrollTop + clientHeight / 2) * ratio - clientHeight / 2;
  }, [frame, zoom]);
}

function toggle(store: Store<ImageInstance>, target: EventTarget | null): void {
  const feature = featureAt(target, SUPERPIXEL);
  if (feature >= 0) store.toggle(feature);
}

function press(event: KeyboardEvent, store: Store<ImageInstance>, parts: Superpixels | null, hide: () => void): void {
  const feature = featureAt(event.target, SUPERPIXEL);
  if (feature < 0 || !parts) return;
  if (event.key === "Escape") hide();
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    store.toggle(feature);
    return;
  }
  const next = moveKey(event, feature, store.data.peek().instance.regions);
  if (next === null) return;
  event.preventDefault();
  parts.paths.get(next)?.focus();
}

/** One Tab stop for the whole picture: the superpixel that had the focus last. Only that one is described by the tooltip. */
function takeTabStop(path: Element | null, svg: Element | null, tooltipId: string): void {
  if (!path || !svg) return;
  const former = svg.querySelector(`${SUPERPIXEL}[tabindex="0"]`);
  former?.setAttribute("tabindex", "-1");
  former?.removeAttribute("aria-describedby");
  path.setAttribute("tabindex", "0");
  path.setAttribute("aria-describedby", tooltipId);
}
