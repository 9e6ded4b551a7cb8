// Builds the front end into lime_widgets/static: one ES module for notebooks, one script for exported pages, their styles.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { build, context, transform } from "esbuild";

const OUT = "lime_widgets/static";
const PALETTE = "lime_widgets/common/palette.json";
/** In this order: what adapts comes last. */
const SHEETS = ["base", "controls", "text-and-weights", "table", "figures", "adaptation"];
/** @type {string[]} */
const MANGLED = JSON.parse(await readFile("js/mangled.json", "utf8"));
const BUNDLED = ["preact"];
const BROWSERS = ["chrome123", "firefox121", "safari17.5"];

/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  minify: true,
  // The snapshot's script is put into a page whose bytes are hashed: nothing may depend on an encoding.
  charset: "ascii",
  target: BROWSERS,
  // In the place of tsconfig.json, whose way with JSX takes more room.
  tsconfigRaw: { compilerOptions: { jsx: "react", jsxFactory: "h", jsxFragmentFactory: "Fragment" } },
  // Long names of our own records. The wire's values are read by quoted keys, which stay: tests run the bundles.
  mangleProps: new RegExp(`^(${MANGLED.join("|")})$`),
  inject: ["js/src/jsx.ts"],
  legalComments: "none",
  banner: {
    js: "/* Contains Preact (MIT): see third-party-licenses.txt of lime_widgets/static. */",
  },
  logLevel: "warning",
};

/** @type {import("esbuild").BuildOptions[]} */
const scripts = [
  { ...shared, entryPoints: { widget: "js/src/hosts/anywidget.ts" }, outdir: OUT, format: "esm" },
  { ...shared, entryPoints: { snapshot: "js/src/hosts/snapshot-page.ts" }, outdir: OUT, format: "iife" },
];

/** The palette as custom properties that follow the color scheme in force. */
async function paletteCss() {
  /** @type {{ light: Record<string, string>, dark: Record<string, string> }} */
  const { light, dark } = JSON.parse(await readFile(PALETTE, "utf8"));
  const properties = Object.entries(light).map(
    ([name, value]) => `--lime-${name}: light-dark(${value}, ${dark[name]});`,
  );
  return `.lime-widget, [class^="lime-static"] { ${properties.join(" ")} }\n`;
}

async function writeStyles() {
  const sheets = await Promise.all(SHEETS.map((name) => readFile(`js/src/styles/${name}.css`, "utf8")));
  const widget = (await paletteCss()) + sheets.join("");
  const page = await readFile("js/src/styles/page.css", "utf8");
  for (const [name, css] of [
    ["widget", widget],
    ["snapshot", widget + page],
  ]) {
    const { code } = await transform(css ?? "", { loader: "css", minify: true, charset: "ascii", target: BROWSERS });
    await writeFile(`${OUT}/${name}.css`, code);
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
  await Promise.all(scripts.map((options) => build(options)));
}
