/** How many samples there are, and asking the model about more. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { Button, NumberField, Passing } from "./fields";

const BATCH = 1000;

export function Samples({ store }: { store: Store }): JSX.Element {
  const present = store.data.value.neighborhood.nSamples;
  const [draft, setDraft] = useState(String(present));
  useEffect(() => setDraft(String(present)), [present]);
  const running = store.status.value.phase !== "idle";
  const reason = store.host.live ? undefined : `${store.uid}-absent-samples`;
  const missing = () => Math.round(Number(draft)) - present;
  const add = (count: number | "auto") => {
    if (!running && (count === "auto" || count > 0)) store.host.send({ type: "add_samples", count });
  };
  return (
    <div class="lime-field lime-samples">
      <NumberField
        id={`${store.uid}-samples`}
        label={words.samples}
        min={present}
        value={draft}
        reason={reason}
        onInput={setDraft}
        onEnter={() => add(missing())}
      />
      <Button
        text={words.add_samples}
        reason={reason}
        resting={running}
        onClick={() => add(missing() > 0 ? missing() : BATCH)}
      />
      <Button text={words.sample_until_precise} reason={reason} resting={running} onClick={() => add("auto")} />
      {running ? (
        <Passing within=".lime-samples" heir=".lime-button">
          <Button
            text={words.stop}
            resting={store.status.value.phase === "stopping"}
            onClick={() => store.host.send({ type: "stop" })}
          />
        </Passing>
      ) : null}
      {reason ? (
        <p class="lime-reason" id={reason}>
          {words.absent_samples}
        </p>
      ) : null}
    </div>
  );
}
