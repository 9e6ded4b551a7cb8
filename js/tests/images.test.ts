/** The page of an image: overlay, superpixels, comparison, exported page. */

import { afterEach, describe, expect, it } from "vitest";
import { overlayOf } from "../src/domains/image/overlay";
import { type ImageSpec, imageWire, MAP, WEIGHTS } from "./image-fixtures";
import { live, type Page, snapshot } from "./page";

afterEach(() => document.body.replaceChildren());

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const superpixels = (page: Page) => page.all(".lime-superpixel");
const superpixel = (page: Page, feature: number) => page.one(`.lime-superpixel[data-feature="${feature}"]`);
const signs = (page: Page) =>
  superpixels(page)
    .map((path) => path.dataset.sign?.[0] ?? ".")
    .join("");
const nothing = (page: Page) => page.all("[data-nothing]").map((note) => note.dataset.nothing);
const press = (page: Page, element: HTMLElement) =>
  element.dispatchEvent(new MouseEvent("click", { bubbles: true })) && page.settle();
const check = (page: Page, name: string) => page.click(page.control(name));

describe("the overlay", () => {
  const surrogate = {
    features: [3, 1, 2, 0],
    weights: [0.4, -0.2, 0.1, 0],
    intercept: 0,
    score: 1,
    localPrediction: 1,
    effectiveSampleSize: 9,
  };
  const painted = (show: "both" | "positive" | "negative", minWeight = 0) => {
    const { shades, nothing: reason } = overlayOf(surrogate, { show, minWeight }, 0.4);
    return [Object.fromEntries(shades), reason];
  };

  it("paints what has a weight, of the signs asked for, from the minimum on", () => {
    expect(painted("both")).toEqual([{ 3: 1, 1: -0.5, 2: 0.25 }, null]);
    expect(painted("positive")).toEqual([{ 3: 1, 2: 0.25 }, null]);
    expect(painted("negative")).toEqual([{ 1: -0.5 }, null]);
    expect(painted("both", 0.2)).toEqual([{ 3: 1, 1: -0.5 }, null]);
  });

  it("says why it paints nothing", () => {
    const reason = (weights: number[], show: "both" | "positive" | "negative", minWeight = 0) =>
      overlayOf({ ...surrogate, features: [0, 1], weights }, { show, minWeight }, 1).nothing;
    expect([
      reason([0, 0], "positive"),
      reason([0.2, 0.1], "negative"),
      reason([-0.2, 0], "positive"),
      reason([0.2, -0.1], "both", 0.3),
      overlayOf(null, { show: "both", minWeight: 0 }, 0).nothing,
    ]).toEqual(["no_weights", "no_negative", "no_positive", "below_minimum", null]);
  });

  it("is signed, and as strong as the weight is large", async () => {
    const page = await live(imageWire());
    expect(superpixels(page)).toHaveLength(6);
    expect(superpixel(page, 0).dataset.sign).toBe("positive");
    expect(superpixel(page, 1).dataset.sign).toBe("negative");
    const shade = (feature: number) => Number(superpixel(page, feature).style.getPropertyValue("--shade"));
    expect([shade(0), shade(1), shade(2)].map((value) => Math.round(value * 10) / 10)).toEqual([1, 0.7, 0.3]);
    // Stripes, so that sign is told without color.
    expect(superpixel(page, 1).getAttribute("fill")).toMatch(/^url\(#/);
    expect(page.root.querySelector(superpixel(page, 1).getAttribute("fill")?.slice(4, -1) ?? "")?.tagName).toBe(
      "pattern",
    );
    expect(superpixel(page, 0).getAttribute("fill")).toBe("none");
  });

  it("follows the settings and its own controls", async () => {
    const page = await live(imageWire());
    await page.enter("Number of features", "2");
    expect(signs(page)).toBe("pn....");
    await page.enter("Show", "negative");
    expect(signs(page)).toBe(".n....");
    expect(superpixel(page, 0).getAttribute("fill")).toBe("none");
    await page.enter("Minimum weight", "0.25");
    expect([signs(page), nothing(page)]).toEqual(["......", ["below_minimum"]]);
    await page.enter("Show", "positive");
    expect([signs(page), nothing(page)]).toEqual(["p.....", []]);
  });

  it("says what there is not", async () => {
    const flat = await live(imageWire({ model: () => [0.5, 0.5, 0] }));
    expect(nothing(flat)).toEqual(["no_weights"]);
    expect(flat.one("[data-nothing]").textContent).toBe("Nothing to show: no superpixel has any weight for cat.");
    const positive = await live(imageWire({ model: (mask) => [mask[0] ? 0.6 : 0.2, 0, 0] }));
    await positive.enter("Number of features", "1");
    await positive.enter("Show", "negative");
    expect(nothing(positive)).toEqual(["no_negative"]);
  });

  it("keeps a half-typed minimum to itself", async () => {
    const page = await live(imageWire());
    await page.enter("Minimum weight", "");
    expect(signs(page)).toBe("pnp.np".replace(".", signs(page)[3] ?? "."));
    expect(nothing(page)).toEqual([]);
  });

  it("has a style, outlines, an opacity and a plain rest", async () => {
    const page = await live(imageWire());
    const { dataset } = page.one(".lime-picture");
    expect([dataset.style, dataset.outlines, dataset.hideRest]).toEqual(["heat", undefined, undefined]);
    await page.enter("Overlay", "outline");
    await check(page, "All outlines");
    await check(page, "Hide the rest");
    await page.enter("Opacity", "40");
    await page.enter("Zoom", "200");
    expect([dataset.style, dataset.outlines, dataset.hideRest]).toEqual(["outline", "true", "true"]);
    const { style } = page.one(".lime-frame");
    expect([style.getPropertyValue("--opacity"), style.getPropertyValue("--zoom")]).toEqual(["0.4", "2"]);
  });

  it("has a legend with numbers", async () => {
    const page = await live(imageWire());
    const largest = Math.abs(page.bars()[0]?.[1] ?? 0).toFixed(3);
    expect(page.one(".lime-legend").textContent).toContain(`from \u2212${largest}, dotted, over 0 to +${largest}`);
  });
});

describe("superpixels", () => {
  it("are buttons with the name of their feature and its place, and those without pixels are not drawn", async () => {
    const features = [...WEIGHTS.map((_, i) => `superpixel ${i * 2}`), "superpixel 99"];
    const page = await live(imageWire({ features }));
    expect(superpixels(page).map((path) => [path.getAttribute("role"), path.getAttribute("aria-label")])).toEqual(
      features.slice(0, 6).map((name) => ["button", expect.stringContaining(`${name}, `)]),
    );
    expect(page.bars().map(([feature]) => feature)).toContain(6);
  });

  it("are hidden by a click, Enter and Space, and shown again", async () => {
    const page = await live(imageWire());
    const pressed = () => superpixels(page).map((path) => path.getAttribute("aria-pressed") === "true");
    await press(page, superpixel(page, 2));
    await page.press(superpixel(page, 0), "Enter");
    await page.press(superpixel(page, 5), " ");
    expect(pressed()).toEqual([true, false, true, false, false, true]);
    await page.press(superpixel(page, 5), "Enter");
    expect(pressed()).toEqual([true, false, true, false, false, false]);
    await later(150);
    expect(page.model.get("removed")).toEqual([0, 2]);
  });

  it("that are hidden show the other picture, clipped to them", async () => {
    const page = await live(imageWire());
    expect(page.all(".lime-picture clipPath")).toEqual([]);
    await press(page, superpixel(page, 2));
    await press(page, superpixel(page, 5));
    const clip = page.one(".lime-picture clipPath");
    const paths = [2, 5].map((feature) => superpixel(page, feature).getAttribute("d"));
    expect(clip.firstElementChild?.getAttribute("d")).toBe(paths.join(""));
    const use = page.one(`.lime-picture [clip-path="url(#${clip.id})"]`);
    const shown = page.one(use.getAttribute("href") ?? "");
    expect(shown.getAttribute("href")).toMatch(/^data:image\/jpeg;base64,/);
  });

  it("lead to an expectation, and back", async () => {
    const page = await live(imageWire());
    const weights = new Map(page.bars());
    const local = Number(page.one('.lime-sum [data-kind="total"] dd').firstChild?.textContent);
    await press(page, superpixel(page, 1));
    await press(page, superpixel(page, 2));
    const gone = (weights.get(1) ?? 0) + (weights.get(2) ?? 0);
    expect(Number(page.one("[data-expected]").dataset.expected)).toBeCloseTo(local - gone, 2);
    expect(page.one(".lime-what-if").textContent).toContain("Without superpixel 1 and superpixel 2");
    page.model.set("what_if", { removed: [1, 2], actual: [0.25, 0.5, 0.25] });
    await page.settle();
    expect(page.one("[data-actual]").dataset.actual).toBe("0.25");
    const back = page.button("Show hidden superpixels");
    back?.focus();
    await page.click(back);
    expect(page.all('[aria-pressed="true"]')).toEqual([]);
    expect(document.activeElement).toBe(page.one('.lime-superpixel[tabindex="0"]'));
  });

  it("are one Tab stop, with arrow keys from each to its neighbor", async () => {
    const page = await live(imageWire({ rows: ["012", "345"], model: (mask) => [mask[0] ? 1 : 0, 0, 0] }));
    const stops = () => superpixels(page).filter((path) => path.getAttribute("tabindex") === "0");
    expect(stops()).toEqual([superpixel(page, 0)]);
    superpixel(page, 0).focus();
    const visit = async (key: string) => {
      await page.press(document.activeElement as HTMLElement, key);
      return (document.activeElement as HTMLElement).dataset.feature;
    };
    expect([await visit("ArrowRight"), await visit("ArrowDown"), await visit("End"), await visit("Home")]).toEqual([
      "1",
      "4",
      "5",
      "0",
    ]);
    expect(stops()).toEqual([superpixel(page, 0)]);
    expect(superpixel(page, 0).getAttribute("aria-describedby")).toBe(page.one("[role=tooltip]").id);
  });

  it("and bars point at each other", async () => {
    const page = await live(imageWire());
    superpixel(page, 1).dispatchEvent(new Event("pointerover", { bubbles: true }));
    await page.settle();
    expect(page.one(".lime-bar.lime-highlighted").dataset.feature).toBe("1");
    const tip = page.one("[role=tooltip]").textContent ?? "";
    expect(tip).toMatch(
      /^superpixel 1 weight \u22120\.\d{4} · 17% of the image · 95% interval .+ · \d+% of all weight$/,
    );
    page.one('.lime-bar[data-feature="2"]').focus();
    await page.settle();
    const ring = page.all(".lime-ring path").map((path) => path.getAttribute("d"));
    expect(new Set(ring)).toEqual(new Set([superpixel(page, 2).getAttribute("d")]));
  });

  it("are cut out beside their bars", async () => {
    const page = await live(imageWire());
    const mark = page.one('.lime-bar[data-feature="5"] .lime-mark');
    expect(mark.getAttribute("viewBox")).toBe("1 3 2 2");
    const cut = mark.firstElementChild;
    expect(cut?.getAttribute("d")).toBe(superpixel(page, 5).getAttribute("d"));
    expect(page.one(cut?.getAttribute("fill")?.slice(4, -1) ?? "").firstElementChild?.tagName).toBe("use");
    await page.enter("Number of features", "3");
    await page.enter("Number of features", "6");
    expect(page.all(".lime-bar .lime-mark")).toHaveLength(6);
  });

  it("stay the same elements when samples come, and give way to others", async () => {
    const page = await live(imageWire());
    const first = superpixel(page, 0);
    await press(page, superpixel(page, 1));
    const update = async (spec: ImageSpec) => {
      const next = imageWire(spec);
      page.model.set("state", JSON.stringify(next.state));
      page.model.set("buffers", next.buffers);
      await page.settle();
    };
    await update({ nSamples: 400 });
    expect(superpixel(page, 0)).toBe(first);
    expect(page.all('[aria-pressed="true"]')).toHaveLength(1);
    await update({ rows: [...MAP.slice(0, 5), "44444440"] });
    expect(superpixel(page, 0), "another map of as many superpixels").not.toBe(first);
    expect(page.all('[aria-pressed="true"]')).toHaveLength(0);
    expect(page.all("[role=alert]")).toEqual([]);
  });
});

describe("an image with more pixels than its pictures", () => {
  it("says so", async () => {
    const page = await live(imageWire({ instance: { size: [4000, 3000] } }));
    expect(page.one(".lime-reduced").textContent).toBe("Shown with 8 × 6 of its 4000 × 3000 pixels.");
    expect((await live(imageWire())).all(".lime-reduced")).toEqual([]);
  });
});

describe("a perturbed image", () => {
  it("is shown with what hides its superpixels", async () => {
    const page = await live(imageWire({ instance: { hide: "blur" } }));
    const sample = page.one(".lime-hidden-sample");
    expect(sample.textContent).toContain("of the 300 images that the model was asked about, with 3 of 6 superpixels");
    expect(sample.textContent).toContain("Each is blurred.");
    expect(sample.querySelector("clipPath path")?.getAttribute("d")).toContain("M");
  });
});

describe("comparing with another class", () => {
  it("has each picture painted by its own weights, and both point at the same superpixel", async () => {
    const page = await live(imageWire());
    expect([...page.control<HTMLSelectElement>("Compare with").options].map(({ text }) => text)).toEqual([
      "Nothing",
      "dog",
      "cow",
    ]);
    await page.enter("Compare with", "1");
    const pictures = page.all(".lime-picture");
    expect(pictures.map((picture) => picture.getAttribute("aria-label"))).toEqual(["Image for cat", "Image for dog"]);
    const sign = (feature: number) =>
      page.all(`.lime-superpixel[data-feature="${feature}"]`).map((path) => path.dataset.sign);
    expect([sign(0), sign(1)]).toEqual([
      ["positive", "negative"],
      ["negative", "positive"],
    ]);
    page.all('.lime-superpixel[data-feature="1"]')[1]?.dispatchEvent(new Event("pointerover", { bubbles: true }));
    await page.settle();
    expect(page.all(".lime-ring path:first-child").map((path) => path.getAttribute("d"))).toHaveLength(2);
    expect(page.one("[role=tooltip]").textContent).toMatch(/weight \u22120\.\d+ · \+0\.\d+ for dog/);
    await page.enter("Class", "1");
    expect(page.all(".lime-picture"), "a class beside itself").toHaveLength(1);
    await page.enter("Class", "2");
    expect(page.all(".lime-picture").map((picture) => picture.getAttribute("aria-label"))).toEqual([
      "Image for cow",
      "Image for dog",
    ]);
  });

  it("shows the kernel's fits where the page cannot fit, and says where there is none", async () => {
    const fitOf = (label: number, weight: number) => ({
      ...(imageWire().state.settings as object),
      label,
      features: [0],
      weights: [weight],
      intercept: 0,
      score: 1,
      local_prediction: 0.5,
      effective_sample_size: 90,
    });
    const data = imageWire({ state: { surrogate: { kernel: "custom", regressor: null } } });
    const page = await snapshot(data, { fitted: [fitOf(0, 0.5), fitOf(1, -0.25)], view: { compare: 1 } });
    expect(page.all(".lime-superpixel[data-sign]").map((path) => path.dataset.sign)).toEqual(["positive", "negative"]);
    await page.enter("Compare with", "2");
    expect(page.one('[data-label="2"]').textContent).toContain("No fit for cow is on this page.");
  });
});

describe("an exported image", () => {
  it("is looked at as when it was saved, and works", async () => {
    const page = await snapshot(imageWire(), { view: { show: "negative", outlines: true }, removed: [4] });
    expect(signs(page)).toMatch(/^\.n\..n.$/);
    expect(superpixel(page, 4).getAttribute("aria-pressed")).toBe("true");
    await press(page, superpixel(page, 0));
    expect(page.one("[data-expected]").dataset.expected).toBeTruthy();
    expect(page.one("[data-actual]").textContent).toBe("the model is not on this page");
    await page.enter("Show", "both");
    expect(signs(page)[0]).toBe("p");
  });

  it("shows nothing of the image where its maker left it out", async () => {
    const page = await snapshot(imageWire({ state: { hidden: ["image"] } }));
    expect(page.all("svg, image")).toEqual([]);
    expect(page.bars()).toHaveLength(6);
  });
});

describe("hostile names", () => {
  it("are text and nothing else", async () => {
    const evil = `"><script>globalThis.hacked=1</script><img src=x onerror="globalThis.hacked=1">`;
    const features = WEIGHTS.map((_, i) => `${evil}${i}`);
    const page = await live(imageWire({ features, classNames: [evil, `b${evil}`, "c"] }), { view: { compare: 1 } });
    superpixels(page)[0]?.focus();
    await press(page, superpixels(page)[0] as HTMLElement);
    expect(page.all("img, script")).toEqual([]);
    expect(superpixels(page)[0]?.getAttribute("aria-label")).toBe(`${features[0]}, top left`);
    expect(page.one(".lime-what-if").textContent).toContain(`Without ${features[0]}`);
    expect("hacked" in globalThis).toBe(false);
  });
});

it("every focusable element asks the notebook for its keys", async () => {
  const page = await live(imageWire(), { view: { compare: 2 } });
  const focusable = page.all("input, select, button, summary, [tabindex]");
  expect(focusable.length).toBeGreaterThan(30);
  expect(focusable.filter((element) => element.dataset.lmSuppressShortcuts !== "true")).toEqual([]);
});
