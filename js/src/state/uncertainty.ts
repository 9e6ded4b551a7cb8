/**
 * How sure the fit that is shown is.
 *
 * Errors that cost little come with the fit. Others, and the ranking, are computed when the page rests; until then there
 * are none: never those of another fit.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { finished, type Slices } from "../solver/slices";
import type { Settings, Surrogate, SurrogateFitter } from "../solver/surrogate";
import type { Uncertainty } from "../solver/uncertainty";

/** Products: errors that take no more take a part of a frame. */
const QUICK_PRODUCTS = 2e7;
/** Milliseconds without a change, after which errors are computed, and the ranking. */
const ERRORS_REST = 80;
const RANKING_REST = 250;
/** Milliseconds of work, after which the page may do something else. */
const SLICE = 8;

/** A fit, what is known of its errors, and how to know more. */
export interface Shown {
  readonly surrogate: Surrogate;
  readonly uncertainty: Uncertainty | null;
  readonly later: readonly Step[];
}

interface Step {
  readonly rest: number;
  readonly improve: (known: Uncertainty | null) => Slices<Uncertainty>;
}

/** A fit of the page's own. */
export function shownFit(fitter: SurrogateFitter, settings: Settings): Shown {
  const surrogate = fitter.fit(settings);
  const errors = () => fitter.uncertainty(settings, surrogate);
  const isQuick = fitter.productsOfErrors(settings, surrogate) <= QUICK_PRODUCTS;
  const ranking = {
    rest: RANKING_REST,
    // Its turn comes when the errors are known.
    improve: (known: Uncertainty | null) =>
      fitter.withRanking(settings, known as Uncertainty, surrogate.features.length),
  };
  return {
    surrogate,
    uncertainty: isQuick ? finished(errors()) : null,
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
  const work = (slices: Slices<Uncertainty>, end: (found: Uncertainty) => void) => {
    const until = performance.now() + SLICE;
    for (;;) {
      const { done, value } = slices.next();
      if (done) return end(value);
      if (performance.now() >= until) break;
    }
    timer = setTimeout(() => work(slices, end));
  };
  const wait = (fit: Shown, [step, ...steps]: readonly Step[]) => {
    if (!step) return;
    const end = (uncertainty: Uncertainty) => {
      late.value = { of: fit, uncertainty };
      wait(fit, steps);
    };
    timer = setTimeout(() => work(step.improve(known.peek()), end), step.rest);
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
