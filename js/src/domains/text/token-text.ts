/**
 * The text as DOM: one element per token, plain text between them.
 *
 * Written by hand, not through the virtual DOM: a text may have twenty thousand tokens, and moving a slider changes the
 * shade of a few.
 */

import type { Surrogate } from "../../solver/surrogate";
import { visibleName } from "../../views/names";
import type { TextInstance } from "./instance";

export interface TokenText {
  readonly tokens: readonly HTMLElement[];
  shade(surrogate: Surrogate | null): void;
  strike(removed: readonly number[]): void;
}

/** Fill `container` with the instance. Its text content is the instance, to the character. */
export function tokenText(container: HTMLElement, instance: TextInstance): TokenText {
  const fragment = document.createDocumentFragment();
  const tokens: HTMLElement[] = [];
  const ofFeature: HTMLElement[][] = instance.features.map(() => []);
  instance.pieces.forEach((piece, i) => {
    const feature = instance.pieceFeatures[i] ?? -1;
    if (feature < 0) {
      fragment.append(document.createTextNode(piece));
      return;
    }
    const token = tokenElement(piece, feature);
    tokens.push(token);
    ofFeature[feature]?.push(token);
    fragment.append(token);
  });
  // Under dir="auto" Chromium looks for the direction at every insertion: six seconds for twenty thousand tokens.
  container.removeAttribute("dir");
  container.replaceChildren(fragment);
  container.dir = "auto";
  const [first] = tokens;
  if (first) first.tabIndex = 0;
  return { tokens, shade: shader(ofFeature), strike: striker(ofFeature) };
}

function tokenElement(piece: string, feature: number): HTMLElement {
  const token = document.createElement("span");
  token.className = "lime-token";
  token.textContent = piece;
  token.tabIndex = -1;
  token.setAttribute("role", "button");
  token.setAttribute("aria-pressed", "false");
  // A blank or a control has no text to be named by.
  const visible = visibleName(piece);
  if (visible !== piece) token.setAttribute("aria-label", visible);
  token.dataset.feature = String(feature);
  token.dataset.lmSuppressShortcuts = "true";
  return token;
}

/** Shades tokens by weight, touching only those whose shade differs from before. */
function shader(ofFeature: readonly HTMLElement[][]): TokenText["shade"] {
  let before = new Map<number, string>();
  return (surrogate) => {
    const after = shades(surrogate);
    for (const feature of before.keys()) {
      if (!after.has(feature)) for (const token of ofFeature[feature] ?? []) unshade(token);
    }
    for (const [feature, shade] of after) {
      if (before.get(feature) === shade) continue;
      for (const token of ofFeature[feature] ?? []) setShade(token, shade);
    }
    before = after;
  };
}

/** For each feature with a weight, that weight over the largest, in steps that the eye can tell apart. */
function shades(surrogate: Surrogate | null): Map<number, string> {
  const result = new Map<number, string>();
  const largest = Math.abs(surrogate?.weights[0] ?? 0);
  surrogate?.features.forEach((feature, i) => {
    const weight = surrogate.weights[i] ?? 0;
    if (weight !== 0) result.set(feature, (weight / largest).toFixed(2));
  });
  return result;
}

function setShade(token: HTMLElement, shade: string): void {
  token.dataset.sign = shade.startsWith("-") ? "negative" : "positive";
  token.style.setProperty("--shade", shade.replace("-", ""));
}

function unshade(token: HTMLElement): void {
  delete token.dataset.sign;
  token.style.removeProperty("--shade");
}

/** Strikes out every occurrence of the removed features. */
function striker(ofFeature: readonly HTMLElement[][]): TokenText["strike"] {
  let before: ReadonlySet<number> = new Set();
  return (removed) => {
    const after = new Set(removed);
    for (const feature of [...before, ...after]) {
      if (before.has(feature) === after.has(feature)) continue;
      for (const token of ofFeature[feature] ?? []) token.setAttribute("aria-pressed", String(after.has(feature)));
    }
    before = after;
  };
}
