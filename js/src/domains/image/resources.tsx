/** What all drawings of an image share: both pictures and the shape of each superpixel, once in the document. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Store } from "../../state/store";
import type { ImageInstance } from "./instance";
import { outlinesOf } from "./regions";

/** The ids of what is shared. */
export const photoId = ({ uid }: Store<ImageInstance>): string => `${uid}-photo`;
export const hiddenPhotoId = ({ uid }: Store<ImageInstance>): string => `${uid}-hidden-photo`;
export const fillId = ({ uid }: Store<ImageInstance>): string => `${uid}-fill`;
export const clipId = ({ uid }: Store<ImageInstance>, feature: number): string => `${uid}-clip-${feature}`;

export function Resources({ store }: { store: Store<ImageInstance> }): JSX.Element {
  const { instance } = store.data.value;
  // Drawn once: there may be thousands.
  return useMemo(() => {
    const { picture, hiddenPicture, width, height, regions } = instance;
    const whole = { width, height, preserveAspectRatio: "none" };
    return (
      <svg class="lime-resources" aria-hidden="true">
        <defs>
          <image id={photoId(store)} href={picture} {...whole} />
          <image id={hiddenPhotoId(store)} href={hiddenPicture} {...whole} />
          <pattern id={fillId(store)} patternUnits="userSpaceOnUse" width={width} height={height}>
            <use href={`#${photoId(store)}`} />
          </pattern>
          {regions.map((region, feature) =>
            region ? (
              <clipPath key={feature} id={clipId(store, feature)}>
                <path clip-rule="evenodd" d={region.path} />
              </clipPath>
            ) : null,
          )}
        </defs>
      </svg>
    );
  }, [store, instance]);
}

interface HiddenPartsProps {
  store: Store<ImageInstance>;
  /** Of the clip path, unique in the document. */
  id: string;
  features: readonly number[];
}

/** The superpixels that are hidden, as the model sees them then: all under one clip, so that there is no seam in it. */
export function HiddenParts({ store, id, features }: HiddenPartsProps): JSX.Element | null {
  const { regions } = store.data.value.instance;
  if (!features.length) return null;
  return (
    <>
      <clipPath id={id}>
        <path clip-rule="evenodd" d={outlinesOf(features.map((feature) => regions[feature] ?? null))} />
      </clipPath>
      <use class="lime-photo" href={`#${hiddenPhotoId(store)}`} clip-path={`url(#${id})`} />
    </>
  );
}
