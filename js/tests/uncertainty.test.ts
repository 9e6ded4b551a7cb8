/** Standard errors and rankings, against the same sums written out with dense matrices, and against known answers. */

import { describe, expect, it } from "vitest";
import { joinedSamples } from "../src/solver/clusters";
import { kernelWeights } from "../src/solver/kernels";
import { momentSource } from "../src/solver/moments";
import { LevelMoments, levelsOf } from "../src/solver/moments-by-level";
import { SampleMoments } from "../src/solver/moments-per-sample";
import { multiplicities, multiplied, type Neighborhood } from "../src/solver/neighborhood";
import { rankStability } from "../src/solver/ranking";
import { finished } from "../src/solver/slices";
import { SurrogateFitter } from "../src/solver/surrogate";
import { intervalFactor } from "../src/solver/uncertainty";
import { cosineDistance, drawMasks, packMasks, random } from "./fixtures";

type Row = readonly number[];

const SETTINGS = { label: 0, kernelWidth: 25, numFeatures: 4, selection: "highest_weights" } as const;

/** Masks, every other one the complement of the one before. */
function pairedMasks(nSamples: number, nFeatures: number): boolean[][] {
  const masks = drawMasks(nSamples, nFeatures, 3);
  for (let i = 2; i < nSamples; i += 2) masks[i] = (masks[i - 1] as boolean[]).map((kept) => !kept);
  return masks;
}

function neighborhoodOf(masks: readonly boolean[][], more: Partial<Neighborhood> = {}): Neighborhood {
  const next = random(11);
  return {
    nSamples: masks.length,
    nFeatures: masks[0]?.length ?? 0,
    nClasses: 1,
    samples: packMasks(masks),
    predictions: Float64Array.from(masks, ([a, b, c]) => Math.tanh(Number(a) + Number(b && c)) + next() / 5),
    distances: Float64Array.from(masks, cosineDistance),
    ...more,
  };
}

const dot = (a: Row, b: Row) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** The inverse by Gauss and Jordan. */
function inverted(matrix: readonly Row[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]?.[i] ?? 0;
    rows[i] = (rows[i] ?? []).map((value) => value / pivot);
    rows.forEach((row, k) => {
      if (k !== i) rows[k] = row.map((value, j) => value - (row[i] ?? 0) * (rows[i]?.[j] ?? 0));
    });
  }
  return rows.map((row) => row.slice(n));
}

/** The errors, written as docs and papers have them: no factor, no order of summation in common with the page's. */
function bruteForce(masks: readonly boolean[][], neighborhood: Neighborhood, features: Row, clusters: readonly Row[]) {
  const w = [...multiplied(kernelWeights(neighborhood.distances, SETTINGS.kernelWidth), multiplicities(neighborhood))];
  const total = w.reduce((sum, weight) => sum + weight, 0);
  const z = masks.map((mask) => features.map((j) => Number(mask[j])));
  const mean = features.map((_, j) => w.reduce((sum, weight, i) => sum + weight * (z[i]?.[j] ?? 0), 0) / total);
  const x = z.map((row) => row.map((value, j) => value - (mean[j] ?? 0)));
  const gram = features.map((_, a) =>
    features.map((_, b) => w.reduce((sum, v, i) => sum + v * (x[i]?.[a] ?? 0) * (x[i]?.[b] ?? 0), Number(a === b))),
  );
  const inverse = inverted(gram);
  const residuals = (t: Row) => {
    const at = dot(w, t) / total;
    const slopes = inverse.map((row) =>
      dot(
        row,
        features.map((_, j) => w.reduce((sum, v, i) => sum + v * (x[i]?.[j] ?? 0) * ((t[i] ?? 0) - at), 0)),
      ),
    );
    return t.map((value, i) => value - at - dot(x[i] ?? [], slopes));
  };
  const y = [...neighborhood.predictions];
  const e = residuals(y.map((value, i) => value - (neighborhood.expected?.[i] ?? 0)));
  const along = x.map((row) => inverse.map((line) => dot(line, row)));
  const pull = e.map((value, i) => {
    const leverage = (w[i] ?? 0) * (1 / total + dot(x[i] ?? [], along[i] ?? []));
    return i === 0 ? 0 : ((w[i] ?? 0) * value) / (1 - Math.min(leverage, 0.95));
  });
  const error = (influence: (i: number) => number) =>
    Math.sqrt(clusters.reduce((sum, rows) => sum + rows.reduce((part, i) => part + influence(i), 0) ** 2, 0));
  const r = residuals(y);
  const ybar = dot(w, y) / total;
  const sst = w.reduce((sum, v, i) => sum + v * ((y[i] ?? 0) - ybar) ** 2, 0);
  const missed = w.reduce((sum, v, i) => sum + v * (r[i] ?? 0) ** 2, 0) / sst;
  return {
    weights: features.map((_, j) => error((i) => (pull[i] ?? 0) * (along[i]?.[j] ?? 0))),
    localPrediction: error((i) => (pull[i] ?? 0) * (1 / total + dot(x[0] ?? [], along[i] ?? []))),
    score: error((i) => (i === 0 ? 0 : ((w[i] ?? 0) * (missed * ((y[i] ?? 0) - ybar) ** 2 - (r[i] ?? 0) ** 2)) / sst)),
  };
}

