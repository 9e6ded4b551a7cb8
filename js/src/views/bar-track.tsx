/** A weight drawn to its side of zero, which its row's sign tells. */

import type { JSX } from "preact";

/** `length` is 1 for the longest; undefined leaves zero's line alone. */
export function BarTrack({ length }: { length: number | undefined }): JSX.Element {
  return (
    <span class="lime-bar-track" aria-hidden="true">
      {length === undefined ? null : <span class="lime-bar-fill" style={{ width: `${(length * 50).toFixed(2)}%` }} />}
    </span>
  );
}
