/** Names that come from the user's data: any script, any length, possibly nothing but blanks. */

import type { JSX } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";

/** Names of nothing but what browsers draw nothing for: joiners, direction marks, variation selectors, fillers. */
const INVISIBLE = /^[\p{Cf}\p{Z}\p{Variation_Selector}\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** A name that can be read: blanks are named, controls have a sign, everything else is itself. */
export function visibleName(name: string): string {
  if (name === "") return words.empty;
  if (name.trim() === "") {
    if (/[\n\r]/.test(name)) return words.line_break;
    return name.includes("\t") ? words.tab : words.space;
  }
  if (INVISIBLE.test(name)) return Array.from(name, codePoint).join(" ");
  return name.replace(/\p{Cc}/gu, controlPicture);
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Unicode has a picture of each, ␀ for NUL, ␛ for escape; line breaks and tabs among words are blanks to readers. */
function controlPicture(control: string): string {
  const code = control.charCodeAt(0);
  if (control.trim() === "") return " ";
  if (code > 0x7f) return codePoint(control);
  return code === 0x7f ? "\u2421" : String.fromCharCode(0x2400 + code);
}

/** A name isolated from the writing direction around it; blanks are set apart from words that spell the same. */
export function Name({ of: name, class: className = "" }: { of: string; class?: string }): JSX.Element {
  const visible = visibleName(name);
  const classes = `lime-name ${visible === name ? "" : "lime-blank"} ${className}`.trim().replace(/ +/g, " ");
  return (
    <bdi class={classes} dir="auto" title={visible}>
      {visible}
    </bdi>
  );
}
