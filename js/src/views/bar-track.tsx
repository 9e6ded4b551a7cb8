/** A weight drawn to its side of zero, which its row's sign tells, and its interval. */

import type { JSX } from "preact";
import type { Interval } from "./intervals";

interface TrackProps {
  /** Undefined leaves zero's line alone. */
  weight: number | undefined;
  /** The weight that would fill a side. */
  scale: number;
  interval?: Interval | undefined;
}

export function BarTrack({ weight, scale, interval }: TrackProps): JSX.Element {
  const share = (size: number, from = 0) => `${(from + (size / scale) * 50).toFixed(2)}%`;
  return (
    <span class="lime-bar-track" aria-hidden="true">
      {weight === undefined ? null : <span class="lime-bar-fill" style={{ width: share(Math.abs(weight)) }} />}
      {interval?.reach ? (
        <span class="lime-whisker" style={{ left: share(interval.low, 50), width: share(2 * interval.reach) }} />
      ) : null}
    </span>
  );
}
