/** The controls of how the image is shown. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { KEEP_KEYS, Range, Select } from "../../views/fields";
import { percent } from "../../views/format";
import { visibleName } from "../../views/names";
import type { ImageInstance } from "./instance";
import { changeLook, comparedLabel, type Look } from "./look";

const MOST_ZOOM = 800;
const ZOOM_STEP = 25;

interface ToolsProps {
  store: Store<ImageInstance>;
  look: Look;
}

interface ZoomProps {
  /** 1 for as large as fits. */
  zoom: number;
  onZoom(zoom: number): void;
}

export function Tools({ store, look, zoom, onZoom }: ToolsProps & ZoomProps): JSX.Element {
  const { uid } = store;
  return (
    <section class="lime-image-tools" aria-label={words.image_tools}>
      <Select
        id={`${uid}-show`}
        label={words.show}
        value={look.show}
        options={SHOWN}
        onChange={(value) => changeLook(store, { show: oneOf(SHOWN, value) })}
      />
      <Select
        id={`${uid}-style`}
        label={words.overlay}
        value={look.style}
        options={STYLES}
        onChange={(value) => changeLook(store, { style: oneOf(STYLES, value) })}
      />
      <Compare store={store} />
      <Range
        id={`${uid}-opacity`}
        label={words.opacity}
        min={0}
        max={100}
        step={5}
        value={Math.round(look.opacity * 100)}
        shown={percent(look.opacity)}
        onInput={(value) => changeLook(store, { opacity: value / 100 })}
      />
      <Range
        id={`${uid}-zoom`}
        label={words.zoom}
        min={100}
        max={MOST_ZOOM}
        step={ZOOM_STEP}
        value={zoom * 100}
        shown={percent(zoom)}
        onInput={(value) => onZoom(value / 100)}
      />
      <MinWeight store={store} look={look} />
      <div class="lime-checks">
        <Check
          id={`${uid}-outlines`}
          label={words.outlines}
          checked={look.outlines}
          onChange={(outlines) => changeLook(store, { outlines })}
        />
        <Check
          id={`${uid}-rest`}
          label={words.hide_rest}
          checked={look.hideRest}
          onChange={(hideRest) => changeLook(store, { hideRest })}
        />
      </div>
    </section>
  );
}

const SHOWN = [
  { value: "both", text: words.show_both },
  { value: "positive", text: words.show_positive },
  { value: "negative", text: words.show_negative },
] as const;

const STYLES = [
  { value: "heat", text: words.overlay_heat },
  { value: "outline", text: words.overlay_outline },
] as const;

/** The option that a select was set to, in its type. */
function oneOf<T extends string>(options: readonly [{ value: T }, ...{ value: T }[]], value: string): T {
  return (options.find((option) => option.value === value) ?? options[0]).value;
}

function Compare({ store }: { store: Store<ImageInstance> }): JSX.Element | null {
  const { classes, classNames } = store.data.value;
  const { label } = store.settings.value;
  const others = classes.filter((other) => other !== label);
  if (!others.length) return null;
  const options = others.map((other) => ({ value: String(other), text: visibleName(classNames[other] ?? "") }));
  return (
    <Select
      id={`${store.uid}-compare`}
      label={words.compare}
      value={String(comparedLabel(store) ?? "")}
      options={[{ value: "", text: words.compare_nothing }, ...options]}
      onChange={(value) => changeLook(store, { compare: value === "" ? null : Number(value) })}
    />
  );
}

/** What is typed and is no number yet changes nothing. */
function MinWeight({ store, look }: ToolsProps): JSX.Element {
  const { minWeight } = look;
  const [draft, setDraft] = useState(String(minWeight));
  useEffect(() => setDraft((text) => (Number(text) === minWeight ? text : String(minWeight))), [minWeight]);
  const largest = Math.abs(store.surrogate.value?.weights[0] ?? 0);
  const id = `${store.uid}-min-weight`;
  return (
    <div class="lime-field">
      <label for={id}>{words.min_weight}</label>
      <input
        {...KEEP_KEYS}
        type="number"
        id={id}
        min={0}
        step={stepOf(largest)}
        value={draft}
        onInput={({ currentTarget: { value, valueAsNumber } }) => {
          setDraft(value);
          const next = value === "" ? 0 : valueAsNumber;
          if (Number.isFinite(next) && next >= 0) changeLook(store, { minWeight: next });
        }}
      />
    </div>
  );
}

/** About a twentieth of the largest weight: a power of ten. */
function stepOf(largest: number): number {
  return largest > 0 ? Number((10 ** Math.floor(Math.log10(largest / 5))).toPrecision(1)) : 0.01;
}

interface CheckProps {
  id: string;
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
}

function Check({ id, label, checked, onChange }: CheckProps): JSX.Element {
  return (
    <div class="lime-check">
      <input
        {...KEEP_KEYS}
        type="checkbox"
        id={id}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
    </div>
  );
}
