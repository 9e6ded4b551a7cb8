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

/** Reads one kind of value, or says where another was. */
export type Read<T> = (value: unknown, where: string) => T;

/** Reads the values of an object by their keys. */
export function fieldsOf(value: unknown, where: string): <T>(key: string, read: Read<T>) => T {
  const fields = object(value, where);
  return (key, read) => read(fields[key], `${where}.${key}`);
}

/** Nothing, or what `read` reads. */
export function optional<T>(read: Read<T>): Read<T | null> {
  return (value, where) => (value === undefined || value === null ? null : read(value, where));
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

export function numberOrNull(value: unknown, where: string): number | null {
  return value === null ? null : number(value, where);
}

/** A whole number of at least `least` and, where given, less than `end`. */
export function integer(least: number, end = Number.POSITIVE_INFINITY): Read<number> {
  return (value, where) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < least || value >= end) {
      const bounds = end === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${end - 1}`;
      throw new WireError(where, value, `a whole number ${bounds}`);
    }
    return value;
  };
}

export function boolean(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw new WireError(where, value, "true or false");
  return value;
}

export function oneOf<T extends string>(allowed: readonly T[]): Read<T> {
  return (value, where) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new WireError(where, value, `one of ${allowed.join(", ")}`);
    return found;
  };
}

export function listOf<T>(read: Read<T>): Read<readonly T[]> {
  return (value, where) => array(value, where).map((item, i) => read(item, `${where}[${i}]`));
}

export function twoOf<A, B>(first: Read<A>, second: Read<B>): Read<readonly [A, B]> {
  return (value, where) => {
    const items = array(value, where);
    if (items.length !== 2) throw new WireError(where, value, "two values");
    return [first(items[0], `${where}[0]`), second(items[1], `${where}[1]`)];
  };
}

export const strings = listOf(string);
export const numbers = listOf(number);

export function integers(least: number, end?: number): Read<readonly number[]> {
  return listOf(integer(least, end));
}
