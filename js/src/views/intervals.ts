/** Where the weights of infinitely many samples would be: intervals of 95%. */

import { useRef } from "preact/hooks";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Surrogate } from "../solver/surrogate";
import { intervalFactor, type Uncertainty } from "../solver/uncertainty";
import { fixed, signed } from "./format";
import { say } from "./strings";

export interface Interval {
  /** The standard error. */
  readonly error: number;
  /** How far the interval goes to either side. */
  readonly reach: number;
  readonly low: number;
  readonly high: number;
  readonly hasZero: boolean;
}

export type Intervals = readonly Interval[];

/** One for each weight, in their order; none where there is no telling. */
export function intervalsOf(surrogate: Surrogate | null, uncertainty: Uncertainty | null): Intervals {
  if (!surrogate || !uncertainty?.weights) return [];
  const factor = intervalFactor(uncertainty.degrees);
  return uncertainty.weights.map((error, i) => {
    const weight = surrogate.weights[i] ?? 0;
    const reach = factor * error;
    const hasZero = reach > 0 && Math.abs(weight) <= reach;
    return { error, reach, low: weight - reach, high: weight + reach, hasZero };
  });
}

/** What the longest bar or whisker reaches, over the largest weight. */
export function roomFor(surrogate: Surrogate | null, intervals: Intervals): number {
  const largest = Math.abs(surrogate?.weights[0] ?? 0);
  const furthest = intervals.reduce((most, { low, high }) => Math.max(most, -low, high), largest);
  // The whisker's cap stands to both sides of its end.
  return largest > 0 ? (furthest / largest) * (furthest > largest ? 1.03 : 1) : 1;
}

/** "± 0.012", or nothing where nothing is left to chance or nobody knows. */
export function plusMinus(reach: number | undefined, decimals: number): string {
  if (!reach) return "";
  const text = fixed(reach, decimals);
  return `± ${/[1-9]/.test(text) ? text : `<${fixed(10 ** -decimals, decimals)}`}`;
}

/** How far a figure's interval goes to either side, given its standard error; undefined where that is not known. */
export function reachOf(error: number | null | undefined, uncertainty: Uncertainty | null): number | undefined {
  return error && uncertainty ? error * intervalFactor(uncertainty.degrees) : undefined;
}

/** Room for the longest of the figures, so that none is cut. It does not shrink again: nothing jumps below a slider. */
export function useRoomForFigures(surrogate: Surrogate | null, decimals: number): Record<string, string> {
  const longest = useRef(0);
  const lengths = surrogate?.weights.map((weight) => signed(weight, decimals).length) ?? [];
  longest.current = Math.max(longest.current, ...lengths);
  return { "--digits": `${longest.current}ch` };
}

/** "95% interval +0.125 to +0.149", "could be zero". */
export function intervalFacts(interval: Interval | undefined, decimals: number): string[] {
  if (!interval?.reach) return [];
  const ends = { low: signed(interval.low, decimals), high: signed(interval.high, decimals) };
  return [say(words.interval, ends), ...(interval.hasZero ? [words.could_be_zero] : [])];
}
