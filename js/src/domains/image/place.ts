/** Where in the image a superpixel lies, for readers to whom its number says nothing and who do not see it. */

import * as words from "../../../../lime_widgets/common/strings.json";
import type { ImageInstance } from "./instance";
import type { Region } from "./regions";

const PLACES = [
  [words.place_top_left, words.place_top, words.place_top_right],
  [words.place_left, words.place_center, words.place_right],
  [words.place_bottom_left, words.place_bottom, words.place_bottom_right],
] as const;

/** Which third of the height and of the width has its middle. */
export function placeOf({ point: [x, y] }: Region, { width, height }: Pick<ImageInstance, "width" | "height">): string {
  return PLACES[third(y, height)]?.[third(x, width)] ?? words.place_center;
}

function third(position: number, length: number): number {
  return Math.min(2, Math.floor((3 * position) / length));
}
