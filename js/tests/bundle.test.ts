/** What is shipped: sizes within budget, and a script that can stand inside a page. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { snapshotJson, wire } from "./fixtures";
import { snapshot } from "./page";
import { regressionWire, tableWire } from "./table-fixtures";

const read = (name: string) => readFileSync(`lime_widgets/static/${name}`, "utf8");

/** What of a long source matches, so that a failure does not print the source. */
const found = (source: string, pattern: RegExp) => source.match(pattern) ?? [];

describe("the bundles", () => {
  beforeAll(() => {
    execFileSync(process.execPath, ["esbuild.mjs"]);
  });

  it("live, is at most 80 kB", () => {
    expect(read("widget.js").length + read("widget.css").length).toBeLessThan(80_000);
  });

  it("exported, adds at most 120 kB to its data", () => {
    expect(read("snapshot.js").length + read("snapshot.css").length).toBeLessThan(120_000);
  });

  it.each(["snapshot.js", "snapshot.css"])("%s is ASCII and cannot end the element that holds it", (name) => {
    const source = read(name);
    expect([...source].filter((character) => character > "\u007e")).toEqual([]);
    expect(found(source, /<\/(script|style)|<!--/gi)).toEqual([]);
  });

  it.each(["widget.js", "snapshot.js"])("%s evaluates no text as code", (name) => {
    expect(found(read(name), /\beval\(|new Function|document\.write|insertAdjacentHTML/g)).toEqual([]);
  });

  it("rename nothing that browsers or libraries know by its name", () => {
    const mangled: string[] = JSON.parse(readFileSync("js/mangled.json", "utf8"));
    const library = readFileSync("node_modules/preact/dist/preact.mjs", "utf8");
    // The page's sentences are found by name, and so is what is put into them.
    const sentences = readFileSync("lime_widgets/common/strings.json", "utf8");
    const prototypes = Object.getOwnPropertyNames(window).map((name) => Reflect.get(window, name)?.prototype ?? {});
    for (const name of mangled) {
      expect(found(library, new RegExp(`\\b${name}\\b`)), name).toEqual([]);
      expect(found(sentences, new RegExp(`"${name}":|\\{${name}\\}`)), name).toEqual([]);
      expect([window, ...prototypes].filter((known) => name in known)).toEqual([]);
    }
  });

  it.each([
    ["text", wire()],
    ["tabular", tableWire({ notes: ["A note."] })],
    ["tabular", regressionWire({ real: true })],
  ])("exported, reads a %s state by the wire's names, and shows what the sources show", async (domain, data) => {
    const edits = domain === "text" ? [] : [[0, 99]];
    const what_if = { removed: [], edits, actual: [0.25, 0.75] };
    const root = document.createElement("main");
    root.id = "lime-root";
    const state = document.createElement("script");
    state.type = "application/json";
    state.id = "lime-snapshot";
    state.textContent = snapshotJson(data, { edits, what_if });
    document.body.replaceChildren(root, state);
    runInThisContext(read("snapshot.js"));
    const sources = await snapshot(data, { edits, what_if });
    const shown = (from: ParentNode) => from.querySelector(".lime-columns")?.textContent;
    expect(shown(root)).toBe(shown(sources.root));
    expect(shown(sources.root)).toContain(domain === "text" ? "NNTP" : "age = 99");
  });

  it("the live one exports what anywidget asks for", () => {
    expect(found(read("widget.js"), /export\s*\{\s*\w+ as default\s*\}/g)).toHaveLength(1);
  });
});
