/** How sure an explanation is, as a reader sees it: whiskers, sentences, the search for the number of samples. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { text as textDomain } from "../src/domains/text/domain";
import { openSnapshot } from "../src/hosts/snapshot";
import { snapshotJson, TEXT, type Wire, wire } from "./fixtures";
import { imageWire } from "./image-fixtures";
import { live, type Page, snapshot } from "./page";
import { tableWire } from "./table-fixtures";

afterEach(() => document.body.replaceChildren());

/** Until what the page does when it rests is done. */
const WAIT = { timeout: 5000, interval: 20 };

/** A model with noise that the mask alone decides, so that errors are neither 0 nor chance. */
function bumpy(mask: readonly boolean[], features: readonly string[]): number[] {
  const code = mask.reduce((sum, kept, j) => (sum * 3 + Number(kept) * (j + 1)) % 101, 7);
  const yes = 0.3 + 0.3 * Number(mask[features.indexOf("good")]) + (code / 101 - 0.5) / 10;
  return [1 - yes, yes];
}

function drawn(more: Record<string, unknown> = {}, spec: Parameters<typeof wire>[0] = {}): Wire {
  const data = wire({ model: bumpy, ...spec });
  Object.assign(data.state.neighborhood as object, more);
  return data;
}

/** Until the page has rested. */
async function rest(page: Page, milliseconds = 450): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await page.settle();
}

const UNCERTAINTY = {
  status: "estimated",
  weights: [0.01, 0.2],
  local_prediction: 0.02,
  score: 0.03,
  degrees: 100,
  ranking: { size: 2, stability: 0.975, jaccard: 0.98 },
};

/** A page whose kernel fits. */
const fitted = (uncertainty: unknown, pageKnows: Record<string, unknown> = {}) =>
  live(wire({ state: { surrogate: { kernel: "custom", regressor: null } } }), {
    fitted: [
      {
        label: 1,
        kernel_width: 25,
        num_features: 6,
        selection: "auto",
        features: [0, 1],
        weights: [0.3, -0.1],
        intercept: 0.1,
        score: 0.9,
        local_prediction: 0.5,
        effective_sample_size: 300,
        uncertainty,
      },
    ],
    ...pageKnows,
  });

