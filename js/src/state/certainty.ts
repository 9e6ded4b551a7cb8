/** Decodes what the wire says of how sure the figures are, and how the number of samples was found. */

import { STATUSES, type Uncertainty } from "../solver/uncertainty";
import { fieldsOf, integer, listOf, number, numbers, object, oneOf, optional, type Read } from "./checks";

export const MEASURES = ["relative_error", "standard_error", "stability"] as const;
export const REASONS = ["running", "reached", "cap", "exact", "noisy", "failed", "stopped"] as const;

export interface Look {
  /** How many calls of the model had been made. */
  readonly calls: number;
  readonly value: number;
}

export interface Convergence {
  readonly measure: (typeof MEASURES)[number];
  /** What the value was to be at most, a stability at least. */
  readonly target: number;
  readonly looks: readonly Look[];
  readonly reason: (typeof REASONS)[number];
}

/** The kernel's own errors of a fit. */
export const decodeUncertainty: Read<Uncertainty> = (raw, where) => {
  const field = fieldsOf(raw, where);
  return {
    status: field("status", oneOf(STATUSES)),
    weights: field("weights", optional(numbers)),
    localPrediction: field("local_prediction", optional(number)),
    score: field("score", optional(number)),
    degrees: field("degrees", number),
    ranking: field(
      "ranking",
      optional((value, place) => {
        const ranked = fieldsOf(value, place);
        return { size: ranked("size", integer(1)), stability: ranked("stability", number) };
      }),
    ),
  };
};

/** Null where the samples were counted beforehand. */
export function decodeConvergence(raw: unknown, where: string): Convergence | null {
  if (raw === undefined || raw === null || !Object.keys(object(raw, where)).length) return null;
  const field = fieldsOf(raw, where);
  return {
    measure: field("measure", oneOf(MEASURES)),
    target: field("target", number),
    looks: field("looks", listOf(decodeLook)),
    reason: field("reason", oneOf(REASONS)),
  };
}

const decodeLook: Read<Look> = (raw, where) => {
  const field = fieldsOf(raw, where);
  return { calls: field("calls", integer(0)), value: field("value", number) };
};
