/** The page's words, from the file that Python's static rendering reads too. */

import type { ComponentChild } from "preact";
import strings from "../../../lime_widgets/common/strings.json";

export type Key = keyof typeof strings;

/** Cut a template into its text and the values of its {placeholders}, in order. */
function parts<T>(key: Key, values: Readonly<Record<string, T>>): (string | T)[] {
  return strings[key].split(/\{(\w+)\}/).map((part, i) => (i % 2 ? (values[part] ?? "") : part));
}

export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return parts(key, values).join("");
}

/** As `say`, with elements for values. */
export function sayWith(key: Key, values: Readonly<Record<string, ComponentChild>>): ComponentChild[] {
  return parts(key, values);
}

export function has(key: string): key is Key {
  return Object.hasOwn(strings, key);
}
