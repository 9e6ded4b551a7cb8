/** Other superpixels, which are looked at before the model is asked about them. */

import { afterEach, describe, expect, it } from "vitest";
import { imageWire, runsOf } from "./image-fixtures";
import { type Live, live, type Page, snapshot } from "./page";

afterEach(() => document.body.replaceChildren());

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const superpixels = (page: Page) => page.all(".lime-superpixel");

describe("other superpixels", () => {
  const RUNNING = { phase: "running", done: 1, total: 9, error: "" };
  const panel = (page: Page) => page.one<HTMLDetailsElement>(".lime-segment");
  const open = async (page: Page, isOpen = true) => {
    panel(page).open = isOpen;
    await page.settle();
  };
  const requests = (page: Live) => page.model.sent.filter(({ type }) => type === "segment");
  const answer = async (page: Live, request: unknown, part: Record<string, unknown> = {}) => {
    const runs = new DataView(runsOf([...new Int32Array(24), ...new Int32Array(24).fill(1)]).buffer);
    page.model.emit("msg:custom", { type: "segments", request, count: 2, calls: 1500, error: "", ...part }, [runs]);
    await page.settle();
  };

  it("are asked for when the panel opens, and drawn over the picture with their count", async () => {
    const page = await live(imageWire());
    expect(panel(page).open).toBe(false);
    await open(page);
    expect(requests(page)).toMatchObject([{ algorithm: "slic", n_segments: 6, compactness: 10 }]);
    expect(page.one(".lime-proposed-text").textContent).toBe("Segmenting…");
    await answer(page, requests(page)[0]?.request);
    expect(page.one("path.lime-proposal").getAttribute("d")).toBe("M0 0h8v3h-8v-3zM0 3h8v3h-8v-3z");
    expect(page.one("[data-proposed-segments]").dataset.proposedSegments).toBe("2");
    expect(page.one("[data-proposed-calls]").textContent).toBe("1,500");
    expect(page.one(".lime-proposed-text").textContent).toBe(
      "2 superpixels; the model would be asked about 1,500 images.",
    );
  });

  it("may be one", async () => {
    const page = await live(imageWire());
    await open(page);
    const runs = new DataView(runsOf(new Int32Array(48)).buffer);
    const { request } = requests(page)[0] ?? {};
    page.model.emit("msg:custom", { type: "segments", request, count: 1, calls: 2, error: "" }, [runs]);
    await page.settle();
    expect(page.one(".lime-proposed-text").textContent).toBe("1 superpixel; the model would be asked about 2 images.");
  });

  it("are asked for once a control rests, and late answers are not shown", async () => {
    const page = await live(imageWire());
    await open(page);
    const first = requests(page)[0]?.request;
    for (const step of ["100", "150", "200"]) page.change("Number of segments", step);
    await answer(page, first);
    expect(page.all(".lime-proposal")).toEqual([]);
    await later(350);
    expect(requests(page)).toHaveLength(2);
    const { request, n_segments } = requests(page)[1] ?? {};
    expect([n_segments, request !== first]).toEqual([126, true]);
    await answer(page, 12345);
    expect(page.all(".lime-proposal")).toEqual([]);
    await answer(page, request);
    expect(page.all(".lime-proposal")).toHaveLength(1);
  });

  it("are explained, or not", async () => {
    const page = await live(imageWire());
    await open(page);
    const explain = () => page.button("Explain these segments");
    expect(explain()?.getAttribute("aria-disabled")).toBe("true");
    await answer(page, requests(page)[0]?.request);
    await page.click(page.button("Keep the present ones"));
    expect(page.all(".lime-proposal")).toEqual([]);
    await page.enter("Algorithm", "grid");
    await later(350);
    await answer(page, requests(page)[1]?.request);
    await page.click(explain());
    expect(page.model.sent.at(-1)).toEqual({ type: "resegment", algorithm: "grid", n_segments: 6, compactness: 10 });
    page.model.set("status", RUNNING);
    await page.settle();
    expect([explain(), page.button("Keep the present ones")].map((it) => it?.getAttribute("aria-disabled"))).toEqual([
      "true",
      "true",
    ]);
    expect(page.all(".lime-proposal"), "until the new explanation comes").toHaveLength(1);
  });

  it("take the place of the present ones, with traits that are announced before them", async () => {
    const page = await live(imageWire({ state: { surrogate: { kernel: "custom", regressor: null } } }), {
      fitted: [],
    });
    await open(page);
    await answer(page, requests(page)[0]?.request);
    const next = imageWire({ rows: ["01234567", "89999999"].map((row) => row.replaceAll("9", "8")) });
    const fit = {
      ...(next.state.settings as object),
      features: [8],
      weights: [0.5],
      intercept: 0,
      score: 1,
      local_prediction: 1,
      effective_sample_size: 90,
    };
    page.model.replace({ fitted: [fit], num_features: 9, state: JSON.stringify(next.state), buffers: next.buffers });
    await page.settle();
    expect(page.all("[role=alert]").map((alert) => alert.textContent)).toEqual([]);
    expect(superpixels(page)).toHaveLength(9);
    expect(page.bars()).toEqual([[8, 0.5]]);
    expect(page.all(".lime-proposal")).toEqual([]);
    expect(page.one(".lime-proposed-text").textContent).toBe("");
  });

  it("that cannot be made say why, and so do controls that do nothing", async () => {
    const page = await live(imageWire());
    await open(page);
    await answer(page, requests(page)[0]?.request, { error: "quickshift needs scikit-image" });
    expect(page.one(".lime-segment [role=alert]").textContent).toBe("quickshift needs scikit-image");
    expect(page.control("Compactness").disabled).toBe(false);
    await page.enter("Algorithm", "felzenszwalb");
    const field = page.control("Compactness");
    expect(field.disabled).toBe(true);
    expect(page.one(`#${field.getAttribute("aria-describedby")}`).textContent).toBe("Felzenszwalb has no compactness.");
  });

  it.each([
    [{ count: 1 }, "a superpixel below 1"],
    [{ count: "2" }, "message.count"],
    [{ request: null }, "message.request"],
  ])("that cannot be read as %j say so", async (part, expected) => {
    const page = await live(imageWire());
    await open(page);
    await answer(page, requests(page)[0]?.request, part);
    expect(page.one(".lime-status [role=alert]").textContent).toContain(expected);
  });

  it("are forgotten when the panel is closed", async () => {
    const page = await live(imageWire());
    await open(page);
    await answer(page, requests(page)[0]?.request);
    await open(page, false);
    expect(page.all(".lime-proposal")).toEqual([]);
  });

  it("need the model, which an exported page does not have", async () => {
    const page = await snapshot(imageWire());
    await open(page);
    expect(panel(page).textContent).toContain("Other superpixels need the model, which is not on this page.");
    expect(page.button("Explain these segments")).toBeUndefined();
  });
});
