/** The page's solver against the Python engine's results, from the file that the engine writes. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { momentSource } from "../src/solver/moments";
import { SELECTIONS, type Selection } from "../src/solver/selection";
import { finished } from "../src/solver/slices";
import { SurrogateFitter } from "../src/solver/surrogate";
import { packMasks } from "./fixtures";

interface Problem {
  /** Masks as strings of bits, or rows of real values. */
  samples: string[] | number[][];
  distances: number[];
  target: number[];
  importance?: number[];
  expected?: number[] | number[][];
  nominal?: number;
  law?: { distances: number[]; levels: number[] | null; kept: number[] | null };
}

interface Case {
  name: string;
  /** Index into the problems. */
  problem: number;
  kernel_width: number;
  num_features: number;
  selection: string;
  expected: {
    features: number[];
    weights: number[];
    intercept: number;
    score: number;
    local_prediction: number;
    effective_sample_size: number;
    uncertainty: {
      status: string;
      weights: number[] | null;
      local_prediction: number | null;
      score: number | null;
      degrees: number;
      ranking: { size: number; stability: number } | null;
    };
  };
}

const VECTORS = "tests/golden/vectors.json";
const { problems, cases } = JSON.parse(readFileSync(VECTORS, "utf8")) as { problems: Problem[]; cases: Case[] };

function problemOf({ problem }: Case): Problem {
  const found = problems[problem];
  if (!found) throw new RangeError(`got problem ${problem}, expected one of ${problems.length}`);
  return found;
}

function packed(samples: Problem["samples"]): Uint8Array | Float64Array {
  if (typeof samples[0] !== "string") return new Float64Array((samples as number[][]).flat());
  return packMasks((samples as string[]).map((row) => Array.from(row, (bit) => bit === "1")));
}

function fitOf(golden: Case) {
  const { samples, distances, target, importance, expected, law, nominal } = problemOf(golden);
  const { kernel_width, num_features, selection } = golden;
  const fitter = new SurrogateFitter(
    {
      nSamples: samples.length,
      nFeatures: samples[0]?.length ?? 0,
      nClasses: 1,
      samples: packed(samples),
      predictions: new Float64Array(target),
      distances: new Float64Array(distances),
      importance: importance ? new Float64Array(importance) : null,
      expected: expected ? new Float64Array(expected.flat()) : null,
      law: law ?? null,
      ...(nominal === undefined ? {} : { nominal }),
    },
    momentSource,
  );
  const method = SELECTIONS.find((name) => name === selection) as Selection;
  const settings = { label: 0, kernelWidth: kernel_width, numFeatures: num_features, selection: method };
  const surrogate = fitter.fit(settings);
  const errors = finished(fitter.uncertainty(settings, surrogate));
  return { surrogate, uncertainty: finished(fitter.withRanking(settings, errors, surrogate.features.length)) };
}

describe("golden vectors", () => {
  it("are many", () => expect(cases.length).toBeGreaterThan(10));

  it.each(cases)("$name", (golden) => {
    const { surrogate } = fitOf(golden);
    const { expected } = golden;
    expect(surrogate.features).toEqual(expected.features);
    const numbers = [
      ...surrogate.weights,
      surrogate.intercept,
      surrogate.score,
      surrogate.localPrediction,
      surrogate.effectiveSampleSize / problemOf(golden).samples.length,
    ];
    const wanted = [
      ...expected.weights,
      expected.intercept,
      expected.score,
      expected.local_prediction,
      expected.effective_sample_size / problemOf(golden).samples.length,
    ];
    for (const [i, value] of numbers.entries()) expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(1e-9);
  });

  it.each(cases)("$name: how sure it is", (golden) => {
    const { uncertainty } = fitOf(golden);
    const wanted = golden.expected.uncertainty;
    expect(uncertainty.status).toBe(wanted.status);
    expect(uncertainty.weights === null).toBe(wanted.weights === null);
    expect(uncertainty.ranking?.size).toBe(wanted.ranking?.size);
    const numbers = [...(uncertainty.weights ?? []), uncertainty.localPrediction, uncertainty.score];
    const expected = [...(wanted.weights ?? []), wanted.local_prediction, wanted.score];
    for (const [i, value] of [...numbers, uncertainty.degrees / 1e3].entries()) {
      expect(Math.abs((value ?? -1) - ([...expected, wanted.degrees / 1e3][i] ?? -1))).toBeLessThan(1e-9);
    }
    expect(uncertainty.ranking?.stability ?? 0).toBeCloseTo(wanted.ranking?.stability ?? 0, 12);
  });

  it("hold errors and rankings of every kind", () => {
    const kinds = new Set(cases.map(({ expected }) => expected.uncertainty.status));
    expect([...kinds].sort()).toEqual(["estimated", "few_samples"]);
    expect(cases.filter(({ expected }) => expected.uncertainty.ranking).length).toBeGreaterThan(10);
  });
});
