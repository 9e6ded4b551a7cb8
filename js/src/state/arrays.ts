/** Binary arrays of the wire: references into a list of buffers, little-endian and row-major. */

import { integers, object, oneOf, WireError } from "./checks";

/** What a host delivers: a DataView live, the decoded base64 in a snapshot. */
export type Buffer = ArrayBufferView;

export interface BitRows {
  readonly rows: number;
  readonly columns: number;
  readonly bytes: Uint8Array;
}

type Dtype = "bits" | "float32" | "float64";

interface Reference {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly buffer: Buffer;
}

function reference(value: unknown, where: string, buffers: readonly Buffer[], dtypes: readonly Dtype[]): Reference {
  const { buffer, dtype, shape } = object(value, where);
  const found = typeof buffer === "number" ? buffers[buffer] : undefined;
  if (!found) throw new WireError(`${where}.buffer`, buffer, `the index of one of ${buffers.length} buffers`);
  return {
    dtype: oneOf(dtype, `${where}.dtype`, dtypes),
    shape: integers(shape, `${where}.shape`, 0),
    buffer: found,
  };
}

/** A copy of a buffer's bytes, so that typed arrays are aligned and outlive what the host does with its memory. */
function bytesOf(buffer: Buffer, expected: number, where: string): Uint8Array<ArrayBuffer> {
  if (buffer.byteLength !== expected) throw new WireError(where, buffer.byteLength, `${expected} bytes`);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice();
}

export function bitRows(value: unknown, where: string, buffers: readonly Buffer[]): BitRows {
  const { shape, buffer } = reference(value, where, buffers, ["bits"]);
  const [rows, columns] = shape;
  if (shape.length !== 2 || !rows || !columns)
    throw new WireError(`${where}.shape`, shape, "[rows, columns], both above 0");
  return { rows, columns, bytes: bytesOf(buffer, rows * ((columns + 7) >> 3), where) };
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
