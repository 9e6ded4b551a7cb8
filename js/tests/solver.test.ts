import { describe, expect, it } from "vitest";
import { effectiveSampleSize, kernelWeights } from "../src/solver/kernels";
import { lassoPath } from "../src/solver/lasso-path";
import { type Moments, momentSource } from "../src/solver/moments";
import { LevelMoments, levelsOf } from "../src/solver/moments-by-level";
import { DenseMoments } from "../src/solver/moments-dense";
import { SampleMoments } from "../src/solver/moments-per-sample";
import type { Neighborhood } from "../src/solver/neighborhood";
import { SELECTIONS, selectFeatures, selectionInForce } from "../src/solver/selection";
import { SurrogateFitter } from "../src/solver/surrogate";
import { byFallingSize, firstLargest } from "../src/solver/ties";
import { cosineDistance, drawMasks, packMasks, random } from "./fixtures";

const fitterOf = (neighborhood: Neighborhood) => new SurrogateFitter(neighborhood, momentSource);

type Masks = readonly (readonly boolean[])[];

function neighborhoodOf(masks: Masks, model: (mask: readonly boolean[]) => number, jitter = 0): Neighborhood {
  return {
    nSamples: masks.length,
    nFeatures: masks[0]?.length ?? 0,
    nClasses: 2,
    samples: packMasks(masks),
    predictions: new Float64Array(masks.flatMap((mask) => [1 - model(mask), model(mask)])),
    distances: new Float64Array(masks.map((mask, row) => cosineDistance(mask) + jitter * (row % 3))),
  };
}

/** A model with a kink, so that no linear surrogate fits it exactly. */
function curved(mask: readonly boolean[]): number {
  return Math.tanh(mask.reduce((sum, kept, j) => sum + (kept ? Math.sin(3 * j + 1) : 0), 0) / 2);
}

/** The textbook formula: dense rows, weighted means, centred products. */
function denseMoments(masks: Masks, target: readonly number[], weights: Float64Array): Pick<Moments, "gram" | "cross"> {
  const d = masks[0]?.length ?? 0;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (value: (row: number) => number) =>
    masks.reduce((s, _, i) => s + (weights[i] as number) * value(i), 0) / total;
  const z = (i: number, j: number) => (masks[i]?.[j] ? 1 : 0);
  const featureMeans = Array.from({ length: d }, (_, j) => mean((i) => z(i, j)));
  const targetMean = mean((i) => target[i] as number);
  const centred = (i: number, j: number) => z(i, j) - (featureMeans[j] as number);
  const gram = Float64Array.from({ length: d * d }, (_, at) => {
    return total * mean((i) => centred(i, Math.floor(at / d)) * centred(i, at % d));
  });
  const cross = Float64Array.from({ length: d }, (_, j) => {
    return total * mean((i) => centred(i, j) * ((target[i] as number) - targetMean));
  });
  return { gram, cross };
}

function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((gap, value, i) => Math.max(gap, Math.abs(value - (b[i] as number))), 0);
}

describe("kernel", () => {
  it("gives the instance weight 1 and falls to exp(-1/2) at the kernel width", () => {
    const weights = kernelWeights([0, 25], 25);
    expect(weights[0]).toBe(1);
    expect(weights[1]).toBeCloseTo(Math.exp(-0.5), 14);
  });

  it("counts equal weights fully and a lone weight once", () => {
    expect(effectiveSampleSize(new Float64Array([2, 2, 2, 2]))).toBe(4);
    expect(effectiveSampleSize(new Float64Array([1, 0, 0]))).toBe(1);
  });
});

