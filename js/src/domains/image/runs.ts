/** Label maps as they travel: runs of superpixels, row by row, as pairs (superpixel, length) in unsigned LEB128. */

import { WireError } from "../../state/checks";

/** Which superpixel, from 0 to `count` - 1, each of `length` pixels belongs to. */
export function decodeRuns(bytes: Uint8Array, where: string, length: number, count: number): Int32Array {
  const labels = new Int32Array(length);
  const next = reader(bytes, where);
  let pixel = 0;
  while (pixel < length) {
    const label = next();
    const run = next();
    if (label >= count) throw new WireError(where, label, `a superpixel below ${count}`);
    if (run < 1 || run > length - pixel) {
      throw new WireError(where, run, `the length of a run, from 1 to the ${length - pixel} pixels that are left`);
    }
    labels.fill(label, pixel, pixel + run);
    pixel += run;
  }
  if (next.at() !== bytes.length) throw new WireError(where, `${bytes.length} bytes`, `${next.at()} bytes`);
  return labels;
}

/** Reads one number after the other. */
function reader(bytes: Uint8Array, where: string): { (): number; at(): number } {
  let at = 0;
  const next = () => {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new WireError(where, `${bytes.length} bytes`, "runs that fill the picture");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new WireError(where, "a number of more than five bytes", "numbers of at most 35 bits");
  };
  return Object.assign(next, { at: () => at });
}
