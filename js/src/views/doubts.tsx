/** The reasons not to trust the weights, right below them. */

import type { JSX } from "preact";
import { doubts } from "../state/doubt";
import type { Store } from "../state/store";
import { amount, count } from "./format";
import { say } from "./strings";

export function Doubts({ store }: { store: Store }): JSX.Element | null {
  const { surrogate } = store.shown.value;
  if (!surrogate) return null;
  const { effectiveSampleSize, features } = surrogate;
  const figures = { count: amount(effectiveSampleSize), features: count(features.length) };
  return (
    <>
      {doubts(surrogate).map((doubt) => (
        <p class="lime-warning" key={doubt}>
          <strong>{say("warning")}</strong> {say(`warning_${doubt}`, figures)}
        </p>
      ))}
    </>
  );
}
