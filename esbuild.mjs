// Builds the front end into lime_widgets/static, for each domain by itself: one ES module for notebooks, one script for
// exported pages, and their styles, which notebooks share.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { build, context, transform } from "esbuild";
import { minify } from "terser";

const OUT = "lime_widgets/static";
const SOURCE = "js/src";
const DOMAINS = ["text", "tabular", "image"];
const PALETTE = "lime_widgets/common/palette.json";
const BUNDLED = ["preact", "@preact/signals", "@preact/signals-core"];
const BANNER = "/* Contains Preact and Preact Signals (MIT): see third-party-licenses.txt of lime_widgets/static. */";
const BROWSERS = ["chrome123", "firefox121", "safari17.5"];

/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  minify: true,
  // The snapshot's script is put into a page whose bytes are hashed: nothing may depend on an encoding.
  charset: "ascii",
  target: BROWSERS,
  outdir: OUT,
  legalComments: "none",
  // Children as arguments, not as a property: two hundredths of a bundle.
  inject: [`${SOURCE}/jsx.ts`],
  tsconfigRaw: {
    compilerOptions: {
      target: "es2022",
      useDefineForClassFields: false,
      jsx: "react",
      jsxFactory: "h",
      jsxFragmentFactory: "Fragment",
    },
  },
  banner: { js: BANNER },
  logLevel: "warning",
};

/** @type {import("esbuild").BuildOptions[]} */
const scripts = DOMAINS.flatMap((domain) => [
  { ...shared, entryPoints: { [`widget-${domain}`]: `${SOURCE}/domains/${domain}/widget.ts` }, format: "esm" },
  { ...shared, entryPoints: { [`snapshot-${domain}`]: `${SOURCE}/domains/${domain}/page.ts` }, format: "iife" },
]);

/** The palette as custom properties that follow the color scheme in force. */
async function paletteCss() {
  /** @type {{ light: Record<string, string>, dark: Record<string, string> }} */
  const { light, dark } = JSON.parse(await readFile(PALETTE, "utf8"));
  const properties = Object.entries(light).map(
    ([name, value]) => `--lime-${name}: light-dark(${value}, ${dark[name]});`,
  );
  return `.lime-widget, [class^="lime-static"] { ${properties.join(" ")} }\n`;
}

/**
 * In this order: a domain's own comes after what all share, and what adapts comes last.
 *
 * @param {string[]} domains
 */
function sheetsOf(domains) {
  const common = ["base", "controls", "weights", "figures"].map((name) => `styles/${name}`);
  return [...common, ...domains.map((domain) => `domains/${domain}/${domain}`), "styles/adaptation"];
}

/**
 * @param {string} name
 * @param {string[]} paths of sheets, below the sources
 */
async function writeStyle(name, paths) {
  const sheets = await Promise.all(paths.map((path) => readFile(`${SOURCE}/${path}.css`, "utf8")));
  const css = (await paletteCss()) + sheets.join("");
  const { code } = await transform(css, { loader: "css", minify: true, charset: "ascii", target: BROWSERS });
  await writeFile(`${OUT}/${name}.css`, code);
}

/** A notebook holds one style sheet for all widgets of a class, whatever their domain: the last that came. */
async function writeStyles() {
  const pages = DOMAINS.map((domain) => writeStyle(`snapshot-${domain}`, [...sheetsOf([domain]), "styles/page"]));
  await Promise.all([writeStyle("widget", sheetsOf(DOMAINS)), ...pages]);
}

/**
 * Every widget carries its script in its state. A second look at the whole takes off a few hundredths more.
 *
 * @param {import("esbuild").BuildOptions} options
 */
async function writeScript(options) {
  const { outputFiles = [] } = await build({ ...options, write: false });
  for (const { path, text } of outputFiles) {
    const { code } = await minify(text, {
      module: options.format === "esm",
      ecma: 2020,
      // Function expressions without `this` may become arrows: none here is a constructor. And nothing here replaces
      // what the language brings along, such as String, which is all that `unsafe` takes for granted.
      compress: { passes: 3, hoist_funs: true, unsafe: true, unsafe_arrows: true },
      format: { ascii_only: true, preamble: BANNER },
    });
    await writeFile(path, code ?? "");
  }
}

/** The licenses of what is bundled ask to travel with it. */
async function writeLicenses() {
  const licenses = BUNDLED.map(async (name) => `${name}\n\n${await readFile(`node_modules/${name}/LICENSE`, "utf8")}`);
  await writeFile(`${OUT}/third-party-licenses.txt`, (await Promise.all(licenses)).join("\n\n"));
}

await mkdir(OUT, { recursive: true });
await writeStyles();
await writeLicenses();
if (process.argv.includes("--watch")) {
  for (const options of scripts) await (await context(options)).watch();
} else {
  await Promise.all(scripts.map(writeScript));
}
