/** Binary arrays of the wire: references into a list of buffers, little-endian and row-major. */

import { fieldsOf, integers, oneOf, type Read, WireError } from "./checks";

/** What a host delivers: a DataView live, the decoded base64 in a snapshot. */
export type Buffer = ArrayBufferView;

/** Packed masks as bytes, or real values. */
export interface SampleRows {
  readonly count: number;
  readonly values: Uint8Array | Float32Array | Float64Array;
}

export type Dtype = "bits" | "float32" | "float64";

interface Reference {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly buffer: Buffer;
}

/** Reads the index of a buffer, for the buffer. */
export function bufferAt(buffers: readonly Buffer[]): Read<Buffer> {
  return (index, where) => {
    const found = typeof index === "number" ? buffers[index] : undefined;
    if (!found) throw new WireError(where, index, `the index of one of ${buffers.length} buffers`);
    return found;
  };
}

function reference(value: unknown, where: string, buffers: readonly Buffer[], dtypes: readonly Dtype[]): Reference {
  const field = fieldsOf(value, where);
  return {
    buffer: field("buffer", bufferAt(buffers)),
    dtype: field("dtype", oneOf(dtypes)),
    shape: field("shape", integers(0)),
  };
}

/** A copy of a buffer's bytes, so that typed arrays are aligned and outlive what the host does with its memory. */
function bytesOf(buffer: Buffer, expected: number, where: string): Uint8Array<ArrayBuffer> {
  if (buffer.byteLength !== expected) throw new WireError(where, buffer.byteLength, `${expected} bytes`);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice();
}

/** Rows of bits or of real values, `columns` each; the first row of bits is all ones. */
export function sampleRows(
  value: unknown,
  where: string,
  buffers: readonly Buffer[],
  columns: number,
  dtypes: readonly Dtype[],
): SampleRows {
  const { shape, buffer, dtype } = reference(value, where, buffers, dtypes);
  const [count] = shape;
  if (!count || shape.join() !== `${count},${columns}`) {
    throw new WireError(`${where}.shape`, shape, `[rows, ${columns}], at least one row`);
  }
  if (dtype !== "bits") return { count, values: floats(value, where, buffers, [count, columns]) };
  const stride = (columns + 7) >> 3;
  const values = bytesOf(buffer, count * stride, where);
  for (let j = 0; j < columns; j++) {
    if (!(((values[j >> 3] as number) >> (j & 7)) & 1))
      throw new WireError(where, `0 for feature ${j}`, "a first row of ones");
  }
  return { count, values };
}

export function floats(
  value: unknown,
  where: string,
  buffers: readonly Buffer[],
  shape: readonly number[],
): Float32Array | Float64Array {
  const found = reference(value, where, buffers, ["float32", "float64"]);
  if (found.shape.join() !== shape.join()) throw new WireError(`${where}.shape`, found.shape, JSON.stringify(shape));
  const length = shape.reduce((product, side) => product * side, 1);
  const isSingle = found.dtype === "float32";
  const { buffer } = bytesOf(found.buffer, length * (isSingle ? 4 : 8), where);
  return isSingle ? new Float32Array(buffer) : new Float64Array(buffer);
}
