/** Numbers as readers see them: proper minus signs, thousands apart, no more digits than mean something. */

const MINUS = "\u2212";

export function fixed(value: number, decimals = 3): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

export function signed(value: number, decimals = 3): string {
  const text = fixed(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** Three decimals; next to nothing and next to certainty are told from 0 and 1. */
export function probability(value: number): string {
  if (value > 0 && value < 0.0005) return "<0.001";
  return value < 1 && value >= 0.9995 ? ">0.999" : fixed(value);
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function percent(share: number): string {
  return share > 0 && share < 0.01 ? "<1%" : `${Math.round(share * 100)}%`;
}

/** An effective number: a handful needs its decimals, a thousand does not. */
export function amount(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : count(value);
}

/** Four significant digits without an exponent. */
export function width(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4, useGrouping: false });
}

/** For scripts that read the page: nine significant digits. */
export function exact(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** Three decimals, or as many as keep two digits of the largest of `values`. */
export function decimalsFor(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 0.01 || largest === 0) return 3;
  return Math.min(5, 1 - Math.floor(Math.log10(largest)));
}
