/** A mounted explanation with a fake model or in a fake page, and how to read and use it. */

import type { Domain } from "../src/domains/domain";
import { image } from "../src/domains/image/domain";
import { table } from "../src/domains/tabular/domain";
import { text } from "../src/domains/text/domain";
import { widgetOf } from "../src/hosts/anywidget";
import { start } from "../src/hosts/snapshot";
import { snapshotJson, type Wire, wire } from "./fixtures";

type Listener = (...args: unknown[]) => void;

/** What the page relies on in an anywidget model: values, change events, messages. */
export class FakeModel {
  readonly sent: Record<string, unknown>[] = [];
  saves: Record<string, unknown>[] = [];
  readonly #values: Record<string, unknown>;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor({ state, buffers }: Wire, more: Record<string, unknown> = {}) {
    const status = { phase: "idle", done: 0, total: 0, error: "" };
    const settings = state.settings as Record<string, unknown>;
    this.#values = {
      state: JSON.stringify(state),
      buffers,
      ...settings,
      removed: [],
      edits: [],
      what_if: {},
      fitted: [],
      view: {},
      status,
      ...more,
    };
  }

  get(name: string): unknown {
    return this.#values[name];
  }

  set(name: string, value: unknown): void {
    if (Object.is(this.#values[name], value)) return;
    this.#values[name] = value;
    this.emit(`change:${name}`);
  }

  /** Several at once, as one message of the kernel does: all are there before the first is announced. */
  replace(values: Record<string, unknown>): void {
    Object.assign(this.#values, values);
    for (const name of Object.keys(values)) this.emit(`change:${name}`);
  }

  save_changes(): void {
    this.saves.push({ ...this.#values });
  }

  send(message: Record<string, unknown>): void {
    this.sent.push(message);
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
}

export interface Live extends Page {
  readonly model: FakeModel;
  end(): void;
}

/** The domain whose bundle Python would take. */
export function domainOf({ state }: Wire): Domain {
  return [text, table, image].find(({ name }) => name === state.domain) ?? text;
}

/** The explanation live, as a notebook would mount it. */
export async function live(data: Wire = wire(), traits: Record<string, unknown> = {}): Promise<Live> {
  const model = new FakeModel(data, traits);
  const widget = widgetOf(domainOf(data));
  const el = document.createElement("div");
  document.body.append(el);
  const controller = new AbortController();
  const props = { model, el, signal: controller.signal };
  // Of what anywidget passes, the page uses these three.
  widget.render(props as unknown as Parameters<typeof widget.render>[0]);
  const page = Object.assign(new Page(el), { model, end: () => controller.abort() });
  await page.settle();
  return page;
}

/** The explanation in an exported page. */
export async function snapshot(data: Wire = wire(), more: Record<string, unknown> = {}): Promise<Page> {
  const exported = document.implementation.createHTMLDocument();
  const root = exported.createElement("main");
  root.id = "lime-root";
  root.append("the static rendering");
  const json = exported.createElement("script");
  json.type = "application/json";
  json.id = "lime-snapshot";
  json.textContent = snapshotJson(data, more);
  exported.body.append(root, json);
  start(exported, domainOf(data));
  const page = new Page(root);
  await page.settle();
  return page;
}

export class Page {
  readonly root: HTMLElement;

  constructor(root: HTMLElement) {
    this.root = root;
  }

  /** Until effects and two animation frames have run. */
  async settle(): Promise<void> {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }

  one<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.root.querySelectorAll<T>(selector);
    if (found.length !== 1) throw new Error(`got ${found.length} elements for ${selector}, expected 1`);
    return found[0] as T;
  }

  all<T extends HTMLElement = HTMLElement>(selector: string): T[] {
    return [...this.root.querySelectorAll<T>(selector)];
  }

  /** The control of a visible label. */
  control<T extends HTMLInputElement | HTMLSelectElement = HTMLInputElement>(name: string): T {
    const label = this.all<HTMLLabelElement>("label").find((found) => found.textContent === name);
    const control = label && this.all<T>("input, select").find((found) => found.id === label.htmlFor);
    if (!control) throw new Error(`got no control labelled ${name}`);
    return control;
  }

  button(name: string): HTMLButtonElement | undefined {
    return this.all<HTMLButtonElement>("button").find((found) => found.textContent === name);
  }

  /** Put a value into a control as a reader would. */
  async enter(name: string, value: string): Promise<void> {
    this.change(name, value);
    await this.settle();
  }

  /** The same, without waiting for what follows. */
  change(name: string, value: string): void {
    const control = this.control<HTMLInputElement | HTMLSelectElement>(name);
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async click(element: HTMLElement | undefined): Promise<void> {
    if (!element) throw new Error("got nothing to click");
    element.click();
    await this.settle();
  }

  async press(element: HTMLElement, key: string): Promise<KeyboardEvent> {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    element.dispatchEvent(event);
    await this.settle();
    return event;
  }

  bars(): [number, number][] {
    return this.all(".lime-bar").map(({ dataset }) => [Number(dataset.feature), Number(dataset.weight)]);
  }

  tokens(feature: number): HTMLElement[] {
    return this.all(`.lime-token[data-feature="${feature}"]`);
  }
}