function agrees(masks: readonly boolean[][], neighborhood: Neighborhood, clusters: readonly Row[]): void {
  const fitter = new SurrogateFitter(neighborhood, momentSource);
  const surrogate = fitter.fit(SETTINGS);
  const found = finished(fitter.uncertainty(SETTINGS, surrogate));
  const wanted = bruteForce(masks, neighborhood, surrogate.features, clusters);
  expect(found.status).toBe("estimated");
  for (const [i, error] of wanted.weights.entries()) expect((found.weights?.[i] ?? 0) / error).toBeCloseTo(1, 9);
  expect((found.localPrediction ?? 0) / wanted.localPrediction).toBeCloseTo(1, 9);
  expect((found.score ?? 0) / wanted.score).toBeCloseTo(1, 9);
}

describe("errors", () => {
  const single = drawMasks(203, 12, 5);
  const alone = single.map((_, i) => [i]);
  const paired = pairedMasks(201, 12);
  const pairs = [[0], ...Array.from({ length: 100 }, (_, k) => [2 * k + 1, 2 * k + 2])];
  const next = random(4);
  const importance = Float64Array.from(single, (_, i) => (i ? 0.5 + next() : 1));
  const expected = Float64Array.from(single, ([first]) => Number(first) / 3);

  it("equal the dense formula", () => agrees(single, neighborhoodOf(single), alone));

  it("sum what was drawn together", () => agrees(paired, neighborhoodOf(paired), pairs));

  it("weigh samples by what they stand for, and know what was expected", () => {
    agrees(single, neighborhoodOf(single, { importance, expected, nominal: 1000 }), alone);
  });

  it("are as large as the weights vary between runs", () => {
    const runs = Array.from({ length: 200 }, (_, run) => {
      const masks = drawMasks(150, 5, 100 + run);
      const noise = random(run);
      const neighborhood = neighborhoodOf(masks, {
        predictions: Float64Array.from(masks, ([a]) => 2 * Number(a) + next() + noise()),
      });
      const fitter = new SurrogateFitter(neighborhood, momentSource);
      const settings = { ...SETTINGS, numFeatures: 5, kernelWidth: 200 };
      const surrogate = fitter.fit(settings);
      const place = surrogate.features.indexOf(1);
      return [
        surrogate.weights[place] ?? 0,
        finished(fitter.uncertainty(settings, surrogate)).weights?.[place] ?? 0,
      ] as const;
    });
    const mean = runs.reduce((sum, [weight]) => sum + weight, 0) / runs.length;
    const spread = Math.sqrt(runs.reduce((sum, [weight]) => sum + (weight - mean) ** 2, 0) / runs.length);
    const error = runs.reduce((sum, [, each]) => sum + each, 0) / runs.length;
    expect(error / spread).toBeGreaterThan(0.85);
    expect(error / spread).toBeLessThan(1.25);
  });

  it("are none where the effective sample is too small", () => {
    const fitter = new SurrogateFitter(neighborhoodOf(single), momentSource);
    const settings = { ...SETTINGS, kernelWidth: 1 };
    const found = finished(fitter.uncertainty(settings, fitter.fit(settings)));
    expect(found).toMatchObject({ status: "few_samples", weights: null, localPrediction: null, score: null });
    expect(finished(fitter.withRanking(settings, found, 4)).ranking).toBeNull();
  });

  it("are 0 where every mask was asked about, or what the model's own noise makes", () => {
    const every = Array.from({ length: 16 }, (_, code) => [1, 2, 4, 8].map((bit) => !(code & bit)));
    const of = (noise: number[] | null) => {
      const fitter = new SurrogateFitter(neighborhoodOf(every, { exact: true, noise }), momentSource);
      return finished(fitter.uncertainty(SETTINGS, fitter.fit(SETTINGS)));
    };
    expect(of(null)).toMatchObject({ status: "exact", weights: [0, 0, 0, 0], localPrediction: 0, score: 0 });
    const [small = 0] = of([0.01]).weights ?? [];
    const [large = 0] = of([0.04]).weights ?? [];
    expect(small).toBeGreaterThan(0);
    expect(large / small).toBeCloseTo(2, 12);
  });
});

