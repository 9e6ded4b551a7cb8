/** A vector of n zeros. */
export function zeros(n: number): Float64Array<ArrayBuffer> {
  return new Float64Array(n);
}
