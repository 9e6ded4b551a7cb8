/** Where the explanation comes from. */

import type { JSX } from "preact";
import type { Store } from "../state/store";
import { count } from "./format";
import { has, say } from "./strings";

const LONGEST = 300;

export function About({ store }: { store: Store }): JSX.Element {
  return (
    <details class="lime-about" open={!store.host.live}>
      <summary data-lm-suppress-shortcuts="true">{say("about")}</summary>
      <dl>
        {store.data.value.provenance.map(([key, value]) => (
          <div key={key}>
            <dt>{label(key)}</dt>
            <dd>
              <bdi dir="auto">{shown(key, value)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function label(key: string): string {
  const known = `provenance_${key}`;
  return has(known) ? say(known) : key;
}

function shown(key: string, value: string | number): string {
  if (typeof value === "number") return key === "samples" ? count(value) : String(value);
  if (key === "date") return dated(value);
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

/** To the minute and in UTC, wherever it is read; what is no such date stays as it is. */
function dated(value: string): string {
  const date = /T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? new Date(value) : null;
  if (date === null || Number.isNaN(date.getTime())) return value;
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
