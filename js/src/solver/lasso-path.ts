/** The lasso path from weighted moments, by least angle regression (Efron et al. 2004). */

import { COLLINEAR, TIE } from "./ties";

const MAX_STEPS = 500;
/** A correlation, or a step, this small relative to the largest is round-off. */
const NOTHING = 1e-14;
const NO_STEP = 1e-9;
/** scikit-learn, hence lime, ends the path where the penalty falls below float32's epsilon. */
const LEAST_PENALTY = 2 ** -23;

/**
 * The coefficients at the knots of the path, from all zero to the unpenalised end.
 *
 * A column that the active ones explain never enters.
 */
export function lassoPath(gram: Float64Array, cross: Float64Array, nSamples = 1): Float64Array[] {
  const walk = new Walk(gram, cross, nSamples);
  const knots = [walk.coefficients.slice()];
  while (knots.length <= MAX_STEPS && walk.advance()) knots.push(walk.coefficients.slice());
  return knots;
}

/** Where the walk along the path stands, and what it needs to go on. */
class Walk {
  readonly coefficients: Float64Array;
  readonly #gram: Float64Array;
  readonly #d: number;
  readonly #correlations: Float64Array;
  readonly #eligible: Uint8Array;
  readonly #floor: number;
  #active: number[] = [];
  /** Inverse of the active ones' Gram matrix, row-major. */
  #inverse = new Float64Array(0);
  /** The column that has reached the active ones' correlation, or -1. */
  #due = -1;
  #justLeft = -1;
  #ended = false;

