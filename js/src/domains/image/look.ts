/** How an image is looked at: the trait `view` of docs/wire.md. */

import {
  boolean,
  fieldsOf,
  integer,
  type JsonObject,
  number,
  object,
  oneOf,
  optional,
  type Read,
  WireError,
} from "../../state/checks";
import type { ExplanationData } from "../../state/schema";
import type { Store } from "../../state/store";
import type { ImageInstance } from "./instance";

export interface Look {
  readonly show: "both" | "positive" | "negative";
  readonly style: "heat" | "outline";
  /** 0 to 1. */
  readonly opacity: number;
  /** Whether every superpixel is outlined. */
  readonly outlines: boolean;
  /** Whether what the overlay does not paint is hidden. */
  readonly hideRest: boolean;
  readonly minWeight: number;
  /** The class beside the one explained. */
  readonly compare: number | null;
}

/** What the page thinks best. */
export const PLAIN: Look = {
  show: "both",
  style: "heat",
  opacity: 0.7,
  outlines: false,
  hideRest: false,
  minWeight: 0,
  compare: null,
};

export function decodeLook(raw: unknown, where: string, nClasses: number): Look {
  const field = fieldsOf(raw, where);
  return {
    show: field("show", optional(oneOf(["both", "positive", "negative"]))) ?? PLAIN.show,
    style: field("style", optional(oneOf(["heat", "outline"]))) ?? PLAIN.style,
    opacity: field("opacity", optional(within(0, 1))) ?? PLAIN.opacity,
    outlines: field("outlines", optional(boolean)) ?? PLAIN.outlines,
    hideRest: field("hide_rest", optional(boolean)) ?? PLAIN.hideRest,
    minWeight: field("min_weight", optional(within(0, Number.MAX_VALUE))) ?? PLAIN.minWeight,
    compare: field("compare", optional(integer(0, nClasses))),
  };
}

function within(least: number, greatest: number): Read<number> {
  return (value, where) => {
    const found = number(value, where);
    if (found < least || found > greatest) throw new WireError(where, found, `a number from ${least} to ${greatest}`);
    return found;
  };
}

export function checkView(raw: unknown, { classNames }: ExplanationData<ImageInstance>): JsonObject {
  decodeLook(raw, "view", classNames.length);
  return object(raw, "view");
}

export function lookOf({ data, view }: Store<ImageInstance>): Look {
  return decodeLook(view.value, "view", data.value.classNames.length);
}

export function changeLook(store: Store<ImageInstance>, part: Partial<Look>): void {
  const { hideRest, minWeight, ...rest } = { ...lookOf(store), ...part };
  store.look({ ...rest, hide_rest: hideRest, min_weight: minWeight });
}

/** The class to compare with, if there is one, its predictions are here, and it is not the one explained. */
export function comparedLabel(store: Store<ImageInstance>): number | null {
  const { compare } = lookOf(store);
  const isThere = compare !== null && store.data.value.classes.includes(compare);
  return isThere && compare !== store.settings.value.label ? compare : null;
}
