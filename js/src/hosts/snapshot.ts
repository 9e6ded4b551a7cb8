/** The static host: one page with its state inside, no kernel, no network. */

import { h, render as mount } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Domain } from "../domains/domain";
import { Explanation } from "../explanation";
import { array, object, string } from "../state/checks";
import * as schema from "../state/schema";
import { type Host, Store } from "../state/store";
import { say } from "../views/strings";

/** Nobody is at the other end. */
const FILE: Host = { live: false, publish: () => undefined, send: () => undefined };

export function openSnapshot(json: string, domain: Domain): Store {
  const raw = object(JSON.parse(json), "snapshot");
  const buffers = array(raw.buffers, "snapshot.buffers").map((item) => decodeBase64(string(item, "snapshot.buffers")));
  const data = schema.decodeState(raw.state, buffers, domain);
  return new Store(FILE, data, {
    settings: schema.decodeSettings(raw.settings, "snapshot.settings", data.classes),
    removed: schema.decodeRemoved(raw.removed, data),
    edits: schema.decodeEdits(raw.edits, data),
    whatIf: schema.decodeWhatIf(raw.what_if, data),
    fitted: schema.decodeFits(raw.fitted, data),
    view: schema.decodeView(raw.view, data),
  });
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Put the working explanation in the place of the static one. Where that fails, the static one stays, and says why. */
export function start(page: Document, domain: Domain): void {
  const root = page.getElementById("lime-root");
  const state = page.getElementById("lime-snapshot");
  if (!root || !state) return;
  try {
    const store = openSnapshot(state.textContent ?? "", domain);
    root.replaceChildren();
    mount(h(Explanation, { store }), root);
    page.documentElement.dataset.ready = "1";
  } catch (error) {
    const alert = page.createElement("p");
    alert.setAttribute("role", "alert");
    alert.textContent = say(words.unreadable, { error: error instanceof Error ? error.message : String(error) });
    root.prepend(alert);
  }
}
