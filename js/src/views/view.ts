/** Views: components that are drawn again when their props, or the signals they read, have changed, and not else. */

import { effect } from "@preact/signals-core";
import { Component, type FunctionComponent, type JSX } from "preact";

export function view<P extends object>(draw: (props: P) => JSX.Element | null): FunctionComponent<P> {
  class View extends Component<P> {
    #stop: (() => void) | undefined;

    override shouldComponentUpdate(next: P): boolean {
      return Object.entries({ ...this.props, ...next }).some(([name, value]) => this.props[name as keyof P] !== value);
    }

    override componentWillUnmount(): void {
      this.#stop?.();
    }

    /** Draw inside an effect, which learns what is read; run a second time, it asks for the next drawing, and is done. */
    override render(): JSX.Element | null {
      let drawn: JSX.Element | null = null;
      let isFirst = true;
      this.#stop?.();
      this.#stop = effect(() => {
        if (isFirst) drawn = draw(this.props as P);
        else this.forceUpdate();
        isFirst = false;
      });
      return drawn;
    }
  }
  return View as unknown as FunctionComponent<P>;
}
