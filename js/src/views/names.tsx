/** Names that come from the user's data: any script, any length, possibly nothing but blanks. */

import type { JSX } from "preact";
import { say } from "./strings";

/** A name that can be read: blanks are named, everything else is itself. */
export function visibleName(name: string): string {
  if (name === "") return say("empty");
  if (name.trim() !== "") return name;
  if (/[\n\r]/.test(name)) return say("line_break");
  return name.includes("\t") ? say("tab") : say("space");
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
