/** Where the explanation comes from. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Domain } from "../domains/domain";
import type { Store } from "../state/store";
import { count } from "./format";

const LONGEST = 300;

export function About({ store }: { store: Store }): JSX.Element {
  const { domain, provenance } = store.data.value;
  return (
    <details class="lime-about" open={!store.host.live}>
      <summary data-lm-suppress-shortcuts="true">{words.about}</summary>
      <dl>
        {provenance.map(([key, value]) => (
          <div key={key}>
            <dt>{label(key, domain)}</dt>
            <dd>
              <bdi dir="auto">{shown(key, value)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const LABELS: Readonly<Record<string, string>> = {
  model: words.provenance_model,
  samples: words.provenance_samples,
  seed: words.provenance_seed,
  version: words.provenance_version,
  python: words.provenance_python,
  numpy: words.provenance_numpy,
  sklearn: words.provenance_sklearn,
  date: words.provenance_date,
};

function label(key: string, domain: Domain): string {
  if (key === "instance") return domain.words.provenance;
  return Object.hasOwn(LABELS, key) ? (LABELS[key] ?? key) : key;
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
