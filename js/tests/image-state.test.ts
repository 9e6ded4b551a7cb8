/** The state of an image: decoding, classes, and how it is looked at. */

import { afterEach, describe, expect, it } from "vitest";
import { image } from "../src/domains/image/domain";
import { decodeState, decodeView } from "../src/state/schema";
import { type ImageSpec, imageWire, MAP } from "./image-fixtures";
import { live } from "./page";

afterEach(() => document.body.replaceChildren());

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const decode = (spec: ImageSpec) => {
  const { state, buffers } = imageWire(spec);
  return decodeState(state, buffers, image);
};

describe("decoding an image", () => {
  it("reads pictures as data URLs, the only ones that an exported page may load", () => {
    const { picture, hiddenPicture } = decode({}).instance;
    expect([picture, hiddenPicture]).toEqual(["data:image/png;base64,iVBOR/8A", "data:image/jpeg;base64,iVBOR/8A"]);
  });

  it.each([
    [{ picture: { buffer: 9, type: "image/png" } }, "one of 6 buffers"],
    [{ picture: { buffer: 3, type: "image/svg+xml" } }, "one of image/png, image/jpeg, image/webp"],
    [{ width: 7 }, "the length of a run"],
    [{ width: 9 }, "runs that fill the picture"],
    [{ width: 0 }, "a whole number from 1"],
    [{ width: 2 ** 25, height: 2 ** 25 }, "at most 67108864 pixels"],
    [{ features: ["a", "b", "c"] }, "a superpixel below 3"],
    [{ features: Array.from("abcdefg") }, "[rows, 7]"],
    [{ hide: "magic" }, "one of mean, color"],
    [{ algorithm: "kmeans" }, "one of , quickshift"],
    [{ segments: {} }, "one of 6 buffers"],
  ])("refuses %j and says what it expected", (instance, expected) => {
    expect(() => decode({ instance })).toThrow(expected);
  });

  it("refuses runs of superpixels that have no name", () => {
    const { state, buffers } = imageWire();
    const more = imageWire({ rows: MAP.map((row) => row.replace("5", "7")) });
    expect(() => decodeState(state, [...buffers.slice(0, 5), more.buffers[5] as DataView], image)).toThrow("below 6");
  });

  it.each([
    [{ show: "all" }, "one of both, positive, negative"],
    [{ opacity: 1.5 }, "a number from 0 to 1"],
    [{ opacity: "1" }, "a number"],
    [{ outlines: 1 }, "true or false"],
    [{ min_weight: -1 }, "a number from 0"],
    [{ compare: 3 }, "from 0 to 2"],
    [5, "an object"],
  ])("refuses %j as a view", (view, expected) => {
    expect(() => decodeView(view, decode({}))).toThrow(expected);
  });

  it("takes no view, or part of one", () => {
    expect([decodeView(undefined, decode({})), decodeView({ opacity: 0.25 }, decode({}))]).toEqual([
      {},
      { opacity: 0.25 },
    ]);
  });
});

describe("classes whose predictions are here", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const some = () => imageWire({ classNames: names, classes: [7, 500, 999] });

  it("alone can be picked, and each has the weights of its own column", async () => {
    const page = await live(some());
    const options = [...page.control<HTMLSelectElement>("Class").options];
    expect(options.map(({ text }) => text)).toEqual(["class 7", "class 500", "class 999"]);
    const before = new Map(page.bars());
    expect(before.get(0)).toBeGreaterThan(0.2);
    await page.enter("Class", "500");
    for (const [feature, weight] of page.bars()) expect(weight).toBeCloseTo(-(before.get(feature) ?? 0), 6);
    await later(150);
    expect(page.model.get("label")).toBe(500);
  });

  it("are all of them where nobody chose some", () => {
    const { classes: _, ...state } = imageWire().state;
    expect(decodeState(state, imageWire().buffers, image).classes).toEqual([0, 1, 2]);
  });

  it.each([
    [[1, 0, 2], "rising indices"],
    [[0, 0, 1], "rising indices"],
    [[0, 1, 3], "from 0 to 2"],
    [[0, 1], "[300,2]"],
    [[], "at least one"],
    [[1, 2], "[300,2]"],
  ])("are refused as %j", (classes, expected) => {
    const { state, buffers } = imageWire();
    expect(() => decodeState({ ...state, classes }, buffers, image)).toThrow(expected);
  });

  it("have every label among them", () => {
    const { state, buffers } = some();
    const settings = { ...(state.settings as object), label: 8 };
    expect(() => decodeState({ ...state, settings }, buffers, image)).toThrow("one of the classes 7, 500, 999");
  });
});

describe("how an image is looked at", () => {
  it("is told to the kernel and taken from it", async () => {
    const page = await live(imageWire());
    await page.enter("Overlay", "outline");
    await later(150);
    const view = { show: "both", style: "outline", outlines: false, hide_rest: false, min_weight: 0, compare: null };
    expect(page.model.get("view")).toEqual({ ...view, opacity: 0.7 });
    page.model.set("view", { show: "negative", compare: 1 });
    await page.settle();
    expect(page.control<HTMLSelectElement>("Show").value).toBe("negative");
    expect(page.all(".lime-picture")).toHaveLength(2);
    page.model.set("view", { show: "sideways" });
    await page.settle();
    expect(page.one("[role=alert]").textContent).toContain("view.show");
    expect(page.control<HTMLSelectElement>("Show").value).toBe("negative");
  });

  it("goes back to what the page thinks best by Reset", async () => {
    const page = await live(imageWire(), { view: { style: "outline", hide_rest: true, min_weight: 0.01 } });
    expect(page.control("Minimum weight").value).toBe("0.01");
    expect(page.control("Hide the rest").checked).toBe(true);
    await page.click(page.button("Reset"));
    await later(150);
    expect(page.model.get("view")).toEqual({});
    expect([page.one(".lime-picture").dataset.style, page.control("Minimum weight").value]).toEqual(["heat", "0"]);
  });

  it("stays empty for texts", async () => {
    const page = await live();
    await page.enter("Number of features", "2");
    expect(page.model.saves[0]?.view).toEqual({});
  });
});
