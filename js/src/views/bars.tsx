/** The weights, as bars to either side of zero. */

import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Store } from "../state/store";
import { BarTrack } from "./bar-track";
import { Certainty } from "./certainty";
import { Doubts } from "./doubts";
import { exact, signed } from "./format";
import { Heading } from "./heading";
import { mark, stepKey } from "./highlight";
import { type Interval, intervalFacts, intervalsOf, plusMinus, roomFor, useRoomForFigures } from "./intervals";
import { Name } from "./names";
import { pointing } from "./pointing";
import { say, sayWith } from "./strings";

/** More bars than this scroll by themselves. */
const MANY = 30;

export function Bars({ store }: { store: Store }): JSX.Element {
  const surrogate = store.surrogate.value;
  const { classNames, domain, instance, mode, unit } = store.data.value;
  const className = classNames[store.settings.value.label] ?? "";
  const named = { class: <Name of={className} /> };
  const isRegression = mode === "regression";
  const room = useRoomForFigures(surrogate, store.weightDecimals.value);
  const uncertainty = store.uncertainty.value;
  // Errors that are awaited keep their room.
  const hasErrors = uncertainty ? uncertainty.weights?.some((error) => error > 0) : store.fitsInPage;
  return (
    <section
      class="lime-weights"
      aria-busy={store.pending.value}
      data-uncertainty={uncertainty?.status}
      data-errors={hasErrors ? "true" : undefined}
      style={room}
    >
      <Heading store={store}>
        {words.weights}
        {unit ? <small>, {sayWith(words.in_unit, { unit: <bdi dir="auto">{unit}</bdi> })}</small> : null}
      </Heading>
      {surrogate ? null : <p class="lime-note">{words.no_fit}</p>}
      {surrogate?.weights.every((weight) => weight === 0) ? <p class="lime-note">{domain.words.noWeights}</p> : null}
      <div class="lime-sides" aria-hidden="true">
        <div>
          <i class="lime-arrow">◀</i>
          <span>{sayWith(isRegression ? words.lowers : words.against, named)}</span>
        </div>
        <div>
          <span>{sayWith(isRegression ? words.raises : words.supports, named)}</span>
          <i class="lime-arrow">▶</i>
        </div>
      </div>
      <BarList store={store} label={say(words.weights_of, { class: className })} />
      <Doubts store={store} />
      <Certainty store={store} />
      {instance.notes.length ? (
        <ul class="lime-notes">
          {instance.notes.map((note) => (
            <li key={note} class="lime-note">
              <bdi dir="auto">{note}</bdi>
            </li>
          ))}
        </ul>
      ) : null}
      <p class="lime-hidden" id={`${store.uid}-bars-hint`}>
        {domain.words.weightsHint}
      </p>
    </section>
  );
}

function BarList({ store, label }: { store: Store; label: string }): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useSignalEffect(() => mark(list.current, ".lime-bar", store.highlighted.value));
  const surrogate = store.surrogate.value;
  const { features, weights } = surrogate ?? { features: [], weights: [] };
  const decimals = store.weightDecimals.value;
  const uncertainty = store.uncertainty.value;
  const intervals = intervalsOf(surrogate, uncertainty);
  // Until new whiskers come, the bars leave the room that the last ones took.
  const room = useRef(1);
  if (uncertainty) room.current = roomFor(surrogate, intervals);
  const scale = (Math.abs(weights[0] ?? 0) || 1) * room.current;
  return (
    <ul
      class="lime-bars"
      ref={list}
      aria-label={label}
      data-many={features.length > MANY ? "true" : undefined}
      {...pointing(store, ".lime-bar")}
      onKeyDown={(event) => moveFocus(event, list.current)}
    >
      {features.map((feature, i) => (
        <Bar
          key={feature}
          store={store}
          feature={feature}
          weight={weights[i] ?? 0}
          interval={intervals[i]}
          scale={scale}
          decimals={decimals}
          isFirst={i === 0}
        />
      ))}
    </ul>
  );
}

interface BarProps {
  store: Store;
  feature: number;
  weight: number;
  interval: Interval | undefined;
  scale: number;
  decimals: number;
  isFirst: boolean;
}

function Bar({ store, feature, weight, interval, scale, decimals, isFirst }: BarProps): JSX.Element {
  const removed = store.removed.value.includes(feature);
  const { domain, instance } = store.data.value;
  const facts = intervalFacts(interval, decimals).join(", ");
  return (
    <li
      class="lime-bar"
      data-feature={feature}
      data-weight={exact(weight)}
      data-sign={weight < 0 ? "negative" : "positive"}
      data-error={interval && exact(interval.error)}
      data-low={interval && exact(interval.low)}
      data-high={interval && exact(interval.high)}
      data-zero={interval?.hasZero ? "true" : undefined}
      data-removed={removed ? "true" : undefined}
      data-lm-suppress-shortcuts="true"
      // One Tab stop for the whole list; the arrow keys do the rest.
      tabIndex={isFirst ? 0 : -1}
      aria-describedby={`${store.uid}-bars-hint`}
    >
      {domain.FeatureMark ? <domain.FeatureMark store={store} feature={feature} /> : null}
      <Name of={instance.features[feature] ?? ""} class="lime-bar-name" />
      <BarTrack weight={weight} scale={scale} interval={interval} />
      <span class="lime-bar-value" title={facts || undefined}>
        {signed(weight, decimals)}
        {interval?.reach ? (
          <small class="lime-bar-error" aria-hidden="true">
            {" "}
            {plusMinus(interval.reach, decimals)}
          </small>
        ) : null}
      </span>
      {facts ? <span class="lime-hidden">, {facts}</span> : null}
    </li>
  );
}

function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const bars = Array.from(list?.children ?? []) as HTMLElement[];
  const next = stepKey(event, bars.indexOf(event.target as HTMLElement), bars.length, false);
  if (next === null) return;
  event.preventDefault();
  bars[next]?.focus();
}
