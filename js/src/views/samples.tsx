/** How many samples there are, and asking the model about more. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Store } from "../state/store";
import { Button, NumberField, Passing } from "./fields";
import { say } from "./strings";

const BATCH = 1000;

export function Samples({ store }: { store: Store }): JSX.Element {
  const present = store.data.value.neighborhood.nSamples;
  const draft = useSignal(String(present));
  useEffect(() => {
    draft.value = String(present);
  }, [present, draft]);
  const running = store.status.value.phase !== "idle";
  const reason = store.host.live ? undefined : `${store.uid}-absent-samples`;
  const missing = () => Math.round(Number(draft.value)) - present;
  const add = (count: number) => {
    if (!running && count > 0) store.host.send({ type: "add_samples", count });
  };
  return (
    <div class="lime-field lime-samples">
      <NumberField
        id={`${store.uid}-samples`}
        label={say("samples")}
        min={present}
        value={draft.value}
        reason={reason}
        onInput={(value) => {
          draft.value = value;
        }}
        onEnter={() => add(missing())}
      />
      <Button
        text={say("add_samples")}
        reason={reason}
        resting={running}
        onClick={() => add(missing() > 0 ? missing() : BATCH)}
      />
      {running ? (
        <Passing within=".lime-samples" heir=".lime-button">
          <Button
            text={say("stop")}
            resting={store.status.value.phase === "stopping"}
            onClick={() => store.host.send({ type: "stop" })}
          />
        </Passing>
      ) : null}
      {reason ? (
        <p class="lime-reason" id={reason}>
          {say("absent_samples")}
        </p>
      ) : null}
    </div>
  );
}
