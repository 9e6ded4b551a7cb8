/**
 * The superpixels of one picture as DOM: a button each, painted by weight.
 *
 * Written by hand, not through the virtual DOM: there may be thousands, and moving a slider changes the shade of a few.
 */

import * as words from "../../../../lime_widgets/common/strings.json";
import { visibleName } from "../../views/names";
import { say } from "../../views/strings";
import type { ImageInstance } from "./instance";
import type { Overlay } from "./overlay";
import { placeOf } from "./place";

export interface Superpixels {
  /** By feature. */
  readonly paths: ReadonlyMap<number, SVGPathElement>;
  paint(overlay: Overlay): void;
  press(removed: readonly number[]): void;
}

export interface Names {
  /** What fills a negative superpixel: a pattern of the picture. */
  readonly negative: string;
  /** The clip path of a superpixel. */
  clip(feature: number): string;
}

export const SUPERPIXEL = ".lime-superpixel";
const SVG = "http://www.w3.org/2000/svg";

/** Fill `group` with a path for each superpixel that has pixels. */
export function superpixels(group: Element, instance: ImageInstance, names: Names): Superpixels {
  const { regions, features } = instance;
  const paths = new Map<number, SVGPathElement>();
  regions.forEach((region, feature) => {
    if (!region) return;
    const name = say(words.superpixel_at, {
      name: visibleName(features[feature] ?? ""),
      place: placeOf(region, instance),
    });
    paths.set(feature, element(name, feature, region.path, names));
  });
  group.replaceChildren(...paths.values());
  paths.values().next().value?.setAttribute("tabindex", "0");
  return { paths, paint: painter(paths, names), press: presser(paths) };
}

function element(name: string, feature: number, path: string, { clip }: Names): SVGPathElement {
  const result = document.createElementNS(SVG, "path");
  const attributes = {
    class: SUPERPIXEL.slice(1),
    d: path,
    fill: "none",
    // Half of an outline is outside: there it would cover the neighbor's.
    "clip-path": `url(#${clip(feature)})`,
    role: "button",
    tabindex: "-1",
    "aria-label": name,
    "aria-pressed": "false",
    "data-feature": String(feature),
    "data-lm-suppress-shortcuts": "true",
  };
  for (const [key, value] of Object.entries(attributes)) result.setAttribute(key, value);
  return result;
}

/** Paints superpixels by weight, touching only those whose shade differs from before. */
function painter(paths: ReadonlyMap<number, SVGPathElement>, { negative }: Names): Superpixels["paint"] {
  let before = new Map<number, string>();
  return ({ shades }) => {
    const after = new Map<number, string>();
    for (const [feature, shade] of shades) after.set(feature, shade.toFixed(3));
    for (const feature of before.keys()) if (!after.has(feature)) unpaint(paths.get(feature));
    for (const [feature, shade] of after) {
      if (before.get(feature) !== shade) paint(paths.get(feature), shade, negative);
    }
    before = after;
  };
}

function paint(path: SVGPathElement | undefined, shade: string, negative: string): void {
  if (!path) return;
  const isNegative = shade.startsWith("-");
  path.dataset.sign = isNegative ? "negative" : "positive";
  path.style.setProperty("--shade", shade.replace("-", ""));
  path.setAttribute("fill", isNegative ? `url(#${negative})` : "none");
}

function unpaint(path: SVGPathElement | undefined): void {
  if (!path) return;
  delete path.dataset.sign;
  path.style.removeProperty("--shade");
  path.setAttribute("fill", "none");
}

/** Marks the superpixels that are hidden. */
function presser(paths: ReadonlyMap<number, SVGPathElement>): Superpixels["press"] {
  let before: ReadonlySet<number> = new Set();
  return (removed) => {
    const after = new Set(removed);
    for (const feature of [...before, ...after]) {
      if (before.has(feature) !== after.has(feature)) {
        paths.get(feature)?.setAttribute("aria-pressed", String(after.has(feature)));
      }
    }
    before = after;
  };
}
