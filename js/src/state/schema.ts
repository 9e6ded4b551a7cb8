/** Decodes the wire (docs/wire.md) once, at the edge. What leaves this module is checked and typed. */

import type { Neighborhood } from "../solver/neighborhood";
import { SELECTIONS } from "../solver/selection";
import type { Settings, Surrogate } from "../solver/surrogate";
import { type Buffer, floats, sampleRows } from "./arrays";
import { array, integer, integers, number, numbers, object, oneOf, string, strings, WireError } from "./checks";
import { decodeInstance, type Instance, twoOf, valueOrNull } from "./instance";
import type { Edit, Variant } from "./variant";

export interface ExplanationData {
  readonly mode: "classification" | "multilabel" | "regression";
  readonly title: string;
  /** Of regression one, the target's. */
  readonly classNames: readonly string[];
  /** The model's answer for the instance: of regression one, the predicted value. */
  readonly predictProba: readonly number[];
  /** Of the answers and the weights; empty where nobody named one. */
  readonly unit: string;
  readonly instance: Instance;
  readonly neighborhood: Neighborhood;
  /** The kernel or regressor that the page cannot compute, or null where it can. */
  readonly beyondPage: string | null;
  readonly settings: Settings;
  readonly provenance: readonly (readonly [string, string | number])[];
  /** Parts that whoever made the page left out: docs/wire.md names them. */
  readonly hidden: ReadonlySet<string>;
}

/** A surrogate that the kernel fitted, with the settings it answers to. */
export interface Fit extends Surrogate {
  readonly settings: Settings;
}

/** A variant that the model was asked about. */
export interface WhatIf extends Variant {
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
  const classNames = strings(state.class_names, "state.class_names");
  const instance = decodeInstance(state.domain, state.instance);
  const neighborhood = decodeNeighborhood(state.neighborhood, buffers, classNames.length, instance.features.length);
  const predictProba = numbers(state.predict_proba, "state.predict_proba");
  if (predictProba.length !== classNames.length) {
    throw new WireError("state.predict_proba", predictProba, `${classNames.length} numbers, one for each class`);
  }
  return {
    mode: oneOf(state.mode, "state.mode", ["classification", "multilabel", "regression"]),
    title: string(state.title, "state.title"),
    classNames,
    predictProba,
    unit: string(state.unit ?? "", "state.unit"),
    instance,
    neighborhood,
    beyondPage: decodeBeyondPage(state.surrogate),
    settings: decodeSettings(state.settings, "state.settings", classNames.length),
    provenance: decodeProvenance(state.provenance),
    hidden: new Set(strings(state.hidden ?? [], "state.hidden")),
  };
}

function decodeNeighborhood(
  raw: unknown,
  buffers: readonly Buffer[],
  nClasses: number,
  nFeatures: number,
): Neighborhood {
  const where = "state.neighborhood";
  const { samples, predictions, distances } = object(raw, where);
  const rows = sampleRows(samples, `${where}.samples`, buffers, nFeatures);
  return {
    nSamples: rows.count,
    nFeatures,
    nClasses,
    samples: rows.values,
    predictions: floats(predictions, `${where}.predictions`, buffers, [rows.count, nClasses]),
    distances: floats(distances, `${where}.distances`, buffers, [rows.count]),
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

/** By rising feature, each once; only of a table. Absent where a text's page says nothing of them. */
export function decodeEdits(raw: unknown, { instance }: ExplanationData): readonly Edit[] {
  const end = instance.domain === "tabular" ? instance.features.length : 0;
  let least = 0;
  return array(raw ?? [], "edits").map((item, i) => {
    const [feature, value] = twoOf(item, `edits[${i}]`, (id, where) => integer(id, where, least, end), valueOrNull);
    least = feature + 1;
    return [feature, value];
  });
}

/** Null while nobody has asked the model. */
export function decodeWhatIf(raw: unknown, data: ExplanationData): WhatIf | null {
  const { removed, edits, actual } = object(raw, "what_if");
  if (removed === undefined && edits === undefined) return null;
  return {
    removed: decodeRemoved(removed ?? [], data),
    edits: decodeEdits(edits, data),
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
