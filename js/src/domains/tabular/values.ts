/** Values of columns: as readers see them, as native controls hold them, and as they are read back. */

import * as words from "../../../../lime_widgets/common/strings.json";
import { plain } from "../../views/format";
import { say } from "../../views/strings";
import type { Column } from "./instance";

const DAY = 86_400_000_000;
const RANGE_DIGITS = 6;

type Value = number | null;
export type FieldType = "number" | "date" | "datetime-local" | "select";

export function fieldType({ kind, value, range }: Column): FieldType {
  if (kind !== "date") return kind === "number" ? kind : "select";
  return [value ?? 0, ...(range ?? [])].every((moment) => moment % DAY === 0) ? "date" : "datetime-local";
}

/** What the native control holds for a value; empty for a missing one, and for what the control cannot hold. */
export function fieldText(column: Column, value: Value): string {
  if (value === null || !Number.isFinite(value)) return "";
  return column.kind === "date" ? dateText(column, value) : String(value);
}

/** As date fields have it: "2021-03-04", "2021-03-04T05:06:07"; the years from 0 to 9999 alone. */
function dateText(column: Column, micros: number): string {
  const date = new Date(Math.floor(micros / 1000));
  const iso = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return /^\d{4}-/.test(iso) ? iso.slice(0, fieldType(column) === "date" ? 10 : 19) : "";
}

/** A value as a reader sees it. */
export function valueText(column: Column, value: Value): string {
  if (value === column.value) return column.shown;
  if (value === null) return words.missing;
  if (column.kind === "category") return column.choices.find(([code]) => code === value)?.[1] ?? String(value);
  return column.kind === "date" ? dateText(column, value).replace("T", " ") : plain(value);
}

/** "training data: 17 to 90", where there is such a range. */
export function trainingRange(column: Column, template = words.training_range): string[] {
  const { kind, range } = column;
  if (!range) return [];
  const shown = (value: number) =>
    kind === "date" ? dateText(column, value).replace("T", " ") : plain(value, RANGE_DIGITS);
  return [say(template, { low: shown(range[0]), high: shown(range[1]) })];
}

export function isOutside({ range }: Column, value: Value): boolean {
  return range !== null && value !== null && (value < range[0] || value > range[1]);
}

/** What a control that holds `text` means: a value, or what is wrong with it. */
export function readField(column: Column, text: string, isHalfTyped: boolean): { value: Value } | { problem: string } {
  // Fields do not hold all digits of every value: what was not touched is still the value itself.
  if (text === fieldText(column, column.value) && !isHalfTyped) return { value: column.value };
  const { kind, missing, whole } = column;
  if (text === "" && missing && !isHalfTyped) return { value: null };
  if (kind === "date") {
    const micros = Date.parse(text.length > 10 ? `${text}Z` : text) * 1000;
    return Number.isNaN(micros) ? { problem: words.enter_date } : { value: micros };
  }
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return { problem: whole ? words.enter_whole_number : words.enter_number };
  return whole && !Number.isInteger(value) ? { problem: words.enter_whole_number } : { value };
}
