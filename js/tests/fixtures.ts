/** Explanations as Python would send them, of black boxes whose weights are known. */

/** A small seeded generator (mulberry32): tests must not depend on chance. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows of masks by lime's law: a uniform number of removed features, a uniform subset. Row 0 is the instance. */
export function drawMasks(nSamples: number, nFeatures: number, seed = 1): boolean[][] {
  const next = random(seed);
  return Array.from({ length: nSamples }, (_, row) => {
    const mask: boolean[] = new Array(nFeatures).fill(true);
    if (row === 0) return mask;
    const order = mask.map((_, j) => j);
    const removed = 1 + Math.floor(next() * nFeatures);
    for (let i = 0; i < Math.min(removed, nFeatures); i++) {
      const other = i + Math.floor(next() * (nFeatures - i));
      [order[i], order[other]] = [order[other] as number, order[i] as number];
      mask[order[i] as number] = false;
    }
    return mask;
  });
}

/** Cosine distance to the all-ones row, times 100. */
export function cosineDistance(mask: readonly boolean[]): number {
  return 100 * (1 - Math.sqrt(mask.filter(Boolean).length / mask.length));
}

export function packMasks(masks: readonly (readonly boolean[])[]): Uint8Array<ArrayBuffer> {
  const stride = Math.ceil((masks[0]?.length ?? 0) / 8);
  const bytes = new Uint8Array(masks.length * stride);
  masks.forEach((mask, row) => {
    mask.forEach((kept, j) => {
      const at = row * stride + (j >> 3);
      if (kept) bytes[at] = (bytes[at] as number) | (1 << (j & 7));
    });
  });
  return bytes;
}

export interface Spec {
  /** Split into words and separators, one feature for each distinct word. */
  text?: string;
  classNames?: string[];
  nSamples?: number;
  title?: string;
  /** The model's answers for a mask. */
  model?: (mask: readonly boolean[], features: readonly string[]) => number[];
  /** Replaces parts of the state. */
  state?: Record<string, unknown>;
  distance?: (mask: readonly boolean[], row: number) => number;
}

export const TEXT = "the Host said the NNTP post is good, not bad";

/** Linear in the words: "good" adds, "bad" and "not" take away, the rest says nothing. */
export function linearModel(mask: readonly boolean[], features: readonly string[]): number[] {
  const weights: Record<string, number> = { good: 0.3, bad: -0.2, not: -0.1 };
  const yes = features.reduce((sum, word, j) => sum + (mask[j] ? (weights[word] ?? 0) : 0), 0.5);
  return [1 - yes, yes];
}

export interface Wire {
  state: Record<string, unknown>;
  buffers: DataView[];
}

export function wire(spec: Spec = {}): Wire {
  const { text = TEXT, classNames = ["no", "yes"], nSamples = 400, model = linearModel } = spec;
  const { distance = cosineDistance } = spec;
  const pieces = text.split(/([^\p{L}\p{N}\p{M}'\u0640]+)/u).filter((piece) => piece !== "");
  const features = [...new Set(pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece)))];
  const masks = drawMasks(nSamples, features.length);
  const answers = masks.map((mask) => model(mask, features));
  const state = {
    lime_widgets: 1,
    domain: "text",
    mode: "classification",
    title: spec.title ?? "Explanation of a text",
    class_names: classNames,
    top_labels: null,
    predict_proba: answers[0],
    instance: {
      pieces,
      piece_features: pieces.map((piece) => features.indexOf(piece)),
      features,
      kind: "words",
      bow: true,
      mask_string: "UNKWORDZ",
    },
    neighborhood: {
      samples: { buffer: 0, dtype: "bits", shape: [nSamples, features.length] },
      predictions: { buffer: 1, dtype: "float64", shape: [nSamples, classNames.length] },
      distances: { buffer: 2, dtype: "float64", shape: [nSamples] },
    },
    surrogate: { kernel: "exponential", regressor: null },
    settings: { label: 1, kernel_width: 25, num_features: 6, selection: "auto" },
    provenance: { instance: text, model: "a test", samples: nSamples, seed: 1, version: "0.1.0", date: "2026-11-22" },
    ...spec.state,
  };
  const buffers = [
    packMasks(masks),
    new Float64Array(answers.flat()),
    new Float64Array(masks.map((mask, row) => distance(mask, row))),
  ].map((array) => new DataView(array.buffer));
  return { state, buffers };
}

/** What a snapshot page holds. */
export function snapshotJson({ state, buffers }: Wire, more: Record<string, unknown> = {}): string {
  const encoded = buffers.map((view) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  return JSON.stringify({
    state,
    buffers: encoded,
    settings: state.settings,
    removed: [],
    what_if: {},
    fitted: [],
    ...more,
  }).replace(/</g, "\\u003c");
}
