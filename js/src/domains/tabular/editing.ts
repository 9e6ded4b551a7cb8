/** The edits of one table step by step, so that they can be taken back. */

import { type Signal, signal } from "@preact/signals";
import type { Store } from "../../state/store";
import { type Edit, sameEdits } from "../../state/variant";
import type { TableInstance } from "./instance";

type Edits = readonly Edit[];

export class Editing {
  /** Counts how often edits were taken back: fields that hold something else begin anew. */
  readonly takenBack: Signal<number> = signal(0);
  readonly #store: Store<TableInstance>;
  /** As they were left here: others come from the kernel, or from Reset. */
  #own: Edits;
  /** The edits before each step, the oldest first. */
  #history: Edits[];
  /** The feature whose value is still being typed, or -1: what is typed next belongs to the same step. */
  #typing = -1;

  constructor(store: Store<TableInstance>) {
    this.#store = store;
    this.#own = store.edits.peek();
    this.#history = historyOf(this.#own);
  }

  /** Put a value in the place of the instance's, or take the instance's again; `typing` while more may be typed. */
  edit(feature: number, value: number | null, typing = false): void {
    const before = this.#store.edits.peek();
    const own = this.#store.data.peek().instance.columns[feature]?.value;
    const others = before.filter(([other]) => other !== feature);
    const next = value === own ? others : [...others, [feature, value] as const].toSorted(([a], [b]) => a - b);
    const goesOn = this.#typing === feature;
    const isSame = sameEdits(next, before);
    // A field that changes by Enter says so once more: that opens no step.
    if (!typing || !isSame) this.#typing = typing ? feature : -1;
    if (isSame) return;
    const last = this.#history.at(-1);
    if (!goesOn) this.#history.push(before);
    else if (last && sameEdits(next, last)) this.#history.pop();
    this.#set(next);
  }

  /** Take the last edit back. */
  undo(): void {
    this.#typing = -1;
    this.#set(this.#history.pop() ?? []);
    this.#beginAnew();
  }

  /** Take all edits back. */
  restore(): void {
    this.#store.vary({ edits: [] });
  }

  /** Follow edits that were made elsewhere. */
  follow(edits: Edits): void {
    if (edits === this.#own) return;
    this.#own = edits;
    this.#typing = -1;
    this.#history = historyOf(edits);
    if (!edits.length) this.#beginAnew();
  }

  #set(edits: Edits): void {
    this.#own = edits;
    this.#store.vary({ edits });
  }

  #beginAnew(): void {
    this.takenBack.value = this.takenBack.peek() + 1;
  }
}

/** A way to the edits that Undo can take back: one feature after the other. */
function historyOf(edits: Edits): Edits[] {
  return edits.map((_, i) => edits.slice(0, i));
}
