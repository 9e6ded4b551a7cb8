/**
 * The live host: an anywidget model on one side, the store on the other.
 *
 * A change of settings travels to the kernel at once, those of a burst every tenth of a second, the last one always; a
 * message is sent only after the settings before it. Every listener ends with the `signal` of the view.
 */

import type { AnyModel, RenderProps } from "@anywidget/types";
import { h, render as mount } from "preact";
import * as words from "../../../lime_widgets/common/strings.json";
import type { Domain } from "../domains/domain";
import { Explanation } from "../explanation";
import type { Settings } from "../solver/surrogate";
import type { Buffer } from "../state/arrays";
import { decodeConvergence } from "../state/certainty";
import { type JsonObject, object, string } from "../state/checks";
import * as schema from "../state/schema";
import { type Act, type Host, Store } from "../state/store";
import type { Edit, Variant } from "../state/variant";
import { say } from "../views/strings";
import { download } from "./download";
import { followTheme } from "./theme";

/** Traits, by their wire names (docs/wire.md). What Python writes is checked before use. */
export interface Traits {
  state: unknown;
  buffers: readonly Buffer[];
  label: number;
  kernel_width: number;
  num_features: number;
  selection: string;
  removed: readonly number[];
  edits: readonly Edit[];
  what_if: unknown;
  fitted: unknown;
  status: unknown;
  view: unknown;
  convergence: unknown;
}

type Model = AnyModel<Traits & Record<string, unknown>>;
type Props = RenderProps<Traits & Record<string, unknown>>;

const PUBLISH_INTERVAL = 100;

class Kernel implements Host {
  readonly live = true;
  /** Views share a model: only the one that asked for the page saves it. */
  awaitsPage = false;
  readonly #model: Model;
  #waiting: { settings: Settings; variant: Variant; view: JsonObject } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  publish(settings: Settings, variant: Variant, view: JsonObject): void {
    this.#waiting = { settings, variant, view };
    if (this.#timer === undefined) this.#flushAndRest();
  }

  send(act: Act): void {
    this.flush();
    this.awaitsPage ||= act.type === "export";
    this.#model.send(act);
  }

  /** Send what waits, now. */
  flush(): void {
    if (!this.#waiting) return;
    const { settings, variant, view } = this.#waiting;
    this.#waiting = null;
    const traits = {
      label: settings.label,
      kernel_width: settings.kernelWidth,
      num_features: settings.numFeatures,
      selection: settings.selection,
      removed: variant.removed,
      edits: variant.edits,
      view,
    };
    for (const [name, value] of Object.entries(traits)) this.#model.set(name, value);
    this.#model.save_changes();
  }

  /** Send what waits, and again at the end of the interval if more has come. */
  #flushAndRest(): void {
    this.flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting) this.#flushAndRest();
    }, PUBLISH_INTERVAL);
  }
}

/** What anywidget asks of a widget's module, for instances of one domain. */
export function widgetOf(domain: Domain): { render: (props: Props) => void } {
  return { render: (props) => render(props, domain) };
}

function render({ model, el, signal }: Props, domain: Domain): void {
  const kernel = new Kernel(model);
  let store: Store;
  try {
    store = openStore(model, kernel, domain);
  } catch (error) {
    showUnreadable(el, error);
    return;
  }
  listen(model, kernel, store, signal);
  mount(h(Explanation, { store }), el);
  followTheme(el, signal);
  signal.addEventListener("abort", () => {
    kernel.flush();
    store.dispose();
    mount(null, el);
  });
}

function openStore(model: Model, kernel: Kernel, domain: Domain): Store {
  const data = schema.decodeState(model.get("state"), model.get("buffers"), domain);
  return new Store(kernel, data, {
    settings: readSettings(model, data),
    removed: schema.decodeRemoved(model.get("removed"), data),
    edits: schema.decodeEdits(model.get("edits"), data),
    whatIf: schema.decodeWhatIf(model.get("what_if"), data),
    fitted: schema.decodeFits(model.get("fitted"), data),
    status: schema.decodeStatus(model.get("status")),
    view: schema.decodeView(model.get("view"), data),
    convergence: decodeConvergence(model.get("convergence"), "convergence"),
  });
}

