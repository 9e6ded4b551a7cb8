/**
 * How sure the fit that is shown is.
 *
 * Errors that cost little come with the fit. Others, and the ranking, are computed when the page rests; until then there
 * are none: never those of another fit.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Settings, Surrogate, SurrogateFitter } from "../solver/surrogate";
import type { Uncertainty } from "../solver/uncertainty";

/** Samples x features²: errors of a fit this small take a small part of a frame. */
const QUICK_PRODUCTS = 5e5;
/** Milliseconds without a change, after which errors are computed, and the ranking. */
const ERRORS_REST = 80;
const RANKING_REST = 250;

/** A fit, what is known of its errors, and how to know more. */
export interface Shown {
  readonly surrogate: Surrogate;
  readonly uncertainty: Uncertainty | null;
  readonly later: readonly Step[];
}

interface Step {
  readonly rest: number;
  readonly improve: (known: Uncertainty | null) => Uncertainty | null;
}

/** A fit of the page's own. */
export function shownFit(fitter: SurrogateFitter, settings: Settings, nSamples: number): Shown {
  const surrogate = fitter.fit(settings);
  const nSelected = surrogate.features.length;
  const errors = () => fitter.uncertainty(settings, surrogate);
  const isQuick = nSamples * nSelected ** 2 <= QUICK_PRODUCTS;
  const ranking = {
    rest: RANKING_REST,
    improve: (known: Uncertainty | null) => known && fitter.withRanking(settings, known, nSelected),
  };
  return {
    surrogate,
    uncertainty: isQuick ? errors() : null,
    later: isQuick ? [ranking] : [{ rest: ERRORS_REST, improve: errors }, ranking],
  };
}

/** What is known of the errors of the fit that is shown, and an end to the following. */
export function followUncertainty(
  shown: ReadonlySignal<Shown | null>,
): [ReadonlySignal<Uncertainty | null>, () => void] {
  const late = signal<{ of: Shown; uncertainty: Uncertainty | null } | null>(null);
  const known = computed(() => {
    const fit = shown.value;
    return (late.value?.of === fit ? late.value?.uncertainty : fit?.uncertainty) ?? null;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (fit: Shown, [step, ...steps]: readonly Step[]) => {
    if (!step) return;
    timer = setTimeout(() => {
      late.value = { of: fit, uncertainty: step.improve(known.peek()) };
      wait(fit, steps);
    }, step.rest);
  };
  const stop = effect(() => {
    clearTimeout(timer);
    if (shown.value) wait(shown.value, shown.value.later);
  });
  return [
    known,
    () => {
      stop();
      clearTimeout(timer);
    },
  ];
}
