/** Numbers as readers see them: proper minus signs, thousands apart, no more digits than mean something. */

const MINUS = "\u2212";
/** With more decimals than this a power of ten reads better. */
const MOST_DECIMALS = 8;

export function fixed(value: number, decimals = 3): string {
  const size = Math.abs(value);
  const text = decimals > MOST_DECIMALS ? size.toExponential(2).replace("-", MINUS) : size.toFixed(decimals);
  return (value < 0 && Number(size.toFixed(Math.min(decimals, 100))) !== 0 ? MINUS : "") + grouped(text);
}

export function signed(value: number, decimals = 3): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Thousands apart, from five digits on: 4526.3 but 45,263. */
function grouped(text: string): string {
  return /^\d{5}/.test(text) ? text.replace(/\d(?=(\d{3})+(\.|$))/g, "$&,") : text;
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

/** Never rounded up: 99.8% are not all. */
export function percentAtLeast(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)}%`;
}

/** An effective number: a handful needs its decimals, a thousand does not. */
export function amount(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : count(value);
}

/** Four significant digits without an exponent. */
export function width(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4, useGrouping: false });
}

/** A value of the data, as people would type it. */
export function plain(value: number, digits = 15): string {
  return String(Number(value.toPrecision(digits))).replaceAll("-", MINUS);
}

/** For scripts that read the page: nine significant digits. */
export function exact(value: number): string {
  return String(Number(value.toPrecision(9)));
}
