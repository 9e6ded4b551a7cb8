/**
 * The state of one explanation on the page, as signals.
 *
 * A control changes `settings` at once; the surrogate follows `settled`, which catches up no more than twice per
 * animation frame, so that a burst of slider events costs no burst of fits. What only the kernel can do goes through the host.
 */

import { type Settings, type Surrogate, SurrogateFitter } from "../solver/surrogate";
import { answerDecimals } from "./precision";
import { type ExplanationData, type Fit, IDLE, type Status, type WhatIf } from "./schema";
import { type ReadonlySignal, type Signal, Signals } from "./signals";
import type { Edit, Variant } from "./variant";

export type Act = { type: "add_samples"; count: number } | { type: "stop" } | { type: "export" };

/** What the page lives in: a notebook with a kernel, or a file. */
export interface Host {
  readonly live: boolean;
  /** Tell the kernel about the current settings and the variant of the instance that is looked at, soon. */
  publish(settings: Settings, variant: Variant): void;
  /** Ask the kernel to act. */
  send(act: Act): void;
}

/** What the page shows while the kernel is asked for a fit: the last one, if any, and that it is not the right one. */
export interface ShownFit {
  readonly surrogate: Surrogate | null;
  readonly pending: boolean;
}

export interface StoreStart extends Variant {
  readonly settings: Settings;
  readonly whatIf: WhatIf | null;
  readonly fitted: readonly Fit[];
  readonly status?: Status;
}

export interface WidthBounds {
  readonly low: number;
  readonly high: number;
}

export class Store {
  readonly host: Host;
  readonly signals = new Signals();
  /** Makes the ids of one view unique in a document that holds several. */
  readonly uid = `lime-${Math.random().toString(36).slice(2, 10)}`;
  readonly data: Signal<ExplanationData>;
  readonly settings: Signal<Settings>;
  readonly removed: Signal<readonly number[]>;
  readonly edits: Signal<readonly Edit[]>;
  readonly whatIf: Signal<WhatIf | null>;
  readonly fitted: Signal<readonly Fit[]>;
  readonly status: Signal<Status>;
  /** The feature under the pointer or the focus, in text or bars; -1 for none. */
  readonly highlighted: Signal<number>;
  /** An error of the page itself, such as a message that could not be read. */
  readonly pageError: Signal<string>;
  readonly widthBounds: Signal<WidthBounds>;
  readonly shown: ReadonlySignal<ShownFit>;
  /** Of the model's answers, as readers see them. */
  readonly decimals: ReadonlySignal<number>;
  /** Counts how often edits were taken back: fields that hold something else begin anew. */
  readonly takenBack: Signal<number>;
  readonly #settled: Signal<Settings>;
  /** The edits before each step, the oldest first. */
  #history: (readonly Edit[])[];
  /** The feature whose value is still being typed, or -1: what is typed next belongs to the same step. */
  #typing = -1;
  #frame: number | undefined;

  constructor(host: Host, data: ExplanationData, start: StoreStart) {
    const signal = <T>(value: T) => this.signals.signal(value);
    this.host = host;
    this.data = signal(data);
    this.settings = signal(start.settings);
    this.#settled = signal(start.settings);
    this.removed = signal(start.removed);
    this.edits = signal(start.edits);
    this.#history = historyOf(start.edits);
    this.whatIf = signal(start.whatIf);
    this.fitted = signal(start.fitted);
    this.status = signal(start.status ?? IDLE);
    this.widthBounds = signal(widened(boundsOf(data), start.settings.kernelWidth));
    this.highlighted = signal(-1);
    this.pageError = signal("");
    this.takenBack = signal(0);
    this.decimals = this.signals.computed(() => answerDecimals(this.data.value));
    this.shown = this.#shownFit();
  }

  /** Whether the page itself fits. Where the kernel offers fits it does not: it could not, or would take seconds. */
  get fitsInPage(): boolean {
    return this.data.value.beyondPage === null && !this.fitted.value.length;
  }

  /** A control was moved: show it, fit in the next frame, and tell the kernel. */
  change(part: Partial<Settings>): void {
    this.adopt(part);
    this.#publish();
  }

  /** Take settings over from the kernel. */
  adopt(part: Partial<Settings>): void {
    const next = { ...this.settings.value, ...part };
    if (sameSettings(next, this.settings.value)) return;
    this.signals.batch(() => {
      this.settings.value = next;
      this.widthBounds.value = widened(this.widthBounds.value, next.kernelWidth);
    });
    this.#settleSoon();
  }

