/** Pointing at features, which is the same among tokens, rows and bars. */

import type { Store } from "../state/store";

export interface Pointing {
  onPointerOver(event: Event): void;
  onPointerLeave(): void;
  onFocusIn(event: Event): void;
  onFocusOut(): void;
}

/** What is under the pointer or the focus is highlighted wherever its feature is shown. */
export function pointing(store: Store, selector: string): Pointing {
  const point = (event: Event) => {
    store.highlighted.value = featureAt(event.target, selector);
  };
  const unpoint = () => {
    store.highlighted.value = -1;
  };
  return { onPointerOver: point, onPointerLeave: unpoint, onFocusIn: point, onFocusOut: unpoint };
}

export function elementAt(target: EventTarget | null, selector: string): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(selector) : null;
}

/** The feature of the element around `target`, or -1. */
export function featureAt(target: EventTarget | null, selector: string): number {
  return Number(elementAt(target, selector)?.dataset.feature ?? -1);
}