describe("whiskers", () => {
  it("go from one end of the interval to the other, and the longest fills the track", async () => {
    const page = await live(drawn());
    const bars = page.all(".lime-bar");
    expect(page.one(".lime-weights").dataset.uncertainty).toBe("estimated");
    for (const { dataset } of bars) {
      const [error, low, high, weight] = ["error", "low", "high", "weight"].map((name) => Number(dataset[name]));
      expect(error).toBeGreaterThan(0);
      expect(((low ?? 0) + (high ?? 0)) / 2).toBeCloseTo(weight ?? 0, 8);
      expect(((high ?? 0) - (low ?? 0)) / 2 / (error ?? 0)).toBeCloseTo(1.97, 1);
    }
    const ends = page.all(".lime-whisker").map(({ style }) => {
      const left = Number.parseFloat(style.left) - 50;
      return Math.max(-left, left + Number.parseFloat(style.width));
    });
    expect(ends).toHaveLength(bars.length);
    expect(Math.max(...ends)).toBeLessThanOrEqual(50);
    expect(Math.max(...ends)).toBeGreaterThan(48);
  });

  it("mark a weight that could be zero, for the eye and for the ear", async () => {
    const page = await live(drawn());
    const zeros = page.all(".lime-bar[data-zero]");
    expect(zeros.length).toBeGreaterThan(0);
    for (const bar of page.all(".lime-bar")) {
      const holdsZero = Number(bar.dataset.low) <= 0 && Number(bar.dataset.high) >= 0;
      expect(bar.dataset.zero).toBe(holdsZero ? "true" : undefined);
      expect(bar.textContent?.includes("could be zero")).toBe(holdsZero);
      expect(bar.textContent).toMatch(/95% interval [+\u2212]?\d\.\d+ to [+\u2212]?\d\.\d+/);
    }
    zeros[0]?.dispatchEvent(new Event("focusin", { bubbles: true }));
    await page.settle();
    expect(page.one("[role=tooltip]").textContent).toMatch(/95% interval .+ · could be zero/);
  });

  it("follow the sliders, and the samples", async () => {
    const page = await live(drawn());
    const errors = () => page.all(".lime-bar").map(({ dataset }) => dataset.error);
    const before = errors();
    await page.enter("Kernel width", "100");
    expect(errors()).not.toEqual(before);
    const { state, buffers } = drawn({}, { nSamples: 900 });
    page.model.replace({ state: JSON.stringify(state), buffers });
    await page.settle();
    expect(errors()[0]).toBeDefined();
  });

  it("are those of the kernel's own fit where it fits", async () => {
    const page = await fitted(UNCERTAINTY);
    expect(page.all(".lime-bar").map(({ dataset }) => dataset.error)).toEqual(["0.01", "0.2"]);
    expect(Number(page.all(".lime-bar")[1]?.dataset.high)).toBeCloseTo(-0.1 + 1.984 * 0.2, 3);
    expect(page.one("[data-ranking-stability]").textContent).toContain("same 2 features in 97% of draws");
  });

  it("are explained, and hatched bars where there are any", async () => {
    const page = await fitted(UNCERTAINTY);
    expect(page.all(".lime-bar[data-zero]")).toHaveLength(1);
    expect(page.one(".lime-certainty").textContent).toContain("Hatched bars may be 0.");
    const sure = await fitted({ ...UNCERTAINTY, weights: [0.01, 0.02] });
    expect(sure.one(".lime-certainty").textContent).not.toContain("Hatched");
  });

  it("leave room for the longest figure", async () => {
    const page = await fitted(UNCERTAINTY);
    const digits = () => page.one(".lime-weights").style.getPropertyValue("--digits");
    expect(digits()).toBe(`${"+0.300".length}ch`);
  });

  it("are not there where the kernel says nothing of errors", async () => {
    const page = await fitted(undefined);
    expect(page.all(".lime-bar")).toHaveLength(2);
    expect(page.all(".lime-whisker, [data-error], [data-uncertainty], [data-fidelity-error]")).toEqual([]);
  });

  it("are missing, never wrong, while those of a large fit are computed", async () => {
    const d = 160;
    const text = Array.from({ length: d }, (_, i) => `word${i}`).join(" ");
    const model = (mask: readonly boolean[]) => [0, mask.filter(Boolean).length / d + Math.sin(mask.indexOf(false))];
    const settings = { label: 1, kernel_width: 60, num_features: d, selection: "none" };
    const store = openSnapshot(snapshotJson(wire({ text, model, nSamples: 800, state: { settings } })), textDomain);
    expect([store.surrogate.value?.weights.length, store.uncertainty.value]).toEqual([d, null]);
    await vi.waitFor(() => expect(store.uncertainty.value?.weights).toHaveLength(d), WAIT);
    const before = store.uncertainty.value;
    store.change({ kernelWidth: 80 });
    expect(store.uncertainty.value).toBeNull();
    await vi.waitFor(() => expect(store.uncertainty.value?.weights).toHaveLength(d), WAIT);
    expect(store.uncertainty.value?.weights).not.toEqual(before?.weights);
    // What is begun and no longer wanted is dropped.
    store.change({ kernelWidth: 90 });
    await new Promise((resolve) => setTimeout(resolve, 85));
    store.dispose();
    expect(store.uncertainty.value).toBeNull();
  });

  it("stand in the table of values, too", async () => {
    const page = await live(tableWire());
    const shown = page.all(".lime-bar .lime-whisker").length;
    expect(shown).toBeGreaterThan(0);
    expect(page.all(".lime-feature .lime-whisker")).toHaveLength(shown);
  });
});

describe("what is said of the errors", () => {
  it("explains the whiskers and, when the page rests, how stable the largest are", async () => {
    const page = await live(drawn());
    expect(page.one(".lime-certainty").textContent).toContain("Whiskers: 95% intervals");
    await rest(page);
    const { dataset, textContent } = page.one("[data-ranking-stability]");
    expect(Number(dataset.rankingStability)).toBeGreaterThan(0);
    expect(textContent).toMatch(/^The 5 largest weights are the same 5 features in \d+% of draws\.$/);
  });

  it.each([
    ["text", wire({ text: TEXT }), "Every combination of 9 words was asked about: these weights are exact."],
    ["tabular", tableWire(), "columns was asked about: these weights are exact."],
    ["image", imageWire(), "superpixels was asked about: these weights are exact."],
  ])("of a %s is that there are none where everything was asked", async (_, data, sentence) => {
    Object.assign(data.state.neighborhood as object, { exact: true });
    const page = await live(data);
    expect(page.one(".lime-weights").dataset.uncertainty).toBe("exact");
    expect(page.one(".lime-certainty").textContent).toContain(sentence);
    expect(page.all(".lime-whisker")).toEqual([]);
    expect(page.one("[data-fidelity-error]").dataset.fidelityError).toBe("0");
  });

  it("tells of the model's own noise", async () => {
    const page = await live(drawn({ exact: true, noise: [0.0009, 0.0009] }));
    expect(page.one(".lime-certainty").textContent).toContain("(standard deviation 0.03)");
    expect(page.one(".lime-certainty").textContent).toContain("only the model's own noise is left");
    expect(page.all(".lime-whisker").length).toBeGreaterThan(0);
  });

  it("is why there are no intervals under a narrow kernel", async () => {
    const page = await live(drawn({}, { nSamples: 150 }));
    await rest(page);
    await page.enter("Kernel width", "0");
    expect(page.one(".lime-weights").dataset.uncertainty).toBe("few_samples");
    expect(page.one(".lime-certainty").textContent).toContain("No intervals");
    expect(page.all(".lime-whisker, [data-error], [data-fidelity-error], [data-ranking-stability]")).toEqual([]);
  });

  it("stands beside the fidelity and the local prediction", async () => {
    const page = await live(drawn());
    const fidelity = page.one("[data-fidelity-error]");
    expect(Number(fidelity.dataset.fidelityError)).toBeGreaterThan(0);
    expect(fidelity.textContent).toMatch(/^ ± 0\.\d{3}$/);
    expect(page.one("[data-local-prediction-error]").textContent).toMatch(/^ ± <?0\.\d{3}$/);
  });
});