  toggle(feature: number): void {
    const removed = this.removed.value;
    const next = removed.includes(feature) ? removed.filter((other) => other !== feature) : [...removed, feature];
    this.removed.value = next.toSorted((a, b) => a - b);
    this.#publish();
  }

  restoreAll(): void {
    this.removed.value = [];
    this.#publish();
  }

  /** Put a value in the place of the instance's, or take the instance's again; `typing` while more may be typed. */
  edit(feature: number, value: number | null, typing = false): void {
    const before = this.edits.value;
    const { instance } = this.data.value;
    const own = instance.domain === "tabular" ? instance.columns[feature]?.value : undefined;
    const others = before.filter(([other]) => other !== feature);
    const next = value === own ? others : [...others, [feature, value] as const].toSorted(([a], [b]) => a - b);
    const goesOn = this.#typing === feature;
    this.#typing = typing ? feature : -1;
    if (same(next, before)) return;
    if (!goesOn) this.#history.push(before);
    else if (same(next, this.#history.at(-1))) this.#history.pop();
    this.edits.value = next;
    this.#publish();
  }

  /** Take the last edit back. */
  undo(): void {
    this.#typing = -1;
    this.takenBack.value++;
    this.edits.value = this.#history.pop() ?? [];
    this.#publish();
  }

  restoreValues(): void {
    this.takenBack.value++;
    this.adoptEdits([]);
    this.#publish();
  }

  /** Take edits over from the kernel. */
  adoptEdits(edits: readonly Edit[]): void {
    // The kernel echoes what the page has sent.
    if (same(edits, this.edits.value)) return;
    this.#typing = -1;
    this.#history = historyOf(edits);
    this.edits.value = edits;
  }

  /** Back to the settings first shown, with nothing removed and nothing edited. */
  reset(): void {
    this.removed.value = [];
    this.takenBack.value++;
    this.adoptEdits([]);
    this.change(this.data.value.settings);
  }

  /** Replace the explanation, as when samples were added. An instance that is still the same stays as it is. */
  replace(next: ExplanationData): void {
    const { instance } = this.data.value;
    const data = JSON.stringify(instance) === JSON.stringify(next.instance) ? { ...next, instance } : next;
    this.signals.batch(() => {
      this.data.value = data;
      this.widthBounds.value = widened(boundsOf(data), this.settings.value.kernelWidth);
      this.removed.value = this.removed.value.filter((feature) => feature < data.instance.features.length);
      if (data.instance !== instance) this.adoptEdits([]);
    });
  }

  dispose(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  #publish(): void {
    this.host.publish(this.settings.value, { removed: this.removed.value, edits: this.edits.value });
  }

  /** The first change of a frame is fitted at once, those that follow in the same frame together at its end. */
  #settleSoon(): void {
    // A hidden page gets no animation frames.
    if (this.#frame === undefined || document.hidden) this.#settled.value = this.settings.value;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#settled.value = this.settings.value;
    });
  }

  #shownFit(): ReadonlySignal<ShownFit> {
    const fitter = this.signals.computed(() => new SurrogateFitter(this.data.value.neighborhood));
    let last: Surrogate | null = null;
    return this.signals.computed(() => {
      const settings = this.#settled.value;
      if (this.fitsInPage) return { surrogate: fitter.value.fit(settings), pending: false };
      const match = this.fitted.value.find((fit) => sameSettings(fit.settings, settings));
      last = match ?? last;
      return { surrogate: last, pending: match === undefined };
    });
  }
}

/** A way to the edits that Undo can take back: one feature after the other. */
function historyOf(edits: readonly Edit[]): (readonly Edit[])[] {
  return edits.map((_, i) => edits.slice(0, i));
}

function same(a: readonly Edit[], b: readonly Edit[] | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function sameSettings(a: Settings, b: Settings): boolean {
  return (
    a.label === b.label &&
    a.numFeatures === b.numFeatures &&
    a.selection === b.selection &&
    Math.abs(a.kernelWidth - b.kernelWidth) <= 1e-12 * Math.abs(a.kernelWidth)
  );
}

/** Widths worth trying: from a hundredth to ten times the largest distance. */
function boundsOf({ neighborhood, settings }: ExplanationData): WidthBounds {
  let largest = 0;
  for (const distance of neighborhood.distances) largest = Math.max(largest, distance);
  if (largest === 0) largest = settings.kernelWidth;
  return widened({ low: largest / 100, high: largest * 10 }, settings.kernelWidth);
}

function widened({ low, high }: WidthBounds, width: number): WidthBounds {
  return { low: Math.min(low, width), high: Math.max(high, width) };
}
