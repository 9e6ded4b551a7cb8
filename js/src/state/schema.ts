/** Decodes the wire (docs/wire.md) once, at the edge. What leaves this module is checked and typed. */

import type { Neighborhood } from "../solver/neighborhood";
import { SELECTIONS } from "../solver/selection";
import type { Settings, Surrogate } from "../solver/surrogate";
import { type Buffer, bitRows, floats } from "./arrays";
import {
  array,
  boolean,
  integer,
  integers,
  number,
  numbers,
  object,
  oneOf,
  string,
  strings,
  WireError,
} from "./checks";

export interface TextInstance {
  /** Joined, they are the text, exactly. */
  readonly pieces: readonly string[];
  /** The feature of each piece, or -1 for a separator. */
  readonly pieceFeatures: readonly number[];
  readonly features: readonly string[];
  readonly kind: "words" | "characters" | "sentences";
  readonly bow: boolean;
  readonly maskString: string;
}

export interface ExplanationData {
  readonly domain: "text";
  readonly title: string;
  readonly classNames: readonly string[];
  readonly predictProba: readonly number[];
  readonly instance: TextInstance;
  readonly neighborhood: Neighborhood;
  /** The kernel or regressor that the page cannot compute, or null where it can. */
  readonly beyondPage: string | null;
  readonly settings: Settings;
  readonly provenance: readonly (readonly [string, string | number])[];
  /** Parts that whoever made the page left out: "predict_proba", "text", "opacity" (all tokens shaded alike). */
  readonly hidden: ReadonlySet<string>;
}

/** A surrogate that the kernel fitted, with the settings it answers to. */
export interface Fit extends Surrogate {
  readonly settings: Settings;
}

export interface WhatIf {
  readonly removed: readonly number[];
  /** The model's answer for every class, or null where it gave none. */
  readonly actual: readonly number[] | null;
}

export interface Status {
  readonly phase: "idle" | "running" | "stopping";
  readonly done: number;
  readonly total: number;
  readonly error: string;
}

const VERSION = 1;

/** The state of docs/wire.md: an object, or the same as JSON. */
export function decodeState(raw: unknown, buffers: readonly Buffer[]): ExplanationData {
  const state = object(typeof raw === "string" ? JSON.parse(raw) : raw, "state");
  if (state.lime_widgets !== VERSION)
    throw new WireError("state.lime_widgets", state.lime_widgets, `version ${VERSION}`);
  oneOf(state.mode, "state.mode", ["classification"]);
  const classNames = strings(state.class_names, "state.class_names");
  const instance = decodeInstance(state.instance);
  const neighborhood = decodeNeighborhood(state.neighborhood, buffers, classNames.length, instance.features.length);
  const predictProba = numbers(state.predict_proba, "state.predict_proba");
  if (predictProba.length !== classNames.length) {
    throw new WireError("state.predict_proba", predictProba, `${classNames.length} numbers, one for each class`);
  }
  return {
    domain: oneOf(state.domain, "state.domain", ["text"]),
    title: string(state.title, "state.title"),
    classNames,
    predictProba,
    instance,
    neighborhood,
    beyondPage: decodeBeyondPage(state.surrogate),
    settings: decodeSettings(state.settings, "state.settings", classNames.length),
    provenance: decodeProvenance(state.provenance),
    hidden: new Set(strings(state.hidden ?? [], "state.hidden")),
  };
}

function decodeInstance(raw: unknown): TextInstance {
  const instance = object(raw, "state.instance");
  const features = strings(instance.features, "state.instance.features");
  const pieces = strings(instance.pieces, "state.instance.pieces");
  const pieceFeatures = integers(instance.piece_features, "state.instance.piece_features", -1, features.length);
  if (pieceFeatures.length !== pieces.length) {
    throw new WireError("state.instance.piece_features", pieceFeatures, `${pieces.length} indices, one for each piece`);
  }
  return {
    pieces,
    pieceFeatures,
    features,
    kind: oneOf(instance.kind, "state.instance.kind", ["words", "characters", "sentences"]),
    bow: boolean(instance.bow, "state.instance.bow"),
    maskString: string(instance.mask_string, "state.instance.mask_string"),
  };
}

function decodeNeighborhood(
  raw: unknown,
  buffers: readonly Buffer[],
  nClasses: number,
  nFeatures: number,
): Neighborhood {
  const where = "state.neighborhood";
  const { masks, predictions, distances } = object(raw, where);
  const bits = bitRows(masks, `${where}.masks`, buffers);
  if (bits.columns !== nFeatures) throw new WireError(`${where}.masks`, bits.columns, `${nFeatures} columns`);
  return {
    nSamples: bits.rows,
    nFeatures,
    nClasses,
    masks: bits.bytes,
    predictions: floats(predictions, `${where}.predictions`, buffers, [bits.rows, nClasses]),
    distances: floats(distances, `${where}.distances`, buffers, [bits.rows]),
  };
}

function decodeBeyondPage(raw: unknown): string | null {
  const { kernel, regressor } = object(raw, "state.surrogate");
  if (regressor !== null) return `a ${string(regressor, "state.surrogate.regressor")}`;
  return oneOf(kernel, "state.surrogate.kernel", ["exponential", "custom"]) === "custom" ? "a custom kernel" : null;
}

export function decodeSettings(raw: unknown, where: string, nClasses: number): Settings {
  const settings = object(raw, where);
  return {
    label: integer(settings.label, `${where}.label`, 0, nClasses),
    kernelWidth: number(settings.kernel_width, `${where}.kernel_width`),
    numFeatures: integer(settings.num_features, `${where}.num_features`, 1),
    selection: oneOf(settings.selection, `${where}.selection`, SELECTIONS),
  };
}

function decodeProvenance(raw: unknown): ExplanationData["provenance"] {
  return Object.entries(object(raw, "state.provenance")).flatMap(([key, value]) =>
    typeof value === "string" || typeof value === "number" ? [[key, value] as const] : [],
  );
}

export function decodeFits(raw: unknown, { classNames, instance }: ExplanationData): readonly Fit[] {
  return array(raw, "fitted").map((item, i) => {
    const where = `fitted[${i}]`;
    const fit = object(item, where);
    return {
      settings: decodeSettings(fit, where, classNames.length),
      features: integers(fit.features, `${where}.features`, 0, instance.features.length),
      weights: numbers(fit.weights, `${where}.weights`),
      intercept: number(fit.intercept, `${where}.intercept`),
      score: number(fit.score, `${where}.score`),
      localPrediction: number(fit.local_prediction, `${where}.local_prediction`),
      effectiveSampleSize: number(fit.effective_sample_size, `${where}.effective_sample_size`),
    };
  });
}

export function decodeRemoved(raw: unknown, { instance }: ExplanationData): readonly number[] {
  return integers(raw, "removed", 0, instance.features.length);
}

/** Null while nobody has asked the model. */
export function decodeWhatIf(raw: unknown, data: ExplanationData): WhatIf | null {
  const { removed, actual } = object(raw, "what_if");
  if (removed === undefined) return null;
  return {
    removed: decodeRemoved(removed, data),
    actual: actual === null || actual === undefined ? null : numbers(actual, "what_if.actual"),
  };
}

export const IDLE: Status = { phase: "idle", done: 0, total: 0, error: "" };

export function decodeStatus(raw: unknown): Status {
  const status = object(raw, "status");
  return {
    phase: oneOf(status.phase, "status.phase", ["idle", "running", "stopping"]),
    done: number(status.done, "status.done"),
    total: number(status.total, "status.total"),
    error: string(status.error, "status.error"),
  };
}