describe("the search for the number of samples", () => {
  const look = (calls: number, value: number) => ({ calls, value });
  const search = (reason: string, ...looks: unknown[]) => ({ measure: "relative_error", target: 1, looks, reason });

  it("grows while the model is asked, and says why it ended", async () => {
    const page = await live(drawn());
    expect(page.all("[data-convergence]")).toEqual([]);
    page.model.set("convergence", search("running", look(100, 3)));
    await page.settle();
    expect(page.one("[data-convergence]").dataset.convergence).toBe("running");
    expect(page.all(".lime-chart")).toEqual([]);
    page.model.set("convergence", search("running", look(100, 3), look(200, 2), look(1400, 0.9)));
    await page.settle();
    expect(page.all(".lime-chart circle")).toHaveLength(3);
    page.model.set("convergence", search("reached", look(100, 3), look(1400, 0.9)));
    await page.settle();
    expect(page.one("[data-convergence]").dataset.convergence).toBe("reached");
    expect(page.one("figcaption").textContent).toContain("0.90 times that of lime");
    expect(page.one("figcaption").textContent).toContain("after 1,400 calls");
  });

  it.each(["cap", "exact", "noisy"])("that ended by %s is in the exported page", async (reason) => {
    const data = wire({ state: { convergence: search(reason, look(100, 3), look(300, 2)) } });
    const page = await snapshot(data);
    expect(page.one("[data-convergence]").dataset.convergence).toBe(reason);
    expect(page.one("figcaption").textContent).toContain("300 calls");
  });

  it.each([
    ["stopped", "Stopped by hand"],
    ["failed", "Ended by an error"],
  ])("that %s counts the calls since its last look", async (reason, said) => {
    const data = wire({ state: { convergence: search(reason, look(100, 3), look(300, 2)) } });
    const page = await snapshot(data);
    expect(page.one("figcaption").textContent).toContain(`${said} after 400 calls`);
  });

  it("is not shown under another kernel width than it measured", async () => {
    const page = await live(drawn());
    const shown = () => page.all("[data-convergence]").length;
    page.model.set("convergence", search("running", look(100, 3)));
    await page.settle();
    expect(shown()).toBe(1);
    await page.enter("Number of features", "3");
    expect(shown()).toBe(1);
    await page.enter("Kernel width", "100");
    expect(shown()).toBe(0);
    page.model.set("convergence", search("reached", look(100, 3), look(1400, 0.9)));
    await page.settle();
    expect(shown()).toBe(0);
    await page.click(page.button("Reset"));
    expect(shown()).toBe(1);
  });

  it("for the largest error is not shown of other weights", async () => {
    const found = { ...search("reached", look(100, 3)), measure: "standard_error", target: 0.01 };
    const page = await snapshot(wire({ state: { convergence: found } }));
    expect(page.all("[data-convergence]")).toHaveLength(1);
    await page.enter("Number of features", "3");
    expect(page.all("[data-convergence]")).toEqual([]);
  });

  it("is asked for by a button, which an exported page has no use for", async () => {
    const page = await live(drawn());
    await page.click(page.button("Sample until precise"));
    expect(page.model.sent).toEqual([{ type: "add_samples", count: "auto" }]);
    page.model.set("status", { phase: "running", done: 1, total: 10, error: "" });
    await page.settle();
    await page.click(page.button("Sample until precise"));
    expect(page.model.sent).toHaveLength(1);
    const exported = (await snapshot(drawn())).button("Sample until precise");
    expect(exported?.disabled).toBe(true);
    expect(exported?.getAttribute("aria-describedby")).toMatch(/absent-samples$/);
  });
});

describe("an estimate that the page cannot make", () => {
  it("is left to the kernel", async () => {
    const page = await snapshot(
      wire({ state: { surrogate: { kernel: "exponential", regressor: null, estimator: "assisted" } } }),
    );
    expect(page.root.textContent).toContain("This page cannot compute a model-assisted estimate");
    expect(page.control("Kernel width").disabled).toBe(true);
  });
});
