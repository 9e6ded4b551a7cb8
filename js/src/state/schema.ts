/** Decodes the wire (docs/wire.md) once, at the edge. What leaves this module is checked and typed. */

import * as words from "../../../lime_widgets/common/strings.json";
import type { Domain, Instance } from "../domains/domain";
import type { Neighborhood } from "../solver/neighborhood";
import type { Law } from "../solver/population";
import { SELECTIONS } from "../solver/selection";
import type { Settings, Surrogate } from "../solver/surrogate";
import type { Uncertainty } from "../solver/uncertainty";
import { type Buffer, floats, sampleRows } from "./arrays";
import { type Convergence, decodeConvergence, decodeUncertainty } from "./certainty";
import {
  array,
  boolean,
  fieldsOf,
  integer,
  integers,
  type JsonObject,
  number,
  numberOrNull,
  numbers,
  object,
  oneOf,
  optional,
  type Read,
  string,
  strings,
  twoOf,
  WireError,
} from "./checks";
import type { Edit, Variant } from "./variant";

export interface ExplanationData<I extends Instance = Instance> {
  readonly domain: Domain<I>;
  readonly mode: "classification" | "multilabel" | "regression";
  readonly title: string;
  /** Of regression one, the target's. */
  readonly classNames: readonly string[];
  /** The classes whose predictions are here, rising: one column each. */
  readonly classes: readonly number[];
  /** The model's answer for the instance: of regression one, the predicted value. */
  readonly predictProba: readonly number[];
  /** Of the answers and the weights; empty where nobody named one. */
  readonly unit: string;
  readonly instance: I;
  readonly neighborhood: Neighborhood;
  /** The kernel, regressor or estimate that the page cannot compute, or null where it can. */
  readonly beyondPage: string | null;
  /** How the number of samples was found; null where it was given. */
  readonly convergence: Convergence | null;
  readonly settings: Settings;
  readonly provenance: readonly (readonly [string, string | number])[];
  /** Parts that whoever made the page left out: docs/wire.md names them. */
  readonly hidden: ReadonlySet<string>;
}

