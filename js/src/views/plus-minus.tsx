/** The interval of one of the two figures, beside it. */

import type { JSX } from "preact";
import type { Store } from "../state/store";
import { exact } from "./format";
import { plusMinus, reachOf } from "./intervals";

const ATTRIBUTES = { score: "data-fidelity-error", localPrediction: "data-local-prediction-error" } as const;

interface PlusMinusProps {
  store: Store;
  figure: keyof typeof ATTRIBUTES;
  decimals: number;
}

export function PlusMinus({ store, figure, decimals }: PlusMinusProps): JSX.Element | null {
  const uncertainty = store.uncertainty.value;
  const error = uncertainty?.[figure] ?? null;
  if (error === null) return null;
  return <small {...{ [ATTRIBUTES[figure]]: exact(error) }}> {plusMinus(reachOf(error, uncertainty), decimals)}</small>;
}
