/** What is explained: a text or a row of a table, as the wire describes it (docs/wire.md). */

import {
  array,
  boolean,
  fieldsOf,
  integers,
  listOf,
  number,
  oneOf,
  optional,
  type Read,
  string,
  strings,
  WireError,
} from "./checks";

export interface TextInstance {
  readonly domain: "text";
  readonly features: readonly string[];
  /** Joined, they are the text, exactly. */
  readonly pieces: readonly string[];
  /** The feature of each piece, or -1 for a separator. */
  readonly pieceFeatures: readonly number[];
  readonly kind: "words" | "characters" | "sentences";
}

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

export interface TableInstance {
  readonly domain: "tabular";
  readonly features: readonly string[];
  readonly columns: readonly Column[];
  /** Sentences about the data. */
  readonly notes: readonly string[];
}

export type Instance = TextInstance | TableInstance;

export function decodeInstance(domain: unknown): Read<Instance> {
  return oneOf(["text", "tabular"])(domain, "state.domain") === "text" ? decodeText : decodeTable;
}

function decodeText(raw: unknown, where: string): TextInstance {
  const field = fieldsOf(raw, where);
  const features = field("features", strings);
  const pieces = field("pieces", strings);
  const pieceFeatures = field("piece_features", integers(-1, features.length));
  if (pieceFeatures.length !== pieces.length) {
    throw new WireError(`${where}.piece_features`, pieceFeatures, `${pieces.length} indices, one for each piece`);
  }
  return {
    domain: "text",
    features,
    pieces,
    pieceFeatures,
    kind: field("kind", oneOf(["words", "characters", "sentences"])),
  };
}

function decodeTable(raw: unknown, where: string): TableInstance {
  const field = fieldsOf(raw, where);
  const feature: Read<string> = (column, at) => fieldsOf(column, at)("feature", string);
  return {
    domain: "tabular",
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
    value: field("value", valueOrNull),
    range: field("range", optional(twoOf(number, number))),
    choices: field("choices", optional(listOf(twoOf(number, string)))) ?? [],
    bin: field("bin", optional(twoOf(valueOrNull, valueOrNull))),
    scale: field("scale", optional(twoOf(number, number))),
    whole: field("whole", optional(boolean)) ?? false,
    missing: field("missing", optional(boolean)) ?? false,
  };
}

/** A value of a column: a number, or null where it is missing. */
export function valueOrNull(value: unknown, where: string): number | null {
  return value === null ? null : number(value, where);
}

export function twoOf<A, B>(first: Read<A>, second: Read<B>): Read<readonly [A, B]> {
  return (value, where) => {
    const items = array(value, where);
    if (items.length !== 2) throw new WireError(where, value, "two values");
    return [first(items[0], `${where}[0]`), second(items[1], `${where}[1]`)];
  };
}