/** What each trait changes of the settings: when one is announced the others may be ahead of the kernel. */
const SETTINGS = {
  label: ({ label }: Settings) => ({ label }),
  kernel_width: ({ kernelWidth }: Settings) => ({ kernelWidth }),
  num_features: ({ numFeatures }: Settings) => ({ numFeatures }),
  selection: ({ selection }: Settings) => ({ selection }),
} as const;

type SettingName = keyof typeof SETTINGS;

function readSettings(model: Model, { classes }: schema.ExplanationData): Settings {
  const names = Object.keys(SETTINGS) as SettingName[];
  const raw = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  return schema.decodeSettings(raw, "settings", classes);
}

/** Follow the kernel until `signal` ends the view. */
function listen(model: Model, kernel: Kernel, store: Store, signal: AbortSignal): void {
  const stops: (() => void)[] = [];
  signal.addEventListener("abort", () => {
    for (const stop of stops) stop();
  });
  const on = (event: string, handle: (...args: unknown[]) => void) => {
    const guarded = (...args: unknown[]) => guard(store, () => handle(...args));
    model.on(event, guarded);
    stops.push(() => model.off(event, guarded));
  };
  const catchUp = followState(on, model, store);
  const follow = <K extends keyof Traits>(name: K, adopt: (value: Traits[K], data: schema.ExplanationData) => void) =>
    on(`change:${name}`, () => {
      catchUp();
      adopt(model.get(name), store.data.peek());
    });

  for (const [name, part] of Object.entries(SETTINGS)) {
    follow(name as SettingName, (_, data) => store.adopt(part(readSettings(model, data))));
  }
  follow("removed", (value, data) => {
    store.removed.value = schema.decodeRemoved(value, data);
  });
  follow("edits", (value, data) => store.adoptEdits(schema.decodeEdits(value, data)));
  follow("what_if", (value, data) => {
    store.whatIf.value = schema.decodeWhatIf(value, data);
  });
  follow("fitted", (value, data) => {
    store.fitted.value = schema.decodeFits(value, data);
  });
  follow("convergence", (value) => {
    store.growing.value = decodeConvergence(value, "convergence");
  });
  follow("status", (value) => {
    store.status.value = schema.decodeStatus(value);
  });
  follow("view", (value, data) => store.adoptView(schema.decodeView(value, data)));
  on("msg:custom", (message, buffers) => receive(message, buffers, kernel, store));
}

/**
 * State and buffers change together, but are announced one after the other: read them when both are in. What changes
 * with them is about the new ones, and may be announced before: to be read after `catchUp`, which this returns.
 */
function followState(on: (event: string, handle: () => void) => void, model: Model, store: Store): () => void {
  const parts = () => [model.get("state"), model.get("buffers")] as const;
  let read = parts();
  const catchUp = () => {
    const [state, buffers] = parts();
    if (state === read[0] && buffers === read[1]) return;
    read = [state, buffers];
    guard(store, () => store.replace(schema.decodeState(state, buffers, store.data.peek().domain)));
  };
  for (const name of ["state", "buffers"]) on(`change:${name}`, () => queueMicrotask(catchUp));
  return catchUp;
}

function receive(raw: unknown, buffers: unknown, kernel: Kernel, store: Store): void {
  const message = object(raw, "message");
  const data = store.data.peek();
  if (message.type === "segments") store.proposal.value = data.domain.decodeProposal?.(message, buffers, data) ?? null;
  if (message.type !== "snapshot" || !kernel.awaitsPage) return;
  kernel.awaitsPage = false;
  const page = Array.isArray(buffers) ? buffers[0] : undefined;
  if (!ArrayBuffer.isView(page)) throw new TypeError("got a snapshot without its page, try exporting again");
  download(page, string(message.filename, "message.filename"));
  store.pageError.value = "";
}

/** Whatever cannot be read is said on the page; the rest of the page stays as it was. */
function guard(store: Store, act: () => void): void {
  try {
    act();
  } catch (error) {
    store.pageError.value = error instanceof Error ? error.message : String(error);
  }
}

function showUnreadable(el: HTMLElement, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  mount(h("p", { class: "lime-widget lime-error", role: "alert" }, say(words.unreadable, { error: reason })), el);
}
