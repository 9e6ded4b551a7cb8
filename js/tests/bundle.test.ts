/** What is shipped: sizes within budget, and a script that can stand inside a page. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { snapshotJson, wire } from "./fixtures";
import { imageWire } from "./image-fixtures";
import { snapshot } from "./page";
import { regressionWire, tableWire } from "./table-fixtures";

const DOMAINS = ["text", "tabular", "image"] as const;
const SCRIPTS = DOMAINS.flatMap((domain) => [`widget-${domain}.js`, `snapshot-${domain}.js`]);
const BUNDLES = DOMAINS.flatMap((domain) => [`${domain}.js`, `${domain}.css`]);
/** Live widgets of every domain share a style sheet. */
const styleOf = (bundle: string) => read(bundle.startsWith("widget") ? "widget.css" : `${bundle}.css`);
/**
 * A table carries its fields, its search and its undo besides what a text has; an image its outlines and its panels.
 * The 22 kB of styles are those of all three.
 */
const LIVE_BUDGET = { text: 109_000, tabular: 116_000, image: 127_000 };
/** What only one domain has: elements, wire keys, sentences. */
const MARKS = {
  text: ["lime-token", "piece_features", "Strike words out", "of words does not"],
  tabular: ["lime-feature", "choices", "Change a value", "of columns does not"],
  image: ["lime-superpixel", "hidden_picture", "Heat map", "of superpixels does not"],
} as const;

const read = (name: string) => readFileSync(`lime_widgets/static/${name}`, "utf8");

/** What of a long source matches, so that a failure does not print the source. */
const found = (source: string, pattern: RegExp) => source.match(pattern) ?? [];

const size = (bundle: string) => read(`${bundle}.js`).length + styleOf(bundle).length;

/** Run an exported page's script, and give what it has drawn. */
async function exported(script: string, json: string): Promise<HTMLElement> {
  const root = document.createElement("main");
  root.id = "lime-root";
  const state = document.createElement("script");
  state.type = "application/json";
  state.id = "lime-snapshot";
  state.textContent = json;
  document.body.replaceChildren(root, state);
  runInThisContext(read(script));
  return root;
}

describe("the bundles", () => {
  beforeAll(() => {
    execFileSync(process.execPath, ["esbuild.mjs"]);
    // On a busy machine a build takes longer than tests may wait by default.
  }, 60_000);

  it.each(Object.entries(LIVE_BUDGET))("of a live %s, are at most %d bytes", (domain, budget) => {
    expect(size(`widget-${domain}`)).toBeLessThanOrEqual(budget);
  });

  it.each(DOMAINS)("of an exported %s, add at most 120 kB to its data", (domain) => {
    expect(size(`snapshot-${domain}`)).toBeLessThan(120_000);
  });

  it.each(DOMAINS)("of a %s hold nothing of the other domains, but for the styles of live widgets", (domain) => {
    const others = DOMAINS.filter((other) => other !== domain);
    for (const bundle of [`widget-${domain}`, `snapshot-${domain}`]) {
      const source = read(`${bundle}.js`) + (bundle.startsWith("widget") ? "" : styleOf(bundle));
      for (const mark of MARKS[domain]) expect(source.includes(mark), mark).toBe(true);
      for (const mark of others.flatMap((other) => MARKS[other])) expect(source.includes(mark), mark).toBe(false);
    }
  });

  it.each(BUNDLES.map((name) => `snapshot-${name}`))("%s is ASCII and cannot end the element that holds it", (name) => {
    const source = read(name);
    expect([...source].filter((character) => character > "\u007e")).toEqual([]);
    expect(found(source, /<\/(script|style)|<!--/gi)).toEqual([]);
  });

  it.each(SCRIPTS)("%s evaluates no text as code", (name) => {
    expect(found(read(name), /\beval\(|new Function|document\.write|insertAdjacentHTML/g)).toEqual([]);
  });

  it.each([
    ["text", wire()],
    ["tabular", tableWire({ notes: ["A note."] })],
    ["tabular", regressionWire({ real: true })],
    ["image", imageWire()],
  ])("of an exported %s show what the sources show", async (domain, data) => {
    const edits = domain === "tabular" ? [[0, 99]] : [];
    const what_if = { removed: [], edits, actual: [0.25, 0.75] };
    const page = await exported(`snapshot-${domain}.js`, snapshotJson(data, { edits, what_if }));
    const sources = await snapshot(data, { edits, what_if });
    const shown = (from: ParentNode) => from.querySelector(".lime-columns")?.textContent;
    expect(shown(page)).toBe(shown(sources.root));
    expect(shown(page)).toContain({ text: "NNTP", tabular: "age = 99", image: "superpixel 5" }[domain]);
  });

  it("refuse an explanation of another domain", async () => {
    const page = await exported("snapshot-text.js", snapshotJson(tableWire()));
    expect(page.querySelector("[role=alert]")?.textContent).toContain(
      'got "tabular" for state.domain, expected "text", the domain of this page',
    );
  });

  it.each(DOMAINS)("of a live %s export what anywidget asks for", (domain) => {
    expect(found(read(`widget-${domain}.js`), /export\s*\{\s*\w+ as default\s*\}/g)).toHaveLength(1);
  });
});
