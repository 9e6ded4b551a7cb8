/** The surrogates of the class explained and of the one beside it. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { Surrogate, SurrogateFitter } from "../../solver/surrogate";
import type { ExplanationData } from "../../state/schema";
import { columned, fitterOf, type Store, sameSettings } from "../../state/store";
import type { ImageInstance } from "./instance";
import { comparedLabel } from "./look";

/** The surrogate of a class, or null where there is no fit of it. */
export interface Side {
  readonly label: number;
  readonly surrogate: Surrogate | null;
}

/** One side, or two. The other side has a fitter of its own: a fitter keeps the moments of one class. */
export function sidesOf(store: Store<ImageInstance>): ReadonlySignal<readonly Side[]> {
  let fitted: { data: ExplanationData<ImageInstance>; fitter: SurrogateFitter } | undefined;
  const fitterFor = (data: ExplanationData<ImageInstance>) => {
    if (fitted?.data !== data) fitted = { data, fitter: fitterOf(data) };
    return fitted.fitter;
  };
  const other = (label: number): Surrogate | null => {
    const settings = { ...store.settled.value, label };
    if (!store.fitsInPage) return store.fitted.value.find((fit) => sameSettings(fit.settings, settings)) ?? null;
    const data = store.data.value;
    return fitterFor(data).fit(columned(settings, data));
  };
  return computed(() => {
    const compared = comparedLabel(store);
    const shown = { label: store.settings.value.label, surrogate: store.surrogate.value };
    return compared === null ? [shown] : [shown, { label: compared, surrogate: other(compared) }];
  });
}