describe("moments", () => {
  const masks = drawMasks(150, 11);
  const neighborhood = neighborhoodOf(masks, curved);
  const levels = levelsOf(neighborhood);

  it.each([0.5, 5, 25, 1000])("from both sources equal the dense formula at width %d", (width) => {
    const weights = kernelWeights(neighborhood.distances, width);
    const dense = denseMoments(masks, masks.map(curved), weights);
    for (const source of [new LevelMoments(neighborhood, levels ?? []), new SampleMoments(neighborhood)]) {
      const moments = source.moments(weights, 1);
      expect(largestGap(moments.gram, dense.gram)).toBeLessThan(1e-10);
      expect(largestGap(moments.cross, dense.cross)).toBeLessThan(1e-10);
    }
  });

  it("are summed by level only where distances are equal within a level", () => {
    expect(momentSource(neighborhood)).toBeInstanceOf(LevelMoments);
    expect(momentSource(neighborhoodOf(masks, curved, 0.01))).toBeInstanceOf(SampleMoments);
  });

  it("hold more than 255 samples of one level", () => {
    const crowd = [new Array(9).fill(true), ...Array.from({ length: 700 }, (_, i) => drawOne(9, i))];
    const many = neighborhoodOf(crowd, curved);
    const weights = kernelWeights(many.distances, 25);
    const byLevel = new LevelMoments(many, levelsOf(many) ?? []).moments(weights, 1);
    expect(largestGap(byLevel.gram, new SampleMoments(many).moments(weights, 1).gram)).toBeLessThan(1e-9);
  });

  it("keep their precision under a kernel so narrow that the instance outweighs all else", () => {
    const weights = kernelWeights(neighborhood.distances, 1.2);
    const { gram } = momentSource(neighborhood).moments(weights, 1);
    const variance = gram[0] as number;
    const removed = masks.reduce((sum, mask, i) => sum + (mask[0] ? 0 : (weights[i] as number)), 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect(variance / (removed - removed ** 2 / total)).toBeCloseTo(1, 12);
  });
});

describe("moments of real-valued columns", () => {
  const next = random(7);
  /** An odd number of columns and more than one block of samples: nothing may be left over. */
  const real = (nSamples: number, nFeatures: number) =>
    Array.from({ length: nSamples }, () => Array.from({ length: nFeatures }, () => 4 * next() - 1));
  const neighborhoodOfReal = (rows: number[][]): Neighborhood => ({
    nSamples: rows.length,
    nFeatures: rows[0]?.length ?? 0,
    nClasses: 1,
    samples: new Float64Array(rows.flat()),
    predictions: new Float64Array(rows.map((row) => Math.tanh(row.reduce((sum, value) => sum + value, 0)))),
    distances: new Float64Array(rows.map((_, i) => i / 100)),
  });

  it.each([
    [700, 7],
    [33, 1],
    [1030, 6],
  ])("equal the dense formula with %d samples of %d columns", (nSamples, d) => {
    const rows = real(nSamples, d);
    const neighborhood = neighborhoodOfReal(rows);
    const weights = kernelWeights(neighborhood.distances, 4);
    const moments = momentSource(neighborhood).moments(weights, 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = (value: (i: number) => number) => weights.reduce((sum, w, i) => sum + w * value(i), 0) / total;
    const z = (i: number, j: number) => rows[i]?.[j] as number;
    const y = (i: number) => neighborhood.predictions[i] as number;
    for (let a = 0; a < d; a++) {
      const meanA = mean((i) => z(i, a));
      expect(moments.featureMeans[a]).toBeCloseTo(meanA, 10);
      expect(moments.cross[a]).toBeCloseTo(total * mean((i) => (z(i, a) - meanA) * (y(i) - mean(y))), 8);
      for (let b = 0; b < d; b++) {
        const meanB = mean((i) => z(i, b));
        const entry = total * mean((i) => (z(i, a) - meanA) * (z(i, b) - meanB));
        expect(moments.gram[a * d + b]).toBeCloseTo(entry, 8);
      }
    }
    expect(Array.from(moments.instance)).toEqual(rows[0]);
  });

  it("are those of masks where the values are ones and zeros", () => {
    const masks = drawMasks(90, 9);
    const packed = neighborhoodOf(masks, curved, 0.01);
    const samples = new Float32Array(masks.flat().map(Number));
    const weights = kernelWeights(packed.distances, 25);
    const dense = new DenseMoments({ ...packed, samples }).moments(weights, 1);
    expect(largestGap(dense.gram, new SampleMoments(packed).moments(weights, 1).gram)).toBeLessThan(1e-10);
  });

  it("give the local prediction of the instance's own row", () => {
    const rows = real(300, 5);
    const fitter = fitterOf(neighborhoodOfReal(rows));
    const fit = fitter.fit({ label: 0, kernelWidth: 2, numFeatures: 5, selection: "highest_weights" });
    const sum = fit.features.reduce(
      (s, j, i) => s + (fit.weights[i] as number) * (rows[0]?.[j] as number),
      fit.intercept,
    );
    expect(fit.localPrediction).toBeCloseTo(sum, 12);
  });
});

function drawOne(d: number, i: number): boolean[] {
  return Array.from({ length: d }, (_, j) => j !== i % d);
}

describe("selection", () => {
  const d = 12;
  const truth = [0, 0.5, 0, -0.4, 0, 0, 0.3, 0, -0.2, 0, 0, 0];
  const linear = (mask: readonly boolean[]) =>
    mask.reduce((sum, kept, j) => sum + (kept ? (truth[j] as number) : 0), 0.1);
  const neighborhood = neighborhoodOf(drawMasks(400, d), linear);

  it.each(["forward_selection", "highest_weights", "lasso_path"] as const)(
    "%s finds the features of a linear model",
    (selection) => {
      const fit = fitterOf(neighborhood).fit({ label: 1, kernelWidth: 25, numFeatures: 4, selection });
      expect([...fit.features].sort((a, b) => a - b)).toEqual([1, 3, 6, 8]);
      expect(fit.features).toEqual([1, 3, 6, 8].sort((a, b) => Math.abs(truth[b] ?? 0) - Math.abs(truth[a] ?? 0)));
    },
  );

  it("none keeps every feature", () => {
    const fit = fitterOf(neighborhood).fit({ label: 1, kernelWidth: 25, numFeatures: 2, selection: "none" });
    expect(fit.features).toHaveLength(d);
  });

  it("auto goes forward up to six features, and by highest weights beyond", () => {
    expect(selectionInForce("auto", 6)).toBe("forward_selection");
    expect(selectionInForce("auto", 7)).toBe("highest_weights");
    expect(selectionInForce("lasso_path", 3)).toBe("lasso_path");
  });

  it.each(SELECTIONS)("%s copes with constant and repeated columns", (selection) => {
    const masks = drawMasks(60, 5).map(([a = true, b = true, c = true]) => [a, true, b, a, c]);
    const fitter = fitterOf(neighborhoodOf(masks, curved, 0.001));
    const fit = fitter.fit({ label: 1, kernelWidth: 25, numFeatures: 4, selection });
    expect(fit.weights.every(Number.isFinite)).toBe(true);
    expect(new Set(fit.features).size).toBe(fit.features.length);
  });

  it("selects by index where nothing is left to explain", () => {
    const flat = momentSource(neighborhoodOf(drawMasks(50, 6), () => 0.5));
    const moments = flat.moments(new Float64Array(50).fill(1), 1);
    expect(selectFeatures(moments, 3, "forward_selection")).toEqual([0, 1, 2]);
    expect(selectFeatures(moments, 3, "highest_weights")).toEqual([0, 1, 2]);
  });

  it("settles ties by the lower index, whatever the last bits", () => {
    expect(firstLargest(new Float64Array([0, 1, 1 + 1e-13]))).toBe(1);
    expect(byFallingSize(new Float64Array([-1, 1 + 1e-13, 2]))).toEqual([2, 0, 1]);
  });
});

describe("lasso path", () => {
  it("ends at the unpenalised solution", () => {
    const moments = momentSource(neighborhoodOf(drawMasks(300, 8), curved)).moments(new Float64Array(300).fill(1), 1);
    const end = lassoPath(moments.gram, moments.cross).at(-1) ?? new Float64Array(8);
    for (let i = 0; i < 8; i++) {
      let fitted = 0;
      for (let j = 0; j < 8; j++) fitted += (moments.gram[i * 8 + j] as number) * (end[j] as number);
      expect(fitted).toBeCloseTo(moments.cross[i] as number, 9);
    }
  });

  it("keeps every active correlation at the common level, and none above it, at each knot", () => {
    const moments = momentSource(neighborhoodOf(drawMasks(200, 10, 4), curved)).moments(
      new Float64Array(200).fill(1),
      1,
    );
    for (const knot of lassoPath(moments.gram, moments.cross).slice(1, -1)) {
      const correlations = Array.from(moments.cross, (value, i) =>
        Math.abs(knot.reduce((rest, b, j) => rest - (moments.gram[i * 10 + j] as number) * b, value)),
      );
      const level = Math.max(...correlations);
      correlations.forEach((size, j) => {
        if (knot[j] !== 0) expect(size / level).toBeCloseTo(1, 8);
      });
    }
  });
});

describe("surrogate", () => {
  it("recovers a linear model, up to the ridge's shrinkage, with a fidelity near 1", () => {
    const model = (mask: readonly boolean[]) => 0.2 + (mask[2] ? 0.5 : 0) - (mask[5] ? 0.25 : 0);
    const fitter = fitterOf(neighborhoodOf(drawMasks(4000, 8), model));
    const fit = fitter.fit({ label: 1, kernelWidth: 25, numFeatures: 2, selection: "auto" });
    expect(fit.features).toEqual([2, 5]);
    expect(fit.weights[0]).toBeCloseTo(0.5, 2);
    expect(fit.weights[1]).toBeCloseTo(-0.25, 2);
    expect(fit.score).toBeGreaterThan(0.999);
    expect(fit.localPrediction).toBeCloseTo(0.45, 2);
  });

  it("solves the penalised normal equations of the dense problem", () => {
    const masks = drawMasks(120, 7, 9);
    const neighborhood = neighborhoodOf(masks, curved);
    const fit = fitterOf(neighborhood).fit({ label: 1, kernelWidth: 10, numFeatures: 7, selection: "none" });
    const weights = kernelWeights(neighborhood.distances, 10);
    const { gram, cross } = denseMoments(masks, masks.map(curved), weights);
    const beta = new Float64Array(7);
    fit.features.forEach((feature, i) => {
      beta[feature] = fit.weights[i] as number;
    });
    for (let i = 0; i < 7; i++) {
      const left = beta.reduce((sum, b, j) => sum + b * ((gram[i * 7 + j] as number) + (i === j ? 1 : 0)), 0);
      expect(left).toBeCloseTo(cross[i] as number, 10);
    }
  });

  it("the intercept and the weights of the kept features add up to its prediction for the instance", () => {
    const next = random(5);
    const fit = fitterOf(neighborhoodOf(drawMasks(200, 9), () => next())).fit({
      label: 0,
      kernelWidth: 25,
      numFeatures: 9,
      selection: "none",
    });
    expect(fit.weights.reduce((sum, weight) => sum + weight, fit.intercept)).toBeCloseTo(fit.localPrediction, 12);
  });

  it("a model that always says the same has fidelity 1 and no weights", () => {
    const fit = fitterOf(neighborhoodOf(drawMasks(50, 4), () => 0.7)).fit({
      label: 1,
      kernelWidth: 25,
      numFeatures: 4,
      selection: "auto",
    });
    expect(fit.score).toBe(1);
    expect(fit.weights).toEqual([0, 0, 0, 0]);
    expect(fit.localPrediction).toBe(0.7);
  });

  it("reuses the moments when only the number of features changes", () => {
    const fitter = fitterOf(neighborhoodOf(drawMasks(100, 6), curved));
    const settings = { label: 1, kernelWidth: 25, selection: "forward_selection" } as const;
    const few = fitter.fit({ ...settings, numFeatures: 2 });
    const more = fitter.fit({ ...settings, numFeatures: 3 });
    expect(more.features).toEqual(expect.arrayContaining([...few.features]));
  });
});
