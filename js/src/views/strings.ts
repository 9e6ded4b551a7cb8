/**
 * Sentences from templates.
 *
 * The page's words are in common/strings.json, which Python reads too. Views import them as a namespace: what only Python
 * says is then left out of the bundle, and so are the names of what the page says.
 */

import type { ComponentChild } from "preact";

/** Cut a template into its text and the values of its {placeholders}, in order. */
function parts<T>(template: string, values: Readonly<Record<string, T>>): (string | T)[] {
  return template.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? (values[part] ?? "") : part));
}

export function say(template: string, values: Readonly<Record<string, string | number>> = {}): string {
  return parts(template, values).join("");
}

/** As `say`, with elements for values. */
export function sayWith(template: string, values: Readonly<Record<string, ComponentChild>>): ComponentChild[] {
  return parts(template, values);
}
