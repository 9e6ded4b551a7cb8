/**
 * Moments summed beforehand over the samples that remove equally many features, hence weigh the same.
 *
 * A change of kernel width then costs one weighted sum over at most d + 1 levels. Where all samples of a level count the
 * same, its Gram matrix is one of whole numbers, kept in the smallest integer array that holds its number of samples.
 */

import { centred } from "./centring";
import type { MomentSource, Moments } from "./moments";
import { multiplicities, type Neighborhood, removedFeatures, targetDeviations } from "./neighborhood";

type Counts = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The samples of one level. */
export interface Level {
  readonly rows: readonly number[];
  /** How often each of them counts, or null where they differ. */
  readonly times: number | null;
}

interface TargetSums {
  /** Per level: Σ η, Σ η², each sample as often as it counts. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** Level after level: Σ u η for each feature. */
  readonly cross: Float64Array;
}

/** The samples by number of removed features, or null where two of one level lie at different distances. */
export function levelsOf(neighborhood: Neighborhood): Level[] | null {
  const { nSamples, nFeatures, distances } = neighborhood;
  const levels: number[][] = [];
  const scratch = new Int32Array(nFeatures);
  for (let i = 0; i < nSamples; i++) {
    const removed = removedFeatures(neighborhood, i, scratch);
    levels[removed] ??= [];
    const level = levels[removed];
    if (level.length && distances[level[0] as number] !== distances[i]) return null;
    level.push(i);
  }
  const times = multiplicities(neighborhood);
  return levels.filter((level) => level !== undefined).map((rows) => ({ rows, times: common(rows, times) }));
}

function common(rows: readonly number[], times: Float64Array | null): number | null {
  if (!times) return 1;
  const first = times[rows[0] as number] as number;
  return rows.every((row) => times[row] === first) ? first : null;
}

/** What the tables of these levels would take. */
export function levelBytes(levels: readonly Level[], nFeatures: number): number {
  const entries = (nFeatures * (nFeatures + 1)) / 2;
  return levels.reduce((bytes, level) => bytes + entries * countsFor(level).BYTES_PER_ELEMENT, 0);
}

function countsFor({ rows, times }: Level): { new (length: number): Counts; readonly BYTES_PER_ELEMENT: number } {
  if (times === null) return Float64Array;
  if (rows.length < 2 ** 8) return Uint8Array;
  return rows.length < 2 ** 16 ? Uint16Array : Uint32Array;
}

export class LevelMoments implements MomentSource {
  readonly #neighborhood: Neighborhood;
  readonly #levels: readonly Level[];
  readonly #times: Float64Array | null;
  /** Per level: how many samples it counts for. */
  readonly #sizes: readonly number[];
  readonly #counts: readonly Counts[];
  readonly #targets = new Map<number, TargetSums>();

  constructor(neighborhood: Neighborhood, levels: readonly Level[]) {
    this.#neighborhood = neighborhood;
    this.#levels = levels;
    this.#times = multiplicities(neighborhood);
    this.#sizes = levels.map(({ rows }) => rows.reduce((sum, row) => sum + (this.#times?.[row] ?? 1), 0));
    this.#counts = levels.map((level) => countPairs(neighborhood, level, this.#times));
  }

  moments(proximity: Float64Array, target: number): Moments {
    const { nSamples, nFeatures, predictions } = this.#neighborhood;
    const cached = this.#targetSums(target);
    const squares = new Float64Array((nFeatures * (nFeatures + 1)) / 2);
    const cross = new Float64Array(nFeatures);
    let weight = 0;
    let sum = 0;
    let targetSquares = 0;
    this.#levels.forEach((level, index) => {
      const levelWeight = proximity[level.rows[0] as number] as number;
      weight += levelWeight * (this.#sizes[index] as number);
      if (levelWeight === 0) return;
      sum += levelWeight * (cached.sums[index] as number);
      targetSquares += levelWeight * (cached.squares[index] as number);
      addScaled(squares, this.#counts[index] as Counts, levelWeight * (level.times ?? 1));
      for (let a = 0; a < nFeatures; a++) {
        cross[a] = (cross[a] as number) + levelWeight * (cached.cross[index * nFeatures + a] as number);
      }
    });
    const features = diagonal(squares, nFeatures);
    const answer = predictions[target] as number;
    const sums = { nSamples, weight, features, squares, target: sum, cross, targetSquares };
    return centred(sums, answer, new Float64Array(nFeatures).fill(1));
  }

  #targetSums(target: number): TargetSums {
    let sums = this.#targets.get(target);
    if (!sums) {
      sums = sumTargets(this.#neighborhood, this.#levels, this.#times, target);
      this.#targets.set(target, sums);
    }
    return sums;
  }
}

function addScaled(total: Float64Array, counts: Counts, scale: number): void {
  for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + scale * (counts[i] as number);
}

/** u² = u, so the sums of single features stand on the diagonal of their pairs. */
function diagonal(packed: Float64Array, nFeatures: number): Float64Array {
  const values = new Float64Array(nFeatures);
  for (let a = 0, at = 0; a < nFeatures; at += nFeatures - a, a++) values[a] = packed[at] as number;
  return values;
}

/** How often each pair of features is removed together in a level; where its samples count alike, in samples. */
function countPairs(neighborhood: Neighborhood, level: Level, times: Float64Array | null): Counts {
  const { nFeatures } = neighborhood;
  const counts = new (countsFor(level))((nFeatures * (nFeatures + 1)) / 2);
  const removed = new Int32Array(nFeatures);
  for (const row of level.rows) {
    const each = level.times === null ? (times?.[row] ?? 1) : 1;
    const n = removedFeatures(neighborhood, row, removed);
    for (let i = 0; i < n; i++) {
      const a = removed[i] as number;
      const offset = a * nFeatures - (a * (a + 1)) / 2;
      for (let j = i; j < n; j++) {
        const at = offset + (removed[j] as number);
        counts[at] = (counts[at] as number) + each;
      }
    }
  }
  return counts;
}

function sumTargets(
  neighborhood: Neighborhood,
  levels: readonly Level[],
  times: Float64Array | null,
  target: number,
): TargetSums {
  const { nFeatures } = neighborhood;
  const deviations = targetDeviations(neighborhood, target);
  const sums = new Float64Array(levels.length);
  const squares = new Float64Array(levels.length);
  const cross = new Float64Array(levels.length * nFeatures);
  const removed = new Int32Array(nFeatures);
  levels.forEach(({ rows }, index) => {
    for (const row of rows) {
      const deviation = deviations[row] as number;
      const share = deviation * (times?.[row] ?? 1);
      sums[index] = (sums[index] as number) + share;
      squares[index] = (squares[index] as number) + deviation * share;
      const n = removedFeatures(neighborhood, row, removed);
      for (let i = 0; i < n; i++) {
        const at = index * nFeatures + (removed[i] as number);
        cross[at] = (cross[at] as number) + share;
      }
    }
  });
  return { sums, squares, cross };
}
