/** The settings of the explanation. What needs the model, and the page has none, is disabled and says why. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import { SELECTIONS, type Selection, selectionInForce } from "../solver/selection";
import type { Store } from "../state/store";
import { Convergence } from "./convergence";
import { LogRange, Range, Select } from "./fields";
import { count, width } from "./format";
import { visibleName } from "./names";
import { Samples } from "./samples";
import { say } from "./strings";

const SELECTION_NAMES: Readonly<Record<Selection, string>> = {
  auto: words.selection_auto,
  forward_selection: words.selection_forward_selection,
  highest_weights: words.selection_highest_weights,
  lasso_path: words.selection_lasso_path,
  none: words.selection_none,
};

export function Controls({ store }: { store: Store }): JSX.Element {
  const { beyondPage, neighborhood } = store.data.value;
  const frozen = !store.host.live && !store.fitsInPage;
  const reason = frozen ? `${store.uid}-absent-kernel` : undefined;
  return (
    <section class="lime-controls" aria-label={words.controls}>
      {store.data.value.mode === "regression" ? null : <ClassPicker store={store} />}
      <FeatureCount store={store} reason={reason} />
      <KernelWidth store={store} reason={reason} />
      <SelectionPicker store={store} reason={reason} />
      <Samples store={store} />
      <Convergence store={store} />
      {frozen ? (
        <p class="lime-reason" id={reason}>
          {say(words.absent_kernel, {
            name: beyondPage ?? say(words.many_features, { count: count(neighborhood.nFeatures) }),
          })}
        </p>
      ) : null}
    </section>
  );
}

interface ControlProps {
  store: Store;
  /** Id of the text that says why the control is disabled. */
  reason?: string | undefined;
}

function ClassPicker({ store }: ControlProps): JSX.Element {
  const { classes, classNames } = store.data.value;
  const fits =
    store.fitsInPage || store.host.live ? null : new Set(store.fitted.value.map((fit) => fit.settings.label));
  const options = classes
    .filter((label) => fits === null || fits.has(label))
    .map((label) => ({ value: String(label), text: visibleName(classNames[label] ?? "") }));
  return (
    <Select
      id={`${store.uid}-class`}
      label={words.class_picker}
      value={String(store.settings.value.label)}
      options={options}
      onChange={(value) => store.change({ label: Number(value) })}
    />
  );
}

function FeatureCount({ store, reason }: ControlProps): JSX.Element {
  const total = store.data.value.instance.features.length;
  const shown = Math.min(store.settings.value.numFeatures, total);
  return (
    <Range
      id={`${store.uid}-features`}
      label={words.num_features}
      min={1}
      max={total}
      value={shown}
      shown={say(words.num_features_value, { count: count(shown), total: count(total) })}
      reason={reason}
      onInput={(numFeatures) => store.change({ numFeatures })}
    />
  );
}

function KernelWidth({ store, reason }: ControlProps): JSX.Element {
  const { low, high } = store.widthBounds.value;
  const { kernelWidth } = store.settings.value;
  return (
    <LogRange
      id={`${store.uid}-width`}
      label={words.kernel_width}
      low={low}
      high={high}
      value={kernelWidth}
      shown={width(kernelWidth)}
      reason={reason}
      onInput={(chosen) => store.change({ kernelWidth: roundWidth(chosen) })}
    />
  );
}

/** Three digits set a width apart from its neighbors on the slider, and are all shown: the same can be typed into Python. */
function roundWidth(value: number): number {
  return Number(value.toPrecision(3));
}

function SelectionPicker({ store, reason }: ControlProps): JSX.Element {
  const { selection, numFeatures } = store.settings.value;
  const named = (name: Selection) => SELECTION_NAMES[name];
  const inForce = named(selectionInForce("auto", numFeatures)).toLowerCase();
  const options = SELECTIONS.map((name) => ({
    value: name,
    text:
      name === "auto" && selection === "auto" ? say(words.selection_auto_in_force, { method: inForce }) : named(name),
  }));
  return (
    <Select
      id={`${store.uid}-selection`}
      label={words.selection}
      value={selection}
      options={options}
      reason={reason}
      onChange={(value) => {
        const found = SELECTIONS.find((name) => name === value);
        if (found) store.change({ selection: found });
      }}
    />
  );
}
