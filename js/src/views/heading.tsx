/** Headings: an exported page is a document of its own and begins at level 1, a notebook's output one level down. */

import type { ComponentChildren, JSX } from "preact";
import type { Store } from "../state/store";

interface HeadingProps {
  store: Store;
  id?: string;
  children: ComponentChildren;
}

export function Title({ store, ...rest }: HeadingProps): JSX.Element {
  return store.host.live ? <h2 class="lime-title" {...rest} /> : <h1 class="lime-title" {...rest} />;
}

export function Heading({ store, ...rest }: HeadingProps): JSX.Element {
  return store.host.live ? <h3 class="lime-heading" {...rest} /> : <h2 class="lime-heading" {...rest} />;
}
