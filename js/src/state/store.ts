/**
 * The state of one explanation on the page, as signals.
 *
 * A control changes `settings` at once; the surrogate follows `settled`, which catches up no more than twice per
 * animation frame, so that a burst of slider events costs no burst of fits, and waits for the slider to rest where one fit
 * takes longer than frames do. What only the kernel can do goes through the host.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Instance, Proposal } from "../domains/domain";
import { type Settings, type Surrogate, SurrogateFitter } from "../solver/surrogate";
import type { Uncertainty } from "../solver/uncertainty";
import type { Convergence } from "./certainty";
import type { JsonObject } from "./checks";
import { answerDecimals, decimalsFor } from "./precision";
import { type ExplanationData, type Fit, IDLE, type Status, type WhatIf } from "./schema";
import { followUncertainty, type Shown, shownFit } from "./uncertainty";
import { type Edit, sameEdits, type Variant } from "./variant";

export type Act =
  | { type: "add_samples"; count: number | "auto" }
  | { type: "stop" }
  | { type: "export" }
  | ({ type: "segment"; request: number } & Segmentation)
  | ({ type: "resegment" } & Segmentation);

/** A type and no interface, which would be no JSON object to the host. */
type Segmentation = { algorithm: string; n_segments: number; compactness: number };

/** What the page lives in: a notebook with a kernel, or a file. */
export interface Host {
  readonly live: boolean;
  /** Tell the kernel about the current settings, the variant of the instance that is looked at, and how, soon. */
  publish(settings: Settings, variant: Variant, view: JsonObject): void;
  /** Ask the kernel to act. */
  send(act: Act): void;
}

export interface StoreStart extends Variant {
  readonly settings: Settings;
  readonly whatIf: WhatIf | null;
  readonly fitted: readonly Fit[];
  readonly status?: Status;
  readonly view: JsonObject;
  readonly convergence?: Convergence | null;
}

export interface WidthBounds {
  readonly low: number;
  readonly high: number;
}

/** Milliseconds: fits that take no longer are made while the slider moves. */
const QUICK = 100;
/** A slider that has not moved for so many milliseconds rests. */
const REST = 120;

