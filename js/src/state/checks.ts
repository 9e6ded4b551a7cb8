/** Small readers of untrusted JSON: each returns the value in its type, or says what came and what was expected. */

export class WireError extends Error {
  override readonly name = "WireError";

  constructor(where: string, got: unknown, expected: string) {
    super(`got ${describe(got)} for ${where}, expected ${expected}, try making the explanation again`);
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

export type JsonObject = { readonly [key: string]: unknown };

export function object(value: unknown, where: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WireError(where, value, "an object");
  return value as JsonObject;
}

export function array(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WireError(where, value, "an array");
  return value;
}

export function string(value: unknown, where: string): string {
  if (typeof value !== "string") throw new WireError(where, value, "a string");
  return value;
}

export function number(value: unknown, where: string): number {
  if (typeof value !== "number" || Number.isNaN(value)) throw new WireError(where, value, "a number");
  return value;
}

/** A whole number of at least `least` and, where given, less than `end`. */
export function integer(value: unknown, where: string, least: number, end = Number.POSITIVE_INFINITY): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value >= end) {
    const bounds = end === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${end - 1}`;
    throw new WireError(where, value, `a whole number ${bounds}`);
  }
  return value;
}

export function boolean(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw new WireError(where, value, "true or false");
  return value;
}

export function oneOf<T extends string>(value: unknown, where: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new WireError(where, value, `one of ${allowed.join(", ")}`);
  return found;
}

export function strings(value: unknown, where: string): readonly string[] {
  return array(value, where).map((item, i) => string(item, `${where}[${i}]`));
}

export function numbers(value: unknown, where: string): readonly number[] {
  return array(value, where).map((item, i) => number(item, `${where}[${i}]`));
}

export function integers(value: unknown, where: string, least: number, end?: number): readonly number[] {
  return array(value, where).map((item, i) => integer(item, `${where}[${i}]`, least, end));
}
