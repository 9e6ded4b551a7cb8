/**
 * The instance's row of a table: each column with its value, which can be edited, its condition and its weight.
 *
 * There may be a thousand columns: a change of settings draws only the rows whose weight it changes, and a search hides
 * rows without drawing any.
 */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Surrogate } from "../solver/surrogate";
import type { TableInstance } from "../state/instance";
import type { Store } from "../state/store";
import { FeatureRow } from "./feature-row";
import { Button, SearchField, Select } from "./fields";
import { count, decimalsFor } from "./format";
import { mark } from "./highlight";
import { visibleName } from "./names";
import { pointing } from "./pointing";
import { say } from "./strings";
import { InstanceHead } from "./tooltip";
import { type Use, view } from "./view";

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
  store: Store;
  instance: TableInstance;
}

export const FeatureTable = view(({ store, instance }: TableProps, use): JSX.Element => {
  const [sort, setSort] = use.keep<Sort>("weight");
  const [query, setQuery] = use.keep("");
  const found = matches(instance, query);
  const isSearched = instance.columns.length > MOST_WITHOUT_SEARCH;
  return (
    <section class="lime-table">
      <InstanceHead store={store} id={`${store.uid}-table`} text={words.table} />
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
        <TakingBack store={store} />
      </div>
      <Rows store={store} instance={instance} sort={sort} found={query ? found : null} />
    </section>
  );
});

const TakingBack = view(({ store }: { store: Store }): JSX.Element => {
  const resting = !store.edits.value.length;
  return (
    <div class="lime-actions">
      <Button text={words.undo} resting={resting} onClick={() => store.undo()} />
      <Button text={words.original_values} resting={resting} onClick={() => store.restoreValues()} />
    </div>
  );
});

interface RowsProps extends TableProps {
  sort: Sort;
  /** The features to be shown, or null for all. */
  found: ReadonlySet<number> | null;
}

const Rows = view((props: RowsProps, use): JSX.Element => {
  const { store, instance, found } = props;
  const list = use.ref<HTMLUListElement | null>(null);
  const [released, setReleased] = use.keep(0);
  const { surrogate } = store.shown.value;
  const order = rowOrder(use, list, props, released);
  const edits = new Map(store.edits.value);
  const weights = new Map(surrogate?.features.map((feature, i) => [feature, surrogate.weights[i] ?? 0]));
  const largest = Math.abs(surrogate?.weights[0] ?? 0) || 1;
  const decimals = decimalsFor(surrogate?.weights ?? [], store.decimals.value);
  const isLazy = instance.columns.reduce((sum, { choices }) => sum + choices.length, 0) > MOST_OPTIONS;
  const pointers = pointing(store, ROW);
  use.effect(() => store.signals.effect(() => mark(list.current, ROW, store.highlighted.value)), []);
  use.effect(() => {
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
      {...pointers}
      onFocusOut={(event) => {
        pointers.onFocusOut();
        if (!list.current?.contains(event.relatedTarget as Node | null)) setReleased(released + 1);
      }}
    >
      {order.map((feature) => {
        const weight = weights.get(feature);
        return (
          <FeatureRow
            key={feature}
            store={store}
            feature={feature}
            column={instance.columns[feature]}
            edit={edits.get(feature)}
            weight={weight}
            length={Math.abs(weight ?? 0) / largest}
            decimals={decimals}
            isLazy={isLazy}
            takenBack={store.takenBack.value}
          />
        );
      })}
    </ul>
  );
});

/**
 * The order of the rows: as asked for at once, by new weights only when they have come to rest and the focus is not among
 * the rows, so that none moves from under the reader.
 */
function rowOrder(
  use: Use,
  list: { readonly current: HTMLElement | null },
  { store, sort, instance }: RowsProps,
  released: number,
): readonly number[] {
  const { surrogate } = store.shown.value;
  const next = () => sorted(sort, store.shown.peek().surrogate, instance.columns.length);
  const [order, setOrder] = use.keep<readonly number[]>(next());
  const update = () => {
    if (next().join() !== order.join()) setOrder(next());
  };
  use.effect(update, [sort, instance]);
  use.effect(() => {
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