describe("samples drawn together", () => {
  it("are a mask and, right after it, its complement, each in one pair at most", () => {
    const bits = ["111111111", "101010101", "010101010", "101010101", "110000000", "001111111", "001111110"];
    const masks = bits.map((row) => Array.from(row, (bit) => bit === "1"));
    expect([...joinedSamples(neighborhoodOf(masks))]).toEqual([0, 0, 1, 0, 0, 1, 0]);
  });

  it("are not told from single masks of one feature", () => {
    expect([...joinedSamples(neighborhoodOf([[true], [false], [true], [false]]))]).toEqual([0, 0, 0, 0]);
  });
});

describe("intervals", () => {
  it.each([
    [20, 2.0859634473],
    [30, 2.0422724563],
    [100, 1.983971519],
    [1e6, 1.9599663],
  ])("of %d degrees of freedom go as far as Student's", (degrees, quantile) => {
    expect(intervalFactor(degrees)).toBeCloseTo(quantile, 6);
  });
});

describe("moments of samples that stand for more or fewer", () => {
  const masks = pairedMasks(301, 11);
  const by = (value: (row: number) => number) => Float64Array.from(masks, (_, i) => (i ? value(i) : 1));
  const kept = (i: number) => masks[i]?.filter(Boolean).length ?? 0;

  it.each([
    ["alike in each level", by((i) => 1 + (kept(i) % 3)), "integer"],
    ["differently within a level", by((i) => 1 + (i % 3)), "real"],
  ])("are the same by level and by sample, where they do so %s", (_, importance, kind) => {
    const neighborhood = neighborhoodOf(masks, { importance, nominal: 5000 });
    const levels = levelsOf(neighborhood) ?? [];
    // The first level is the instance's, which stands for itself alone.
    expect(levels.slice(1).some(({ times }) => times === null)).toBe(kind === "real");
    const proximity = kernelWeights(neighborhood.distances, 25);
    const [byLevel, bySample] = [new LevelMoments(neighborhood, levels), new SampleMoments(neighborhood)].map(
      (source) => source.moments(proximity, 0),
    );
    expect(byLevel?.targetMean).toBeCloseTo(bySample?.targetMean ?? 0, 10);
    expect(byLevel?.targetVariation).toBeCloseTo(bySample?.targetVariation ?? 0, 8);
    byLevel?.gram.forEach((value, i) => {
      expect(value).toBeCloseTo(bySample?.gram[i] ?? 0, 8);
    });
    byLevel?.cross.forEach((value, i) => {
      expect(value).toBeCloseTo(bySample?.cross[i] ?? 0, 8);
    });
  });

  it("are those of samples repeated", () => {
    const importance = by((i) => 1 + (i % 3));
    const repeated = masks.flatMap((mask, i) => new Array<boolean[]>(importance[i] ?? 1).fill(mask));
    const neighborhood = neighborhoodOf(masks);
    const answers = masks.flatMap((_, i) => new Array(importance[i] ?? 1).fill(neighborhood.predictions[i]));
    const long = neighborhoodOf(repeated, { predictions: Float64Array.from(answers) });
    const short = neighborhoodOf(masks, { importance, nominal: repeated.length });
    const [one, other] = [long, short].map((each) => new SurrogateFitter(each, momentSource).fit(SETTINGS));
    expect(one?.features).toEqual(other?.features);
    one?.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(other?.weights[i] ?? 0, 10);
    });
    expect(one?.score).toBeCloseTo(other?.score ?? 0, 10);
  });
});

describe("rankings", () => {
  const diagonal = (variances: Row) =>
    Float64Array.from(variances.flatMap((variance, i) => variances.map((_, j) => (i === j ? variance : 0))));

  it("are certain where nothing is left to chance, or the gap is wide", () => {
    const weights = new Float64Array([3, -2, 0.1, 0]);
    expect(rankStability(weights, diagonal([0, 0, 0, 0]), 2)).toEqual({ size: 2, stability: 1 });
    expect(rankStability(weights, diagonal([0.01, 0.01, 0.01, 0.01]), 2).stability).toBe(1);
  });

  it("are as likely as two normal weights keep their order", () => {
    // The difference of two weights of variance 1 that are 2 apart is positive with probability Φ(√2) = 0.921.
    const found = rankStability(new Float64Array([101, 99]), diagonal([1, 1]), 1);
    expect(Math.abs(found.stability - 0.921)).toBeLessThan(0.03);
  });

  it("are the same at each time", () => {
    const of = () => rankStability(new Float64Array([1, 0.9, 0.5]), diagonal([0.1, 0.1, 0.2]), 1);
    expect(of()).toEqual(of());
  });
});
