/** Rows of tables, whose values can be edited. */

import type { ComponentChild } from "preact";
import * as words from "../../../../lime_widgets/common/strings.json";
import { momentSource } from "../../solver/moments";
import type { Variant } from "../../state/variant";
import { count } from "../../views/format";
import { listed } from "../../views/listed";
import { Name } from "../../views/names";
import { say, sayWith } from "../../views/strings";
import type { Domain } from "../domain";
import { FeatureTable } from "./feature-table";
import { decodeTable, type TableInstance } from "./instance";
import { sampleChanges } from "./sample";
import { valueText } from "./values";

export const table: Domain<TableInstance> = {
  name: "tabular",
  part: "table",
  words: {
    fidelityMeaning: words.fidelity_meaning_tabular,
    lowFidelity: words.warning_low_fidelity_tabular,
    noWeights: words.no_weights_tabular,
    provenance: words.provenance_instance_tabular,
    removed: words.tip_removed,
    weightsHint: words.weights_hint_tabular,
    whatIfHint: words.what_if_hint_tabular,
    whatIfHintSnapshot: words.what_if_hint_snapshot_tabular,
  },
  isEditable: true,
  sampleDtypes: ["bits", "float32", "float64"],
  momentSource,
  decodeInstance: decodeTable,
  sampleChanges: ({ columns }, { edits }) => sampleChanges(columns, edits),
  amount: (_, n) => (n === 1 ? words.unit_columns_one : say(words.unit_columns_many, { count: count(n) })),
  InstanceView: FeatureTable,
  describe: withValues,
};

/** "With age = 45 and workclass = Private". */
function withValues({ columns }: TableInstance, { edits }: Variant): ComponentChild {
  const values = listed(edits, ([feature, value]) => {
    const column = columns[feature];
    if (!column) return null;
    return (
      <span key={feature}>
        <Name of={column.name} /> = <Name of={valueText(column, value)} class="lime-edited" />
      </span>
    );
  });
  return sayWith(words.what_if_with, { values });
}
