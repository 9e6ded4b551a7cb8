/** Other superpixels: looked at first, then explained. */

import type { JSX } from "preact";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { Button, KEEP_KEYS, LogRange, Select } from "../../views/fields";
import { count, width } from "../../views/format";
import { say, sayWith } from "../../views/strings";
import type { Algorithm, ImageInstance } from "./instance";
import { MOST, type Segmenting } from "./segmenting";

const NAMES: Readonly<Record<Algorithm, string>> = {
  quickshift: words.algorithm_quickshift,
  slic: words.algorithm_slic,
  felzenszwalb: words.algorithm_felzenszwalb,
  watershed: words.algorithm_watershed,
  grid: words.algorithm_grid,
};
const ALGORITHMS = Object.keys(NAMES) as Algorithm[];
const LOOSE: ReadonlySet<Algorithm> = new Set(["felzenszwalb", "grid"]);

interface PanelProps {
  store: Store<ImageInstance>;
  segmenting: Segmenting;
}

export function SegmentPanel({ store, segmenting }: PanelProps): JSX.Element {
  return (
    <details
      class="lime-segment"
      onToggle={({ currentTarget: { open } }) => {
        if (!store.host.live) return;
        if (open) segmenting.start();
        else segmenting.keep();
      }}
    >
      <summary {...KEEP_KEYS}>{words.segment}</summary>
      {store.host.live ? (
        <Form store={store} segmenting={segmenting} />
      ) : (
        <p class="lime-reason">{words.segment_absent}</p>
      )}
    </details>
  );
}

function Form({ store, segmenting }: PanelProps): JSX.Element {
  const { algorithm, segments, compactness } = segmenting.parameters.value;
  const isLoose = LOOSE.has(algorithm);
  const reason = `${store.uid}-no-compactness`;
  return (
    <div class="lime-segment-form">
      <Select
        id={`${store.uid}-algorithm`}
        label={words.algorithm}
        value={algorithm}
        options={ALGORITHMS.map((value) => ({ value, text: NAMES[value] }))}
        onChange={(value) => {
          const found = ALGORITHMS.find((name) => name === value);
          if (found) segmenting.change({ algorithm: found });
        }}
      />
      <LogRange
        id={`${store.uid}-segments`}
        label={words.n_segments}
        low={2}
        high={MOST}
        value={segments}
        shown={count(segments)}
        onInput={(value) => segmenting.change({ segments: Math.round(value) })}
      />
      <LogRange
        id={`${store.uid}-compactness`}
        label={words.compactness}
        low={0.1}
        high={100}
        value={compactness}
        shown={isLoose ? "" : width(compactness)}
        reason={isLoose ? reason : undefined}
        onInput={(value) => segmenting.change({ compactness: Number(value.toPrecision(2)) })}
      />
      {isLoose ? (
        <p class="lime-reason" id={reason}>
          {say(words.no_compactness, { algorithm: NAMES[algorithm] })}
        </p>
      ) : null}
      <Proposed segmenting={segmenting} />
      <Choices store={store} segmenting={segmenting} />
    </div>
  );
}

function Proposed({ segmenting }: { segmenting: Segmenting }): JSX.Element {
  const { value } = segmenting.proposal;
  const says = value && {
    count: <strong data-proposed-segments={value.count}>{count(value.count)}</strong>,
    calls: <strong data-proposed-calls={value.calls}>{count(value.calls)}</strong>,
  };
  return (
    <>
      <p class="lime-proposed-text" role="status">
        {says && !value.error
          ? sayWith(value.count === 1 ? words.proposed_one : words.proposed, says)
          : segmenting.waits.value
            ? words.segmenting
            : ""}
      </p>
      {value?.error ? (
        <p class="lime-error" role="alert">
          {value.error}
        </p>
      ) : null}
    </>
  );
}

function Choices({ store, segmenting }: PanelProps): JSX.Element {
  const running = store.status.value.phase !== "idle";
  const hasOutlines = segmenting.outlines.value !== null;
  return (
    <div class="lime-actions">
      <Button text={words.explain_segments} resting={running || !hasOutlines} onClick={() => segmenting.explain()} />
      <Button text={words.keep_segments} resting={running || !hasOutlines} onClick={() => segmenting.keep()} />
    </div>
  );
}
