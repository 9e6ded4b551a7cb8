/** What the kernel is doing, and what went wrong. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Status as KernelStatus } from "../state/schema";
import type { Store } from "../state/store";
import { count } from "./format";
import { say } from "./strings";

export function Status({ store }: { store: Store }): JSX.Element | null {
  if (!store.host.live) return null;
  const status = store.status.value;
  const error = status.error || store.pageError.value;
  const measured = status.phase === "running" && status.total > 0;
  return (
    <div class="lime-status">
      <div role="status">{phaseText(status, store.pending.value && !store.fitsInPage)}</div>
      {measured ? <progress aria-label={words.samples} max={status.total} value={status.done} /> : null}
      {error ? (
        <p class="lime-error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function phaseText({ phase, done, total, error }: KernelStatus, isRefitting: boolean): string {
  if (phase === "stopping") return words.stopping;
  if (phase === "running") return say(words.asked, { done: count(done), total: count(total) });
  // A fit that failed is not under way any more.
  return isRefitting && !error ? words.refitting : "";
}