  constructor(gram: Float64Array, cross: Float64Array, nSamples: number) {
    this.#d = cross.length;
    this.#gram = gram;
    this.coefficients = new Float64Array(this.#d);
    this.#correlations = cross.slice();
    this.#eligible = Uint8Array.from({ length: this.#d }, (_, j) => (this.#entry(j, j) > 0 ? 1 : 0));
    let largest = 0;
    cross.forEach((value, j) => {
      if (!this.#eligible[j] || Math.abs(value) <= largest) return;
      largest = Math.abs(value);
      this.#due = j;
    });
    this.#floor = Math.max(NOTHING * largest, LEAST_PENALTY * nSamples);
  }

  /** Walk to the next knot; false where the path has ended. */
  advance(): boolean {
    const level = this.#level();
    if (this.#ended || level <= this.#floor) return false;
    if (this.#due >= 0) this.#enter(this.#due);
    if (!this.#active.length) return false;
    const signs = Float64Array.from(this.#active, (j) => Math.sign(this.#correlations[j] as number));
    const direction = multiply(this.#inverse, signs);
    const slopes = this.#slopes(direction);
    // Along `direction` every active correlation falls at rate 1, so that all reach 0 after a step of `level`.
    const [due, bound] = this.#firstToEnter(level, slopes);
    const [leaving, step] = this.#firstToVanish(direction, bound);
    this.#active.forEach((j, i) => {
      this.coefficients[j] = (this.coefficients[j] as number) + step * (direction[i] as number);
    });
    for (let j = 0; j < this.#d; j++) {
      this.#correlations[j] = (this.#correlations[j] as number) - step * (slopes[j] as number);
    }
    // With nobody to enter or leave the step went to the end: what correlation is left is round-off.
    this.#ended = due < 0 && leaving < 0;
    this.#due = leaving < 0 ? due : -1;
    this.#justLeft = -1;
    if (leaving >= 0) this.#leave(leaving);
    return true;
  }

  #entry(i: number, j: number): number {
    return this.#gram[i * this.#d + j] as number;
  }

  /** The largest correlation among the active columns and the one that is due. */
  #level(): number {
    const reached = this.#due < 0 ? this.#active : [...this.#active, this.#due];
    return reached.reduce((largest, j) => Math.max(largest, Math.abs(this.#correlations[j] as number)), 0);
  }

  /** Let in the column whose correlation has reached the active ones', and any that tie with it. */
  #enter(column: number): void {
    const level = Math.abs(this.#correlations[column] as number);
    this.#activate(column);
    for (let other = 0; other < this.#d; other++) {
      if (this.#eligible[other] && Math.abs(this.#correlations[other] as number) >= level * (1 - TIE)) {
        this.#activate(other);
      }
    }
  }

  /** Border the inverse by a column, unless the active ones explain it. */
  #activate(column: number): void {
    this.#eligible[column] = 0;
    const cross = Float64Array.from(this.#active, (j) => this.#entry(j, column));
    const projection = multiply(this.#inverse, cross);
    const variance = this.#entry(column, column);
    const left = cross.reduce((rest, value, i) => rest - value * (projection[i] as number), variance);
    if (left <= COLLINEAR * variance) return;
    const size = this.#active.length;
    const border = [...projection, -1];
    const inverse = new Float64Array((size + 1) * (size + 1));
    for (let i = 0; i <= size; i++) {
      for (let j = 0; j <= size; j++) {
        const before = i < size && j < size ? (this.#inverse[i * size + j] as number) : 0;
        inverse[i * (size + 1) + j] = before + (border[i] as number) * ((border[j] as number) / left);
      }
    }
    this.#inverse = inverse;
    this.#active.push(column);
  }

  /** Take the column at `position` of the active ones out of the inverse. */
  #leave(position: number): void {
    const size = this.#active.length;
    const column = this.#active[position] as number;
    const at = (i: number, j: number) => this.#inverse[i * size + j] as number;
    const kept = this.#active.map((_, i) => i).filter((i) => i !== position);
    const pivot = at(position, position);
    this.#inverse = Float64Array.from(
      kept.flatMap((i) => kept.map((j) => at(i, j) - at(i, position) * (at(j, position) / pivot))),
    );
    this.#active = kept.map((i) => this.#active[i] as number);
    this.coefficients[column] = 0;
    this.#eligible[column] = 1;
    this.#justLeft = column;
  }

  /** How fast every correlation falls along the direction. */
  #slopes(direction: Float64Array): Float64Array {
    const slopes = new Float64Array(this.#d);
    this.#active.forEach((row, i) => {
      const weight = direction[i] as number;
      for (let j = 0; j < this.#d; j++) slopes[j] = (slopes[j] as number) + weight * this.#entry(row, j);
    });
    return slopes;
  }

  /** Which inactive correlation first equals the active ones', or -1 if none does before 0, and the step to there. */
  #firstToEnter(level: number, slopes: Float64Array): [number, number] {
    let due = -1;
    let nearest = level;
    for (let j = 0; j < this.#d; j++) {
      if (!this.#eligible[j]) continue;
      const correlation = this.#correlations[j] as number;
      const slope = slopes[j] as number;
      for (const sign of [1, -1]) {
        // A column that has just left starts at the active ones' level: there it must not enter again, but it may with
        // the other sign.
        if (j === this.#justLeft && correlation * sign > 0) continue;
        const step = (level - sign * correlation) / (1 - sign * slope);
        if (step > NO_STEP * level && step < nearest) {
          nearest = step;
          due = j;
        }
      }
    }
    return [due, nearest];
  }

  /** Which active coefficient crosses zero within `bound`, or -1, and the step to go. */
  #firstToVanish(direction: Float64Array, bound: number): [number, number] {
    let leaving = -1;
    let step = bound;
    this.#active.forEach((j, i) => {
      const crossing = -(this.coefficients[j] as number) / (direction[i] as number);
      if (crossing > 0 && crossing < step) {
        leaving = i;
        step = crossing;
      }
    });
    return [leaving, step];
  }
}

/** A square row-major matrix times a vector. */
function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (matrix[i * n + j] as number) * (vector[j] as number);
    product[i] = sum;
  }
  return product;
}
