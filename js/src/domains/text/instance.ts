/** The text that is explained, as the wire describes it (docs/wire.md). */

import { fieldsOf, integers, oneOf, strings, WireError } from "../../state/checks";
import type { Instance } from "../domain";

export interface TextInstance extends Instance {
  /** Joined, they are the text, exactly. */
  readonly pieces: readonly string[];
  /** The feature of each piece, or -1 for a separator. */
  readonly pieceFeatures: readonly number[];
  readonly kind: "words" | "characters" | "sentences";
}

export function decodeText(raw: unknown, where: string): TextInstance {
  const field = fieldsOf(raw, where);
  const features = field("features", strings);
  const pieces = field("pieces", strings);
  const pieceFeatures = field("piece_features", integers(-1, features.length));
  if (pieceFeatures.length !== pieces.length) {
    throw new WireError(`${where}.piece_features`, pieceFeatures, `${pieces.length} indices, one for each piece`);
  }
  return {
    features,
    notes: [],
    pieces,
    pieceFeatures,
    kind: field("kind", oneOf(["words", "characters", "sentences"])),
  };
}
