/** A superpixel cut out of the image, beside its name. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Store } from "../../state/store";
import type { ImageInstance } from "./instance";
import { fillId } from "./resources";

interface MarkProps {
  store: Store<ImageInstance>;
  feature: number;
}

/** A slider draws every bar in each frame: the mark, which it does not change, is kept. */
export function Mark({ store, feature }: MarkProps): JSX.Element | null {
  const { domain, hidden, instance } = store.data.value;
  return useMemo(() => {
    const region = instance.regions[feature];
    // The pictures are not there either.
    if (hidden.has(domain.part)) return null;
    if (!region) return <span class="lime-mark" />;
    return (
      <svg class="lime-mark" viewBox={region.box.join(" ")} aria-hidden="true">
        <path fill={`url(#${fillId(store)})`} fill-rule="evenodd" d={region.path} />
      </svg>
    );
  }, [store, feature, instance, hidden, domain]);
}
