/**
 * Signals: values that know who reads them.
 *
 * A signal that changes puts what was computed from it out of date, and runs the effects that read either, at the end of
 * the outermost batch. What is computed is so when it is read, and once.
 */

export interface ReadonlySignal<T> {
  /** The value; the effect or the computation that reads it depends on it. */
  readonly value: T;
  /** The value, read in passing. */
  peek(): T;
}

export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}

interface Reader {
  /** The readers of everything read, this one among them. */
  readonly sources: Set<Set<Reader>>;
  outdate(): void;
}

/** The signals of one explanation, and who is reading them at the moment. */
export class Signals {
  #reader: Reader | null = null;
  #depth = 0;
  readonly #waiting = new Set<() => void>();

  signal<T>(value: T): Signal<T> {
    const readers = new Set<Reader>();
    const read = () => this.#noteReader(readers);
    const write = (next: T) => {
      if (Object.is(next, value)) return;
      value = next;
      this.batch(() => outdate(readers));
    };
    return {
      get value() {
        read();
        return value;
      },
      set value(next) {
        write(next);
      },
      peek: () => value,
    };
  }

  computed<T>(compute: () => T): ReadonlySignal<T> {
    const readers = new Set<Reader>();
    let known: { value: T } | null = null;
    const self: Reader = {
      sources: new Set(),
      outdate: () => {
        known = null;
        outdate(readers);
      },
    };
    const peek = () => {
      known ??= { value: this.#readingAs(self, compute) };
      return known.value;
    };
    const read = () => this.#noteReader(readers);
    return {
      get value() {
        read();
        return peek();
      },
      peek,
    };
  }

  /** Run now, and again whenever something that it read has changed, until the function returned is called. */
  effect(run: () => void): () => void {
    const rerun = () => this.#readingAs(self, run);
    const self: Reader = { sources: new Set(), outdate: () => this.#waiting.add(rerun) };
    rerun();
    return () => {
      forget(self);
      this.#waiting.delete(rerun);
    };
  }

  /** Effects wait for the end of `act`. */
  batch(act: () => void): void {
    this.#depth++;
    try {
      act();
    } finally {
      this.#depth--;
    }
    while (this.#depth === 0 && this.#waiting.size) {
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const rerun of waiting) rerun();
    }
  }

  #noteReader(readers: Set<Reader>): void {
    if (!this.#reader) return;
    readers.add(this.#reader);
    this.#reader.sources.add(readers);
  }

  #readingAs<T>(reader: Reader, read: () => T): T {
    const before = this.#reader;
    forget(reader);
    this.#reader = reader;
    try {
      return read();
    } finally {
      this.#reader = before;
    }
  }
}

function outdate(readers: ReadonlySet<Reader>): void {
  for (const reader of [...readers]) reader.outdate();
}

/** What it has read is read by it no more. */
function forget(reader: Reader): void {
  for (const readers of reader.sources) readers.delete(reader);
  reader.sources.clear();
}
