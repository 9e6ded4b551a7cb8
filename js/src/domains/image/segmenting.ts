/**
 * Looking at other superpixels before the model is asked about them.
 *
 * Each change asks the kernel for superpixels once the control rests; an answer to anything but the last request is late,
 * or is another view's, and is not shown.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Store } from "../../state/store";
import type { Proposal } from "../domain";
import type { Algorithm, ImageInstance } from "./instance";
import { outlinesOf, regionsOf } from "./regions";

export interface Parameters {
  readonly algorithm: Algorithm;
  readonly segments: number;
  readonly compactness: number;
}

/** Milliseconds that a control has not moved. */
const REST = 300;
const FEWEST = 2;
export const MOST = 1000;
const USUAL: Parameters = { algorithm: "slic", segments: 50, compactness: 10 };

export class Segmenting {
  readonly parameters: Signal<Parameters>;
  /** The answer to the last request. */
  readonly proposal: ReadonlySignal<Proposal | null>;
  /** Its outlines, or null where there are none. */
  readonly outlines: ReadonlySignal<string | null>;
  /** Whether superpixels were asked for, and have not come. */
  readonly waits: ReadonlySignal<boolean>;
  readonly #store: Store<ImageInstance>;
  /** The last request, and the image as it was then: once it was explained with other superpixels, the request is done. */
  readonly #asked: Signal<{ request: number; instance: ImageInstance } | null> = signal(null);
  /** Views share a kernel: each counts from elsewhere. */
  #next = Math.floor(Math.random() * 2 ** 40);
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store<ImageInstance>) {
    this.#store = store;
    const { algorithm, features } = store.data.peek().instance;
    this.parameters = signal({
      ...USUAL,
      algorithm: algorithm || USUAL.algorithm,
      segments: Math.min(MOST, Math.max(FEWEST, features.length)),
    });
    const pending = computed(() => {
      const { value } = this.#asked;
      return value?.instance === store.data.value.instance ? value.request : null;
    });
    this.proposal = computed(() => {
      const { value } = store.proposal;
      return value?.request === pending.value ? value : null;
    });
    this.outlines = computed(() => {
      const { value } = this.proposal;
      if (!value || value.error) return null;
      return outlinesOf(regionsOf(value.labels, store.data.peek().instance.width, value.count));
    });
    this.waits = computed(() => pending.value !== null && !this.proposal.value);
  }

  change(part: Partial<Parameters>): void {
    this.parameters.value = { ...this.parameters.value, ...part };
    this.#announce();
    this.#rest = setTimeout(() => this.#ask(), REST);
  }

  /** Ask for superpixels with the parameters as they are. */
  start(): void {
    this.#announce();
    this.#ask();
  }

  /** Forget what was proposed. */
  keep(): void {
    clearTimeout(this.#rest);
    this.#asked.value = null;
  }

  /** Ask the model about the superpixels that are proposed. */
  explain(): void {
    this.#store.host.send({ type: "resegment", ...this.#wire() });
  }

  /** From here on earlier answers are late. */
  #announce(): void {
    clearTimeout(this.#rest);
    this.#asked.value = { request: this.#next++, instance: this.#store.data.peek().instance };
  }

  #ask(): void {
    const asked = this.#asked.peek();
    if (asked) this.#store.host.send({ type: "segment", ...this.#wire(), request: asked.request });
  }

  #wire(): { algorithm: string; n_segments: number; compactness: number } {
    const { algorithm, segments, compactness } = this.parameters.peek();
    return { algorithm, n_segments: segments, compactness };
  }
}
