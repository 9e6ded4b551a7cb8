/**
 * Weighted moments of a neighborhood: all that selection and fit need, from several sources behind one face.
 *
 * Sums are taken over deviations from the instance (u = z0 - z, for masks 1 where a feature is removed, and y - y0). The
 * instance itself then contributes nothing, so that a narrow kernel, under which it outweighs all else, does not cancel
 * the rest away.
 */

import { LevelMoments, levelBytes, levelsOf } from "./moments-by-level";
import { DenseMoments } from "./moments-dense";
import { SampleMoments } from "./moments-per-sample";
import { isMasked, type Neighborhood } from "./neighborhood";

export interface Moments {
  readonly nSamples: number;
  readonly nFeatures: number;
  /** The instance's own row: for masks, all ones. */
  readonly instance: Float64Array;
  readonly featureMeans: Float64Array;
  readonly targetMean: number;
  /** Σ w (z - mean)(z - mean)', the whole symmetric matrix, row-major. */
  readonly gram: Float64Array;
  /** Σ w (z - mean)(y - mean). */
  readonly cross: Float64Array;
  /** Σ w (y - mean)². */
  readonly targetVariation: number;
}

export interface MomentSource {
  /**
   * The moments under the kernel's weights for column `target` of the predictions. Each sample counts as often as it
   * stands for one of lime's.
   */
  moments(proximity: Float64Array, target: number): Moments;
}

const MAX_LEVEL_BYTES = 64 * 2 ** 20;

/** For samples of either kind. */
export function momentSource(neighborhood: Neighborhood): MomentSource {
  return isMasked(neighborhood) ? maskedMomentSource(neighborhood) : new DenseMoments(neighborhood);
}

/** The cheaper source: by level when equally many removed features mean equal distance and the tables are not too large. */
export function maskedMomentSource(neighborhood: Neighborhood): MomentSource {
  const levels = levelsOf(neighborhood);
  if (levels && levelBytes(levels, neighborhood.nFeatures) <= MAX_LEVEL_BYTES) {
    return new LevelMoments(neighborhood, levels);
  }
  return new SampleMoments(neighborhood);
}