/** A surrogate that the kernel fitted, with the settings it answers to. */
export interface Fit extends Surrogate {
  readonly settings: Settings;
  readonly uncertainty: Uncertainty | null;
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

/** The state of docs/wire.md, of a page made for `domain`: an object, or the same as JSON. */
export function decodeState<I extends Instance>(
  raw: unknown,
  buffers: readonly Buffer[],
  domain: Domain<I>,
): ExplanationData<I> {
  const state = object(typeof raw === "string" ? JSON.parse(raw) : raw, "state");
  const field = fieldsOf(state, "state");
  if (state.lime_widgets !== VERSION)
    throw new WireError("state.lime_widgets", state.lime_widgets, `version ${VERSION}`);
  if (state.domain !== domain.name)
    throw new WireError("state.domain", state.domain, `"${domain.name}", the domain of this page`);
  const classNames = field("class_names", strings);
  const classes = field("classes", (value, where) => decodeClasses(value, where, classNames.length));
  const instance = field("instance", (value, where) => domain.decodeInstance(value, where, buffers));
  const predictProba = field("predict_proba", numbers);
  if (predictProba.length !== classNames.length) {
    throw new WireError("state.predict_proba", predictProba, `${classNames.length} numbers, one for each class`);
  }
  return {
    domain,
    mode: field("mode", oneOf(["classification", "multilabel", "regression"])),
    title: field("title", string),
    classNames,
    classes,
    predictProba,
    unit: field("unit", optional(string)) ?? "",
    instance,
    neighborhood: decodeNeighborhood(state.neighborhood, buffers, classes.length, instance, domain),
    beyondPage: decodeBeyondPage(state.surrogate),
    convergence: decodeConvergence(state.convergence, "state.convergence"),
    settings: decodeSettings(state.settings, "state.settings", classes),
    provenance: decodeProvenance(state.provenance),
    hidden: new Set(field("hidden", optional(strings))),
  };
}

/** Rising, each once; all of them where nobody chose some. */
function decodeClasses(raw: unknown, where: string, nClasses: number): readonly number[] {
  const classes = optional(integers(0, nClasses))(raw, where) ?? Array.from({ length: nClasses }, (_, label) => label);
  if (!classes.length || classes.some((label, i) => i > 0 && label <= (classes[i - 1] ?? 0))) {
    throw new WireError(where, raw, "rising indices of classes, at least one");
  }
  return classes;
}

function decodeNeighborhood(
  raw: unknown,
  buffers: readonly Buffer[],
  nClasses: number,
  { features }: Instance,
  { sampleDtypes }: Domain,
): Neighborhood {
  const nFeatures = features.length;
  const field = fieldsOf(raw, "state.neighborhood");
  const { count, values } = field("samples", (value, where) =>
    sampleRows(value, where, buffers, nFeatures, sampleDtypes),
  );
  return {
    nSamples: count,
    nFeatures,
    nClasses,
    samples: values,
    predictions: field("predictions", (value, where) => floats(value, where, buffers, [count, nClasses])),
    distances: field("distances", (value, where) => floats(value, where, buffers, [count])),
    importance: field(
      "importance",
      optional((value, where) => floats(value, where, buffers, [count])),
    ),
    expected: field(
      "expected",
      optional((value, where) => floats(value, where, buffers, [count, nClasses])),
    ),
    law: field("law", optional(lawOf(buffers, nFeatures))),
    exact: field("exact", optional(boolean)) ?? false,
    noise: field("noise", optional(numbers)),
    nominal: field("nominal", optional(integer(1))) ?? count,
  };
}

/** lime's law of masks of so many features. */
function lawOf(buffers: readonly Buffer[], nFeatures: number): Read<Law> {
  return (raw, where) => {
    const field = fieldsOf(raw, where);
    const sized = (count: number) => (value: unknown, at: string) => floats(value, at, buffers, [count]);
    return {
      distances: field("distances", sized(nFeatures + 1)),
      levels: field("levels", optional(sized(nFeatures + 1))),
      kept: field("kept", optional(sized(nFeatures))),
    };
  };
}

function decodeBeyondPage(raw: unknown): string | null {
  const field = fieldsOf(raw, "state.surrogate");
  const regressor = field("regressor", optional(string));
  if (regressor !== null) return `a ${regressor}`;
  if (field("kernel", oneOf(["exponential", "custom"])) === "custom") return "a custom kernel";
  return field("estimator", optional(oneOf(["regression", "assisted"]))) === "assisted"
    ? words.assisted_estimate
    : null;
}

export function decodeSettings(raw: unknown, where: string, classes: readonly number[]): Settings {
  const field = fieldsOf(raw, where);
  return {
    label: field("label", decodeLabel(classes)),
    kernelWidth: field("kernel_width", number),
    numFeatures: field("num_features", integer(1)),
    selection: field("selection", oneOf(SELECTIONS)),
  };
}

/** One of `classes`: there are no predictions of another. */
export function decodeLabel(classes: readonly number[]): Read<number> {
  return (raw, where) => {
    const label = classes.find((known) => known === raw);
    if (label === undefined) throw new WireError(where, raw, `one of the classes ${classes.join(", ")}`);
    return label;
  };
}

function decodeProvenance(raw: unknown): ExplanationData["provenance"] {
  return Object.entries(object(raw, "state.provenance")).flatMap(([key, value]) =>
    typeof value === "string" || typeof value === "number" ? [[key, value] as const] : [],
  );
}

export function decodeFits(raw: unknown, { classes, instance }: ExplanationData): readonly Fit[] {
  return array(raw, "fitted").map((fit, i) => {
    const where = `fitted[${i}]`;
    const field = fieldsOf(fit, where);
    return {
      settings: decodeSettings(fit, where, classes),
      features: field("features", integers(0, instance.features.length)),
      weights: field("weights", numbers),
      intercept: field("intercept", number),
      score: field("score", number),
      localPrediction: field("local_prediction", number),
      effectiveSampleSize: field("effective_sample_size", number),
      uncertainty: field("uncertainty", optional(decodeUncertainty)),
    };
  });
}

/** How an instance is looked at: nothing, where there is only one way. */
export function decodeView(raw: unknown, data: ExplanationData): JsonObject {
  return data.domain.checkView?.(raw ?? {}, data) ?? {};
}

export function decodeRemoved(raw: unknown, { instance }: ExplanationData): readonly number[] {
  return integers(0, instance.features.length)(raw, "removed");
}

/** By rising feature, each once. Absent where the page of an instance that cannot be edited says nothing of them. */
export function decodeEdits(raw: unknown, { domain, instance }: ExplanationData): readonly Edit[] {
  const end = domain.isEditable ? instance.features.length : 0;
  let least = 0;
  return array(raw ?? [], "edits").map((item, i) => {
    const edit = twoOf(integer(least, end), numberOrNull)(item, `edits[${i}]`);
    least = edit[0] + 1;
    return edit;
  });
}

/** Null while nobody has asked the model. */
export function decodeWhatIf(raw: unknown, data: ExplanationData): WhatIf | null {
  const { removed, edits, actual } = object(raw, "what_if");
  if (removed === undefined && edits === undefined) return null;
  return {
    removed: decodeRemoved(removed ?? [], data),
    edits: decodeEdits(edits, data),
    actual: optional(numbers)(actual, "what_if.actual"),
  };
}

export const IDLE: Status = { phase: "idle", done: 0, total: 0, error: "" };

export function decodeStatus(raw: unknown): Status {
  const field = fieldsOf(raw, "status");
  return {
    phase: field("phase", oneOf(["idle", "running", "stopping"])),
    done: field("done", number),
    total: field("total", number),
    error: field("error", string),
  };
}
