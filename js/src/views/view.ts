/**
 * Views: components that are drawn again when their props, or the signals they read, have changed, and not else.
 *
 * What a view keeps between drawings it asks for through `use`, in the same order each time.
 */

import { Component, type FunctionComponent, type JSX } from "preact";
import type { Store } from "../state/store";

export interface Box<T> {
  current: T;
}

export interface Use {
  /** A box that keeps what is put into it; as `ref` of an element, the element. */
  ref<T>(initial: T): Box<T>;
  /** A value of the view's own, and how to change it. */
  keep<T>(initial: T): readonly [T, (next: T) => void];
  /** Run after the drawing whenever `inputs` have changed, and before that the function that the last run returned. */
  effect(run: () => unknown, inputs: readonly unknown[]): void;
}

interface Effect {
  inputs: readonly unknown[] | null;
  run: (() => unknown) | null;
  end: unknown;
}

type Draw<P> = (props: P, use: Use) => JSX.Element | null;

export function view<P extends { store: Store }>(draw: Draw<P>): FunctionComponent<P> {
  class View extends Component<P> implements Use {
    #stop: (() => void) | undefined;
    readonly #kept: unknown[] = [];
    readonly #effects = new Set<Effect>();
    #next = 0;

    override shouldComponentUpdate(next: P): boolean {
      return Object.entries({ ...this.props, ...next }).some(([name, value]) => this.props[name as keyof P] !== value);
    }

    override componentDidMount(): void {
      this.componentDidUpdate();
    }

    override componentDidUpdate(): void {
      for (const effect of this.#effects) {
        const { run, end } = effect;
        if (!run) continue;
        effect.run = null;
        if (typeof end === "function") end();
        effect.end = run();
      }
    }

    override componentWillUnmount(): void {
      this.#stop?.();
      for (const { end } of this.#effects) if (typeof end === "function") end();
    }

    /** Draw inside an effect, which learns what is read; run a second time, it asks for the next drawing, and is done. */
    override render(): JSX.Element | null {
      let drawn: JSX.Element | null = null;
      let isFirst = true;
      this.#next = 0;
      this.#stop?.();
      this.#stop = (this.props as P).store.signals.effect(() => {
        if (isFirst) drawn = draw(this.props as P, this);
        else this.forceUpdate();
        isFirst = false;
      });
      return drawn;
    }

    ref<T>(initial: T): Box<T> {
      const place = this.#next++;
      this.#kept[place] ??= { current: initial };
      return this.#kept[place] as Box<T>;
    }

    keep<T>(initial: T): readonly [T, (next: T) => void] {
      const box = this.ref(initial);
      const change = (next: T) => {
        if (Object.is(next, box.current)) return;
        box.current = next;
        this.forceUpdate();
      };
      return [box.current, change];
    }

    effect(run: () => unknown, inputs: readonly unknown[]): void {
      const { current } = this.ref<Effect>({ inputs: null, run: null, end: undefined });
      this.#effects.add(current);
      if (current.inputs && inputs.every((input, i) => input === current.inputs?.[i])) return;
      current.inputs = inputs;
      current.run = run;
    }
  }
  return View as unknown as FunctionComponent<P>;
}
