/** What is shipped: sizes within budget, and a script that can stand inside a page. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";

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

  it("rename nothing that others know by its name", () => {
    const mangled: string[] = JSON.parse(readFileSync("js/mangled.json", "utf8"));
    const sources = readdirSync("js/src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
    const own = sources.map((name) => readFileSync(`js/src/${name}`, "utf8")).join("\n");
    const foreign = ["docs/wire.md", "node_modules/preact/dist/preact.mjs"]
      .map((name) => readFileSync(name, "utf8"))
      .join();
    const prototypes = Object.getOwnPropertyNames(window).map((name) => Reflect.get(window, name)?.prototype ?? {});
    for (const name of mangled) {
      expect(found(foreign, new RegExp(`\\b${name}\\b`)), name).toEqual([]);
      expect(found(own, new RegExp(`["']${name}["']`)), name).toEqual([]);
      expect([window, ...prototypes].filter((known) => name in known)).toEqual([]);
    }
  });

  it("the live one exports what anywidget asks for", () => {
    expect(found(read("widget.js"), /export\s*\{\s*\w+ as default\s*\}/g)).toHaveLength(1);
  });
});
