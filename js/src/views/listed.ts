/** Enumerations in a sentence. */

import type { ComponentChild } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import { count } from "./format";
import { say } from "./strings";

const NAMED = 5;

/** "a", "a and b", "a, b and c", "a, b, c, d, e and 7 more". */
export function listed<T>(all: readonly T[], show: (item: T) => ComponentChild): ComponentChild[] {
  const items = all.slice(0, NAMED).map(show);
  if (all.length > NAMED) items.push(say(words.what_if_more, { count: count(all.length - NAMED) }));
  return items.flatMap((item, i) => {
    if (i === 0) return [item];
    return [i === items.length - 1 ? ` ${words.what_if_and} ` : ", ", item];
  });
}
