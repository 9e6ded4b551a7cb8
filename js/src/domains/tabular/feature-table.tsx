/**
 * The instance's row of a table: each column with its value, which can be edited, its condition and its weight.
 *
 * There may be a thousand columns: a change of settings draws only the rows whose weight it changes, and a search hides
 * rows without drawing any.
 */

import { useSignalEffect } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Surrogate } from "../../solver/surrogate";
import type { Store } from "../../state/store";
import { Button, SearchField, Select } from "../../views/fields";
import { count } from "../../views/format";
import { mark } from "../../views/highlight";
import { intervalsOf, roomFor, useRoomForFigures } from "../../views/intervals";
import { visibleName } from "../../views/names";
import { pointing } from "../../views/pointing";
import { say } from "../../views/strings";
import { InstanceHead, type Tip } from "../../views/tooltip";
import { Editing } from "./editing";
import { FeatureRow } from "./feature-row";
import type { TableInstance } from "./instance";
import { trainingRange } from "./values";

const MOST_WITHOUT_SEARCH = 20;
/** More options than this in all are put into a select only when it is used. */
const MOST_OPTIONS = 2000;
/** From here on, rows out of sight are not laid out. */
const MANY = 30;
/** Weights that have not changed for so many milliseconds have come to rest. */
const REST = 200;
const ROW = ".lime-feature";

type Sort = "weight" | "data";

interface TableProps {
  store: Store<TableInstance>;
}

export function FeatureTable({ store }: TableProps): JSX.Element {
  const { instance } = store.data.value;
  const editing = useMemo(() => new Editing(store), [store]);
  useSignalEffect(() => editing.follow(store.edits.value));
  const [sort, setSort] = useState<Sort>("weight");
  const [query, setQuery] = useState("");
  const found = matches(instance, query);
  // A row says its weight itself, beside its value.
  const tip: Tip = (feature) => {
    const column = instance.columns[feature];
    return { name: column?.name ?? "", facts: column ? trainingRange(column) : [] };
  };
  const isSearched = instance.columns.length > MOST_WITHOUT_SEARCH;
  return (
    <section class="lime-table">
      <InstanceHead store={store} id={`${store.uid}-table`} text={words.table} tip={tip} />
      <div class="lime-table-tools">
        <Select
          id={`${store.uid}-sort`}
          label={words.sort_by}
          value={sort}
          options={[
            { value: "weight", text: words.sort_weight },
            { value: "data", text: words.sort_data },
          ]}
          onChange={(value) => setSort(value === "data" ? value : "weight")}
        />
        {isSearched ? (
          <SearchField
            id={`${store.uid}-search`}
            label={words.search_columns}
            value={query}
            found={
              query ? say(words.search_found, { count: count(found.size), total: count(instance.columns.length) }) : ""
            }
            onInput={setQuery}
          />
        ) : null}
        <TakingBack store={store} editing={editing} />
      </div>
      <Rows store={store} editing={editing} sort={sort} found={query ? found : null} />
    </section>
  );
}

function TakingBack({ store, editing }: TableProps & { editing: Editing }): JSX.Element {
  const resting = !store.edits.value.length;
  return (
    <div class="lime-actions">
      <Button text={words.undo} resting={resting} onClick={() => editing.undo()} />
      <Button text={words.original_values} resting={resting} onClick={() => editing.restore()} />
    </div>
  );
}

interface RowsProps extends TableProps {
  editing: Editing;
  sort: Sort;
  /** The features to be shown, or null for all. */
  found: ReadonlySet<number> | null;
}

function Rows(props: RowsProps): JSX.Element {
  const { store, editing, found } = props;
  const { columns } = store.data.value.instance;
  const list = useRef<HTMLUListElement>(null);
  const [released, setReleased] = useState(0);
  const surrogate = store.surrogate.value;
  const order = useOrder(list, props, released);
  const room = useRoomForFigures(surrogate, store.weightDecimals.value);
  const edits = new Map(store.edits.value);
  const weights = new Map(surrogate?.features.map((feature, i) => [feature, surrogate.weights[i] ?? 0]));
  const intervals = intervalsOf(surrogate, store.uncertainty.value);
  const ofFeature = new Map(surrogate?.features.map((feature, i) => [feature, intervals[i]]));
  const scale = (Math.abs(surrogate?.weights[0] ?? 0) || 1) * roomFor(surrogate, intervals);
  const isLazy = columns.reduce((sum, { choices }) => sum + choices.length, 0) > MOST_OPTIONS;
  const pointers = pointing(store, ROW);
  useSignalEffect(() => mark(list.current, ROW, store.highlighted.value));
  useLayoutEffect(() => {
    const rows = (list.current?.children ?? []) as HTMLCollectionOf<HTMLElement>;
    order.forEach((feature, place) => {
      const row = rows[place];
      if (row) row.hidden = found !== null && !found.has(feature);
    });
  }, [found, order]);
  return (
    <ul
      class="lime-rows"
      data-many={order.length > MANY ? "true" : undefined}
      ref={list}
      aria-labelledby={`${store.uid}-table`}
      style={room}
      {...pointers}
      onFocusOut={(event) => {
        pointers.onFocusOut();
        if (!list.current?.contains(event.relatedTarget as Node | null)) setReleased((times) => times + 1);
      }}
    >
      {order.map((feature) => {
        const column = columns[feature];
        const weight = weights.get(feature);
        if (!column) return null;
        return (
          <FeatureRow
            key={feature}
            store={store}
            editing={editing}
            feature={feature}
            column={column}
            edit={edits.get(feature)}
            weight={weight}
            interval={ofFeature.get(feature)}
            scale={weight === undefined ? 1 : scale}
            isLazy={isLazy}
          />
        );
      })}
    </ul>
  );
}

/**
 * The order of the rows: as asked for at once, by new weights only when they have come to rest and the focus is not among
 * the rows, so that none moves from under the reader.
 */
function useOrder(
  list: RefObject<HTMLElement | null>,
  { store, sort }: RowsProps,
  released: number,
): readonly number[] {
  const surrogate = store.surrogate.value;
  const { instance } = store.data.value;
  const next = () => sorted(sort, store.surrogate.peek(), instance.columns.length);
  const [order, setOrder] = useState<readonly number[]>(next);
  const update = () => setOrder((before) => (before.join() === next().join() ? before : next()));
  useLayoutEffect(update, [sort, instance]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (!list.current?.querySelector(":focus")) update();
    }, REST);
    return () => clearTimeout(timer);
  }, [surrogate, released, sort, instance]);
  return order;
}

/** Features with a weight first, the largest before, then the others as in the data; or all as in the data. */
function sorted(sort: Sort, surrogate: Surrogate | null, nColumns: number): number[] {
  const all = Array.from({ length: nColumns }, (_, feature) => feature);
  if (sort === "data" || !surrogate) return all;
  const weighted = surrogate.features.filter((_, i) => surrogate.weights[i] !== 0);
  const first = new Set(weighted);
  return [...weighted, ...all.filter((feature) => !first.has(feature))];
}

/** The features whose name or value has the words of `query` in it. */
function matches({ columns }: TableInstance, query: string): ReadonlySet<number> {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = columns.flatMap(({ name, shown }, feature) => {
    const text = `${visibleName(name)} ${shown}`.toLowerCase();
    return terms.every((term) => text.includes(term)) ? [feature] : [];
  });
  return new Set(found);
}
