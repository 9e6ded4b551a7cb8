/** One column of the instance: name, value to be edited, condition, weight. */

import type { JSX } from "preact";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { BarTrack } from "../../views/bar-track";
import { signed } from "../../views/format";
import type { Interval } from "../../views/intervals";
import { Name } from "../../views/names";
import { say, sayWith } from "../../views/strings";
import type { Editing } from "./editing";
import type { Column } from "./instance";
import { isSame } from "./sample";
import { ValueControl } from "./value-control";
import { isOutside, trainingRange } from "./values";

export interface FeatureRowProps {
  store: Store;
  editing: Editing;
  feature: number;
  column: Column;
  /** The value in the place of the instance's, null for a missing one; undefined where it is the instance's. */
  edit: number | null | undefined;
  /** Undefined where the surrogate does not use the feature. */
  weight: number | undefined;
  interval: Interval | undefined;
  /** The weight that would fill a side of the track. */
  scale: number;
  /** Whether a select gets its options only when it is used. */
  isLazy: boolean;
}

export function FeatureRow(props: FeatureRowProps): JSX.Element {
  const { store, editing, feature, column, edit, weight, interval, scale, isLazy } = props;
  // Reading a signal here, a row is drawn again for a change of that or of its props, and not whenever the table is.
  const decimals = store.weightDecimals.value;
  const id = `${store.uid}-value-${feature}`;
  const isEdited = edit !== undefined;
  return (
    <li
      class="lime-feature"
      data-feature={feature}
      data-edited={isEdited ? "true" : undefined}
      data-zero={interval?.hasZero ? "true" : undefined}
      data-sign={weight === undefined ? undefined : weight < 0 ? "negative" : "positive"}
    >
      <label for={id}>
        <Name of={column.name} />
      </label>
      <ValueControl
        editing={editing}
        feature={feature}
        column={column}
        value={isEdited ? edit : column.value}
        id={id}
        note={isEdited ? `${id}-note` : ""}
        isLazy={isLazy}
      />
      <span class="lime-condition">
        {column.condition ? <Name of={column.condition} /> : null}
        <Place column={column} value={isEdited ? edit : column.value} />
      </span>
      <BarTrack weight={weight} scale={scale} interval={interval} />
      <span class="lime-bar-value">{weight === undefined ? "" : signed(weight, decimals)}</span>
      {isEdited ? (
        <p class="lime-feature-note" id={`${id}-note`}>
          <EditNote column={column} value={edit} isUnused={weight === undefined} />
        </p>
      ) : null}
    </li>
  );
}

/** What an edit does to the explanation: nothing within the bin, and nothing known outside the training data. */
function EditNote({
  column,
  value,
  isUnused,
}: {
  column: Column;
  value: number | null;
  isUnused: boolean;
}): JSX.Element {
  const { bin, condition, shown } = column;
  const facts = [];
  if (isUnused) facts.push(words.tip_unused);
  else if (bin && isSame(column, value)) facts.push(words.value_in_bin);
  else if (bin && condition) facts.push(say(words.value_left_bin, { condition }));
  const outside = isOutside(column, value);
  return (
    <>
      {sayWith(words.value_was, { value: <Name of={shown} /> })}
      {facts.map((fact) => ` · ${fact}`)}
      {outside ? (
        <>
          {" · "}
          <strong>{words.warning}</strong> {trainingRange(column, words.training_range_left)}
        </>
      ) : null}
    </>
  );
}

/** Where a value lies in the training data's range, and where its bin does. */
function Place({ column, value }: { column: Column; value: number | null }): JSX.Element | null {
  const { range, bin } = column;
  if (!range || !(range[1] > range[0])) return null;
  const share = (x: number) => Math.min(1, Math.max(0, (x - range[0]) / (range[1] - range[0])));
  const places = {
    "--low": share(bin?.[0] ?? range[0]),
    "--high": bin ? share(bin[1] ?? range[1]) : 0,
    "--at": value === null ? -1 : share(value),
  };
  return <i class="lime-place" aria-hidden="true" style={places} />;
}
