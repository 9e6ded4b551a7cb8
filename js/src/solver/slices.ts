/** Work that takes longer than a frame, in slices: after each the page may paint, take input, or drop the rest. */

/** Yields between slices, and returns the result. */
export type Slices<T> = Generator<void, T>;

/** All of it at once. */
export function finished<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
