/** The image that is explained, as the wire describes it (docs/wire.md). */

import { type Buffer, bufferAt } from "../../state/arrays";
import {
  fieldsOf,
  integer,
  type JsonObject,
  oneOf,
  type Read,
  string,
  strings,
  twoOf,
  WireError,
} from "../../state/checks";
import type { ExplanationData } from "../../state/schema";
import type { Instance, Proposal } from "../domain";
import { outlinesOf, type Region, regionsOf } from "./regions";
import { decodeRuns } from "./runs";

const TYPES = ["image/png", "image/jpeg", "image/webp"] as const;
const ALGORITHMS = ["quickshift", "slic", "felzenszwalb", "watershed", "grid"] as const;
const HIDINGS = ["mean", "color", "blur", "noise", "function"] as const;
/** More than anyone sends to a page, and still few enough to hold. */
const MOST_PIXELS = 2 ** 26;

export type Algorithm = (typeof ALGORITHMS)[number];
export type Hiding = (typeof HIDINGS)[number];

interface Fields {
  readonly features: readonly string[];
  /** As data: URLs, since exported pages allow no others. */
  readonly picture: string;
  readonly hiddenPicture: string;
  readonly width: number;
  readonly height: number;
  /** Width and height of the image itself, of which the pictures may be reduced copies. */
  readonly size: readonly [number, number];
  readonly hide: Hiding;
  /** Empty for superpixels of the user's own. */
  readonly algorithm: Algorithm | "";
}

export interface ImageInstance extends Instance, Fields {
  /** Of each superpixel, or null where no pixel belongs to it. */
  readonly regions: readonly (Region | null)[];
  readonly outlines: string;
}

export function decodeImage(raw: unknown, where: string, buffers: readonly Buffer[]): ImageInstance {
  const field = fieldsOf(raw, where);
  const side = integer(1, MOST_PIXELS);
  const picture = pictureOf(buffers);
  const fields = {
    features: field("features", strings),
    picture: field("picture", picture),
    hiddenPicture: field("hidden_picture", picture),
    width: field("width", side),
    height: field("height", side),
    size: field("size", twoOf(side, side)),
    hide: field("hide", oneOf(HIDINGS)),
    algorithm: field("algorithm", oneOf(["", ...ALGORITHMS] as const)),
  };
  const pixels = fields.width * fields.height;
  if (pixels > MOST_PIXELS) throw new WireError(where, pixels, `at most ${MOST_PIXELS} pixels`);
  return field("segments", (value, at) => {
    const runs = bytesIn(fieldsOf(value, at)("buffer", bufferAt(buffers)));
    return traced(fields, decodeRuns(runs, at, pixels, fields.features.length), base64(runs));
  });
}

/** What is traced follows from the labels: it is traced when first looked at, and is not compared (as JSON). */
function traced(fields: Fields, labels: Int32Array, runs: string): ImageInstance {
  let regions: readonly (Region | null)[] | undefined;
  let outlines: string | undefined;
  const instance = {
    ...fields,
    notes: [],
    get regions() {
      regions ??= regionsOf(labels, fields.width, fields.features.length);
      return regions;
    },
    get outlines() {
      outlines ??= outlinesOf(instance.regions);
      return outlines;
    },
    toJSON: () => ({ ...fields, runs }),
  };
  return instance;
}

function pictureOf(buffers: readonly Buffer[]): Read<string> {
  return (raw, where) => {
    const field = fieldsOf(raw, where);
    const bytes = bytesIn(field("buffer", bufferAt(buffers)));
    return `data:${field("type", oneOf(TYPES))};base64,${base64(bytes)}`;
  };
}

function bytesIn({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** In pieces: a function takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** The kernel's answer to `segment`. */
export function decodeProposal(
  message: JsonObject,
  buffers: unknown,
  { instance }: Pick<ExplanationData<ImageInstance>, "instance">,
): Proposal {
  const where = "message";
  const field = fieldsOf(message, where);
  const request = field("request", integer(0));
  const error = field("error", string);
  if (error) return { request, error, count: 0, calls: 0, labels: new Int32Array() };
  const count = field("count", integer(1));
  const runs = bufferAt(Array.isArray(buffers) ? buffers : [])(0, `${where}.buffers`);
  const labels = decodeRuns(bytesIn(runs), `${where}.buffers`, instance.width * instance.height, count);
  return { request, error, count, calls: field("calls", integer(0)), labels };
}
