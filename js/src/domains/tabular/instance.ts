/** The row of a table that is explained, as the wire describes it (docs/wire.md). */

import {
  boolean,
  fieldsOf,
  listOf,
  number,
  numberOrNull,
  oneOf,
  optional,
  type Read,
  string,
  strings,
  twoOf,
} from "../../state/checks";
import type { Instance } from "../domain";

export interface Column {
  readonly name: string;
  /** The value as a reader sees it. */
  readonly shown: string;
  readonly condition: string;
  readonly kind: "number" | "category" | "date";
  /** Of a category its code, of a date microseconds since 1970 in UTC, null if missing. */
  readonly value: number | null;
  /** The least and the greatest value of the training data. */
  readonly range: readonly [number, number] | null;
  /** Codes and names. */
  readonly choices: readonly (readonly [number, string])[];
  /** A value x is in it where low < x <= high; null for no bound. */
  readonly bin: readonly [number | null, number | null] | null;
  /** Mean and scale: the sample of x is (x - mean) / scale. */
  readonly scale: readonly [number, number] | null;
  readonly whole: boolean;
  /** Whether a missing value can be put in. */
  readonly missing: boolean;
}

export interface TableInstance extends Instance {
  readonly columns: readonly Column[];
}

export function decodeTable(raw: unknown, where: string): TableInstance {
  const field = fieldsOf(raw, where);
  const feature: Read<string> = (column, at) => fieldsOf(column, at)("feature", string);
  return {
    features: field("columns", listOf(feature)),
    columns: field("columns", listOf(decodeColumn)),
    notes: field("notes", optional(strings)) ?? [],
  };
}

function decodeColumn(raw: unknown, where: string): Column {
  const field = fieldsOf(raw, where);
  return {
    name: field("name", string),
    shown: field("shown", string),
    condition: field("condition", string),
    kind: field("kind", oneOf(["number", "category", "date"])),
    value: field("value", numberOrNull),
    range: field("range", optional(twoOf(number, number))),
    choices: field("choices", optional(listOf(twoOf(number, string)))) ?? [],
    bin: field("bin", optional(twoOf(numberOrNull, numberOrNull))),
    scale: field("scale", optional(twoOf(number, number))),
    whole: field("whole", optional(boolean)) ?? false,
    missing: field("missing", optional(boolean)) ?? false,
  };
}