export class Store<I extends Instance = Instance> {
  readonly host: Host;
  /** Makes the ids of one view unique in a document that holds several. */
  readonly uid = `lime-${Math.random().toString(36).slice(2, 10)}`;
  readonly data: Signal<ExplanationData<I>>;
  readonly settings: Signal<Settings>;
  readonly removed: Signal<readonly number[]>;
  readonly edits: Signal<readonly Edit[]>;
  readonly whatIf: Signal<WhatIf | null>;
  readonly fitted: Signal<readonly Fit[]>;
  readonly status: Signal<Status>;
  /** What the kernel tells of its search for the number of samples. */
  readonly growing: Signal<Convergence | null>;
  /** How the instance is looked at, as the wire has it; the domain reads it. */
  readonly view: Signal<JsonObject>;
  /** The kernel's last answer to a request for other features. */
  readonly proposal: Signal<Proposal | null> = signal(null);
  /** The feature under the pointer or the focus, in text or bars; -1 for none. */
  readonly highlighted: Signal<number> = signal(-1);
  /** An error of the page itself, such as a message that could not be read. */
  readonly pageError: Signal<string> = signal("");
  readonly widthBounds: Signal<WidthBounds>;
  /** The fit that the page shows, if any has arrived. */
  readonly surrogate: ReadonlySignal<Surrogate | null>;
  /** How sure that fit is: null while nobody knows. */
  readonly uncertainty: ReadonlySignal<Uncertainty | null>;
  /** Whether that fit is not yet the one for the settings in force. */
  readonly pending: ReadonlySignal<boolean>;
  /** Of the model's answers, as readers see them. */
  readonly decimals: ReadonlySignal<number>;
  /** Of the weights. */
  readonly weightDecimals: ReadonlySignal<number>;
  /** The settings of the fit that is shown, where the page fits. */
  readonly settled: Signal<Settings>;
  /** Whether the fit waits for the slider to rest. */
  readonly #waiting: Signal<boolean> = signal(false);
  readonly #fitter: ReadonlySignal<SurrogateFitter>;
  readonly #stopErrors: () => void;
  #frame: number | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, data: ExplanationData<I>, start: StoreStart) {
    this.host = host;
    this.data = signal(data);
    this.settings = signal(start.settings);
    this.settled = signal(start.settings);
    this.removed = signal(start.removed);
    this.edits = signal(start.edits);
    this.whatIf = signal(start.whatIf);
    this.fitted = signal(start.fitted);
    this.status = signal(start.status ?? IDLE);
    this.view = signal(start.view);
    this.growing = signal(start.convergence ?? null);
    this.widthBounds = signal(widened(boundsOf(data), start.settings.kernelWidth));
    this.#fitter = computed(() => fitterOf(this.data.value));
    const shown = this.#shown();
    this.surrogate = computed(() => shown.value?.surrogate ?? null);
    [this.uncertainty, this.#stopErrors] = followUncertainty(shown);
    this.pending = computed(() => (this.fitsInPage ? this.#waiting.value : !this.#kernelFit()));
    this.decimals = computed(() => answerDecimals(this.data.value));
    this.weightDecimals = computed(() => decimalsFor(this.surrogate.value?.weights ?? [], this.decimals.value));
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
    batch(() => {
      this.settings.value = next;
      this.widthBounds.value = widened(this.widthBounds.value, next.kernelWidth);
    });
    this.#settleSoon();
  }

  /** Look at another variant of the instance, and ask the model about it. */
  vary({ removed, edits }: Partial<Variant>): void {
    batch(() => {
      if (removed) this.removed.value = removed;
      if (edits) this.edits.value = edits;
    });
    this.#publish();
  }

  /** Strike a feature out, or put it back. */
  toggle(feature: number): void {
    const removed = this.removed.value;
    const next = removed.includes(feature) ? removed.filter((other) => other !== feature) : [...removed, feature];
    this.vary({ removed: next.toSorted((a, b) => a - b) });
  }

  /** Look at the instance in another way. */
  look(view: JsonObject): void {
    this.view.value = view;
    this.#publish();
  }

  /** Take edits over from the kernel. */
  adoptEdits(edits: readonly Edit[]): void {
    // The kernel echoes what the page has sent.
    if (!sameEdits(edits, this.edits.value)) this.edits.value = edits;
  }

  /** Take the view over from the kernel, which also echoes what the page has sent. */
  adoptView(view: JsonObject): void {
    if (JSON.stringify(view) !== JSON.stringify(this.view.value)) this.view.value = view;
  }

  /** Back to the settings and the view first shown, with nothing removed and nothing edited. */
  reset(): void {
    this.adopt(this.data.value.settings);
    this.view.value = {};
    this.vary({ removed: [], edits: [] });
  }

  /** Replace the explanation, as when samples were added. An instance that is still the same stays as it is. */
  replace(next: ExplanationData<I>): void {
    const { instance } = this.data.value;
    const data = JSON.stringify(instance) === JSON.stringify(next.instance) ? { ...next, instance } : next;
    batch(() => {
      this.data.value = data;
      this.widthBounds.value = widened(boundsOf(data), this.settings.value.kernelWidth);
      if (data.instance === instance) return;
      // Other features: what was removed, edited or pointed at is not among them.
      this.removed.value = [];
      this.edits.value = [];
      this.highlighted.value = -1;
      this.proposal.value = null;
    });
  }

  dispose(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    clearTimeout(this.#rest);
    this.#stopErrors();
  }

  #publish(): void {
    this.host.publish(this.settings.value, { removed: this.removed.value, edits: this.edits.value }, this.view.value);
  }

  /** The first change of a frame is fitted at once, those that follow in the same frame together at its end. */
  #settleSoon(): void {
    if (this.#isSlow()) {
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => this.#settle(), REST);
      this.#waiting.value = true;
      return;
    }
    // A hidden page gets no animation frames.
    if (this.#frame === undefined || document.hidden) this.#settle();
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      if (this.settled.peek() !== this.settings.peek()) this.#settleSoon();
    });
  }

  #isSlow(): boolean {
    return (
      this.fitsInPage && this.#fitter.peek().expectedTime(columned(this.settings.peek(), this.data.peek())) > QUICK
    );
  }

  #settle(): void {
    clearTimeout(this.#rest);
    batch(() => {
      this.settled.value = this.settings.value;
      this.#waiting.value = false;
    });
  }

  #shown(): ReadonlySignal<Shown | null> {
    let last: Shown | null = null;
    return computed(() => {
      const data = this.data.value;
      if (this.fitsInPage) {
        last = shownFit(this.#fitter.value, columned(this.settled.value, data));
      } else {
        const fit = this.#kernelFit();
        if (fit) last = { surrogate: fit, uncertainty: fit.uncertainty, later: [] };
      }
      return last;
    });
  }

  /** The kernel's fit for the settings in force, if it has arrived. */
  #kernelFit(): Fit | undefined {
    const settings = this.settled.value;
    return this.fitted.value.find((fit) => sameSettings(fit.settings, settings));
  }
}

/** Settings with the column of the class's predictions in the place of its label: what a fitter is asked for. */
export function columned(settings: Settings, { classes }: ExplanationData): Settings {
  return { ...settings, label: classes.indexOf(settings.label) };
}

export function fitterOf({ domain, neighborhood }: ExplanationData): SurrogateFitter {
  return new SurrogateFitter(neighborhood, domain.momentSource);
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
