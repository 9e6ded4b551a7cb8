/** Images as Python would send them, of black boxes whose weights are known. */

import { cosineDistance, drawMasks, packMasks, type Wire } from "./fixtures";

/** The number in unsigned LEB128. */
export function leb128(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...leb128(Math.floor(value / 128))];
}

/** A label map as runs. */
export function runsOf(labels: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let at = 0; at < labels.length; ) {
    let end = at;
    while (end < labels.length && labels[end] === labels[at]) end++;
    bytes.push(...leb128(labels[at] ?? 0), ...leb128(end - at));
    at = end;
  }
  return new Uint8Array(bytes);
}

/** Rows of digits as a label map. */
export function mapOf(...rows: string[]): { labels: Int32Array; width: number } {
  return { labels: Int32Array.from(rows.join(""), Number), width: rows[0]?.length ?? 0 };
}

/** Six superpixels: 1 is in two parts, 4 has a hole in which 5 is. */
export const MAP = ["00112233", "00112233", "44444411", "45544411", "45544444", "44444444"];
/** Of the first class, by superpixel; of the second the opposite, of the third nothing. */
export const WEIGHTS = [0.3, -0.2, 0.1, 0, -0.05, 0.02];

export interface ImageSpec {
  rows?: readonly string[];
  classNames?: string[];
  /** The class of each column of the predictions. */
  classes?: number[];
  nSamples?: number;
  features?: string[];
  /** Of each class whose predictions are here, for a mask. */
  model?: (mask: readonly boolean[]) => number[];
  instance?: Record<string, unknown>;
  state?: Record<string, unknown>;
}

function linear(mask: readonly boolean[]): number[] {
  const sum = WEIGHTS.reduce((total, weight, j) => total + (mask[j] ? weight : 0), 0);
  return [0.4 + sum, 0.5 - sum, 0.1];
}

/** A picture of so many bytes; nothing in these tests looks into it. */
const PIXELS = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);

export function imageWire(spec: ImageSpec = {}): Wire {
  const { rows = MAP, classNames = ["cat", "dog", "cow"], nSamples = 300, model = linear } = spec;
  const { labels, width } = mapOf(...rows);
  const features = spec.features ?? Array.from({ length: Math.max(...labels) + 1 }, (_, i) => `superpixel ${i}`);
  const masks = drawMasks(nSamples, features.length);
  const answers = masks.map(model);
  const classes = spec.classes ?? classNames.map((_, label) => label);
  const instance = {
    picture: { buffer: 3, type: "image/png" },
    hidden_picture: { buffer: 4, type: "image/jpeg" },
    width,
    height: rows.length,
    size: [width, rows.length],
    segments: { buffer: 5 },
    features,
    hide: "mean",
    algorithm: "slic",
    ...spec.instance,
  };
  const state = {
    lime_widgets: 1,
    domain: "image",
    mode: "classification",
    title: "Explanation of an image",
    class_names: classNames,
    classes,
    top_labels: null,
    predict_proba: classNames.map((_, label) => answers[0]?.[classes.indexOf(label)] ?? 0),
    instance,
    neighborhood: {
      samples: { buffer: 0, dtype: "bits", shape: [nSamples, features.length] },
      predictions: { buffer: 1, dtype: "float64", shape: [nSamples, classes.length] },
      distances: { buffer: 2, dtype: "float64", shape: [nSamples] },
    },
    surrogate: { kernel: "exponential", regressor: null },
    settings: { label: classes[0], kernel_width: 25, num_features: features.length, selection: "auto" },
    provenance: { instance: "8 x 6 pixels", model: "a test", samples: nSamples, seed: 1 },
    ...spec.state,
  };
  const buffers = [
    packMasks(masks),
    new Float64Array(answers.flat()),
    new Float64Array(masks.map(cosineDistance)),
    PIXELS,
    PIXELS,
    runsOf(labels),
  ].map((array) => new DataView(array.buffer));
  return { state, buffers };
}
