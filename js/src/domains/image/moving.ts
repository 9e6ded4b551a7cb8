/** Moving among superpixels with the arrow keys: to the nearest one in that direction. */

import type { Region } from "./regions";

/** Steps right and down. */
const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};
/** What lies ahead is preferred to what lies aside. */
const ASIDE = 2;

/** The superpixel that a key moves to from `feature`; null for any other key. */
export function moveKey(event: KeyboardEvent, feature: number, regions: readonly (Region | null)[]): number | null {
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (event.key === "Home") return regions.findIndex((region) => region !== null);
  if (event.key === "End") return regions.findLastIndex((region) => region !== null);
  const direction = Object.hasOwn(DIRECTIONS, event.key) ? DIRECTIONS[event.key] : undefined;
  return direction ? nearest(direction, feature, regions) : null;
}

function nearest([dx, dy]: readonly [number, number], from: number, regions: readonly (Region | null)[]): number {
  const [x, y] = regions[from]?.point ?? [0, 0];
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  regions.forEach((region, feature) => {
    if (!region) return;
    const [right, down] = [region.point[0] - x, region.point[1] - y];
    const ahead = right * dx + down * dy;
    const aside = Math.abs(right * dy) + Math.abs(down * dx);
    const distance = ahead + ASIDE * aside;
    if (ahead > 0 && distance < least) {
      least = distance;
      best = feature;
    }
  });
  return best;
}
