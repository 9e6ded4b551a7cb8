/** Tables as Python would send them, of black boxes whose weights are known. */

import { packMasks, random, type Wire } from "./fixtures";

export interface WireColumn {
  name: string;
  feature: string;
  shown: string;
  condition: string;
  kind: "number" | "category" | "date";
  value: number | null;
  [key: string]: unknown;
}

export function numberColumn(name: string, value: number, part: Partial<WireColumn> = {}): WireColumn {
  const [low, high] = (part.bin as [number, number] | undefined) ?? [value - 5, value + 5];
  const condition = `(${low} to ${high}]`;
  const column = {
    kind: "number" as const,
    value,
    shown: String(value),
    condition,
    bin: [low, high],
    range: [low - 20, high + 40],
  };
  return { name, feature: `${name} = ${value} ${condition}`, ...column, ...part };
}

export function categoryColumn(name: string, names: readonly string[], code: number): WireColumn {
  const shown = names[code] ?? "";
  const choices = names.map((choice, index) => [index, choice]);
  return { name, feature: `${name} = ${shown}`, shown, condition: "", kind: "category", value: code, choices };
}

/** 2021-03-04, at midnight UTC. */
export const DATE = Date.UTC(2021, 2, 4) * 1000;

export function dateColumn(name: string, part: Partial<WireColumn> = {}): WireColumn {
  const range = [Date.UTC(2019, 0, 1) * 1000, Date.UTC(2023, 0, 1) * 1000];
  const bin = [Date.UTC(2021, 0, 1) * 1000, Date.UTC(2022, 0, 1) * 1000];
  const column = {
    shown: "2021-03-04",
    condition: "(2021-01-01 to 2022-01-01]",
    kind: "date" as const,
    value: DATE,
    range,
    bin,
  };
  return { name, feature: `${name} = 2021-03-04`, ...column, ...part };
}

export const ADULT: readonly WireColumn[] = [
  numberColumn("age", 37, { bin: [28, 38], condition: "(28 to 38]", range: [17, 90], whole: true }),
  categoryColumn("workclass", ["Private", "Self-employed", "Federal government", "Never worked"], 0),
  numberColumn("capital gain", 0, { bin: [null, 0], condition: "(up to 0]", range: [0, 99999], missing: true }),
  dateColumn("hired"),
  {
    ...numberColumn("hours", 40),
    value: null,
    shown: "missing",
    feature: "hours is missing",
    condition: "",
    missing: true,
  },
  categoryColumn("marital status", ["Married", "Divorced", "Never married"], 2),
];

export interface TableSpec {
  columns?: readonly WireColumn[];
  classNames?: string[];
  nSamples?: number;
  /** The model's answers for a row of samples: 1 where a feature is as the instance has it, or real values. */
  model?: (row: readonly number[]) => number[];
  /** Real-valued samples instead of bits. */
  real?: boolean;
  notes?: string[];
  state?: Record<string, unknown>;
}

/** Linear in the features, with a weight that falls and changes its sign from one to the next. */
export function linearIn(weights: readonly number[], base = 0.5): (row: readonly number[]) => number[] {
  return (row) => {
    const yes = weights.reduce((sum, weight, j) => sum + weight * (row[j] ?? 0), base);
    return [1 - yes, yes];
  };
}

export const WEIGHTS = [0.2, -0.15, 0.1, 0, 0.05, -0.02];

export function tableWire(spec: TableSpec = {}): Wire {
  const { columns = ADULT, classNames = ["<=50K", ">50K"], nSamples = 400, model = linearIn(WEIGHTS) } = spec;
  const rows = spec.real ? realRows(columns, nSamples) : maskRows(columns.length, nSamples);
  const answers = rows.map(model);
  const shape = [nSamples, columns.length];
  const samples = spec.real
    ? new Float64Array(rows.flat())
    : packMasks(rows.map((row) => row.map((value) => value === 1)));
  const state = {
    lime_widgets: 1,
    domain: "tabular",
    mode: "classification",
    title: "Explanation of a row",
    class_names: classNames,
    top_labels: null,
    predict_proba: answers[0],
    unit: "",
    instance: { columns, notes: spec.notes ?? [] },
    neighborhood: {
      samples: { buffer: 0, dtype: spec.real ? "float64" : "bits", shape },
      predictions: { buffer: 1, dtype: "float64", shape: [nSamples, classNames.length] },
      distances: { buffer: 2, dtype: "float64", shape: [nSamples] },
    },
    surrogate: { kernel: "exponential", regressor: null },
    settings: {
      label: classNames.length - 1,
      kernel_width: 0.75 * Math.sqrt(columns.length),
      num_features: 6,
      selection: "auto",
    },
    provenance: {
      instance: "row 12",
      model: "a test",
      samples: nSamples,
      seed: 1,
      version: "0.1.0",
      date: "2026-11-22",
    },
    ...spec.state,
  };
  const distances = rows.map((row) =>
    Math.sqrt(row.reduce((sum, value, j) => sum + (value - (rows[0]?.[j] ?? 0)) ** 2, 0)),
  );
  const buffers = [samples, new Float64Array(answers.flat()), new Float64Array(distances)];
  return { state, buffers: buffers.map((array) => new DataView(array.buffer as ArrayBuffer)) };
}

function maskRows(nColumns: number, nSamples: number): number[][] {
  const next = random(2);
  const draw = (row: number) => Array.from({ length: nColumns }, () => (row === 0 || next() < 0.5 ? 1 : 0));
  return Array.from({ length: nSamples }, (_, row) => draw(row));
}

/** Row 0 is where each column's scale puts its value; the others lie around the mean. */
function realRows(columns: readonly WireColumn[], nSamples: number): number[][] {
  const next = random(3);
  const own = columns.map(({ value, scale }) => {
    const [mean, unit] = (scale as [number, number] | undefined) ?? [0, 1];
    return ((value ?? 0) - mean) / unit;
  });
  return Array.from({ length: nSamples }, (_, row) => (row === 0 ? own : own.map(() => 4 * next() - 2)));
}

/** A regressor of a table with a unit. */
export function regressionWire(spec: TableSpec & { scale?: number } = {}): Wire {
  const { scale = 100 } = spec;
  const linear = linearIn(WEIGHTS);
  return tableWire({
    classNames: ["disease progression"],
    model: (row) => [scale * (linear(row)[1] ?? 0)],
    ...spec,
    state: { mode: "regression", unit: "mg/dl", ...spec.state },
  });
}

/** A model that gives each label a probability of its own. */
export function multilabelWire(probabilities: readonly number[], spec: TableSpec = {}): Wire {
  return tableWire({
    classNames: probabilities.map((_, i) => `label ${i}`),
    model: (row) => probabilities.map((value, i) => value * (row[i] === 0 ? 0.5 : 1)),
    ...spec,
    state: { mode: "multilabel", ...spec.state },
  });
}
