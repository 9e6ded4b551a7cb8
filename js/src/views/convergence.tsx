/** How the number of samples was found: what was measured, look after look, on its way to the target. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Settings } from "../solver/surrogate";
import type { Convergence as Search } from "../state/certainty";
import type { Store } from "../state/store";
import { count, fixed, percentAtLeast, plain } from "./format";
import { say } from "./strings";

const MEASURES: Readonly<Record<Search["measure"], string>> = {
  relative_error: words.measure_relative_error,
  standard_error: words.measure_standard_error,
  stability: words.measure_stability,
};

const REASONS: Readonly<Record<Search["reason"], string>> = {
  running: words.reason_running,
  reached: words.reason_reached,
  cap: words.reason_cap,
  exact: words.reason_exact,
  noisy: words.reason_noisy,
  failed: words.reason_failed,
  stopped: words.reason_stopped,
};

export function Convergence({ store }: { store: Store }): JSX.Element | null {
  const search = store.growing.value ?? store.data.value.convergence;
  const isValid = useSameSettings(search, store.settings.value);
  const last = search?.looks.at(-1);
  if (!search || !last || !isValid) return null;
  const { measure, reason, target } = search;
  const calls =
    reason === "stopped" || reason === "failed"
      ? Math.max(last.calls, store.data.value.neighborhood.nSamples)
      : last.calls;
  const figures = { value: measured(last.value, measure), target: measured(target, measure), calls: count(calls) };
  return (
    <figure class="lime-convergence" data-convergence={reason}>
      {search.looks.length > 1 ? <Chart search={search} /> : null}
      <figcaption>
        {reason === "exact" ? null : <p>{say(MEASURES[measure], figures)}</p>}
        <p class="lime-note">{say(REASONS[reason], figures)}</p>
      </figcaption>
    </figure>
  );
}

/** Whether what a search measured is what would be measured now: under other settings it was not. */
function useSameSettings(search: Search | null, now: Settings): boolean {
  const known = useRef({ search, at: now });
  const { search: before, at } = known.current;
  if (search !== before) known.current = { search, at: before?.reason === "running" ? at : now };
  const then = known.current.at;
  if (then.kernelWidth !== now.kernelWidth) return false;
  // The largest error of a weight shown is one of those that were shown.
  return search?.measure !== "standard_error" || then === now;
}

/** What a look found, or a target; never rounded to the better side. */
function measured(value: number, measure: Search["measure"]): string {
  if (measure === "stability") return percentAtLeast(value);
  return measure === "relative_error" ? fixed(Math.ceil(100 * value - 1e-9) / 100, 2) : plain(value, 3);
}

/** Everything in shares of the drawing, which is as wide as there is room: text and strokes keep their size. */
function Chart({ search: { looks, measure, target } }: { search: Search }): JSX.Element {
  const most = Math.max(...looks.map(({ calls }) => calls), 1);
  const top = 1.15 * Math.max(target, ...looks.map(({ value }) => value), Number.MIN_VALUE);
  const x = (calls: number) => `${((calls / most) * 97 + 1).toFixed(2)}%`;
  const y = (value: number) => `${(99 - (value / top) * 97).toFixed(2)}%`;
  const isLow = target < top / 2;
  return (
    <svg class="lime-chart" aria-hidden="true">
      <line class="lime-axis" x1="0" x2="100%" y1="99%" y2="99%" />
      <line class="lime-target" x1="0" x2="100%" y1={y(target)} y2={y(target)} />
      <text x="0" y={y(target)} dy={isLow ? "-0.35em" : "1.1em"}>
        {say(words.chart_target, { target: measured(target, measure) })}
      </text>
      {looks.slice(1).map(({ calls, value }, i) => {
        const before = looks[i] ?? { calls, value };
        return <line key={calls} x1={x(before.calls)} y1={y(before.value)} x2={x(calls)} y2={y(value)} />;
      })}
      {looks.map(({ calls, value }) => (
        <circle key={calls} cx={x(calls)} cy={y(value)} r="2.5" />
      ))}
    </svg>
  );
}
