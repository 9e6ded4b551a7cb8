/** What is explained: a text or a row of a table, as the wire describes it (docs/wire.md). */

import { array, boolean, integers, type JsonObject, number, object, oneOf, string, strings, WireError } from "./checks";

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

export function decodeInstance(domain: unknown, raw: unknown): Instance {
  const instance = object(raw, "state.instance");
  return oneOf(domain, "state.domain", ["text", "tabular"]) === "text" ? decodeText(instance) : decodeTable(instance);
}

function decodeText(instance: JsonObject): TextInstance {
  const features = strings(instance.features, "state.instance.features");
  const pieces = strings(instance.pieces, "state.instance.pieces");
  const pieceFeatures = integers(instance.piece_features, "state.instance.piece_features", -1, features.length);
  if (pieceFeatures.length !== pieces.length) {
    throw new WireError("state.instance.piece_features", pieceFeatures, `${pieces.length} indices, one for each piece`);
  }
  const kind = oneOf(instance.kind, "state.instance.kind", ["words", "characters", "sentences"]);
  return { domain: "text", features, pieces, pieceFeatures, kind };
}

function decodeTable(instance: JsonObject): TableInstance {
  const where = "state.instance.columns";
  const raw = array(instance.columns, where);
  return {
    domain: "tabular",
    features: raw.map((column, i) => string(object(column, `${where}[${i}]`).feature, `${where}[${i}].feature`)),
    columns: raw.map((column, i) => decodeColumn(object(column, `${where}[${i}]`), `${where}[${i}]`)),
    notes: strings(instance.notes ?? [], "state.instance.notes"),
  };
}

function decodeColumn(column: JsonObject, where: string): Column {
  const needed = <T>(key: string, read: Read<T>) => read(column[key], `${where}.${key}`);
  const optional = <T>(key: string, read: Read<T>) => (column[key] == null ? null : needed(key, read));
  return {
    name: needed("name", string),
    shown: needed("shown", string),
    condition: needed("condition", string),
    kind: oneOf(column.kind, `${where}.kind`, ["number", "category", "date"]),
    value: needed("value", valueOrNull),
    range: optional("range", pair),
    choices: optional("choices", decodeChoices) ?? [],
    bin: optional("bin", decodeBin),
    scale: optional("scale", pair),
    whole: optional("whole", boolean) ?? false,
    missing: optional("missing", boolean) ?? false,
  };
}

type Read<T> = (value: unknown, where: string) => T;

/** A value of a column: a number, or null where it is missing. */
export function valueOrNull(value: unknown, where: string): number | null {
  return value === null ? null : number(value, where);
}

/** Two of what `read` reads. */
export function twoOf<A, B>(value: unknown, where: string, first: Read<A>, second: Read<B>): readonly [A, B] {
  const items = array(value, where);
  if (items.length !== 2) throw new WireError(where, value, "two values");
  return [first(items[0], `${where}[0]`), second(items[1], `${where}[1]`)];
}

function pair(value: unknown, where: string): readonly [number, number] {
  return twoOf(value, where, number, number);
}

function decodeBin(value: unknown, where: string): Column["bin"] {
  return twoOf(value, where, valueOrNull, valueOrNull);
}

function decodeChoices(value: unknown, where: string): Column["choices"] {
  return array(value, where).map((item, i) => twoOf(item, `${where}[${i}]`, number, string));
}
