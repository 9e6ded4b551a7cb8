import { afterEach, describe, expect, it, vi } from "vitest";
import { followTheme } from "../src/hosts/theme";
import { type Wire, wire } from "./fixtures";
import { live, type Page, snapshot } from "./page";

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const later = () => new Promise((resolve) => setTimeout(resolve, 150));
const CUSTOM = { kernel: "custom", regressor: null };
const RUNNING = { phase: "running", done: 1200, total: 5000, error: "" };

function fitOf(part: Record<string, unknown>): Record<string, unknown> {
  return {
    label: 1,
    kernel_width: 25,
    num_features: 6,
    selection: "auto",
    features: [0, 1],
    weights: [0.5, -0.25],
    intercept: 0.1,
    score: 0.8,
    local_prediction: 0.35,
    effective_sample_size: 90,
    ...part,
  };
}

describe("live: settings", () => {
  it("reach the kernel at once, and the last value of a burst in one message after it", async () => {
    const page = await live();
    await page.enter("Number of features", "2");
    expect(page.model.saves).toHaveLength(1);
    expect(page.model.saves[0]).toMatchObject({ num_features: 2, label: 1, kernel_width: 25 });
    await later();
    for (const value of ["3", "4", "5"]) page.change("Number of features", value);
    await later();
    expect(page.model.saves.map((save) => save.num_features)).toEqual([2, 3, 5]);
  });

  it("keep an exact kernel width until it is moved", async () => {
    const settings = { label: 1, kernel_width: 5.809475019311125, num_features: 6, selection: "auto" };
    const page = await live(wire({ state: { settings } }));
    await page.enter("Number of features", "3");
    await later();
    expect(page.model.get("kernel_width")).toBe(5.809475019311125);
    expect(page.control("Kernel width").getAttribute("aria-valuetext")).toBe("5.809");
  });

  it("that Python changes are shown, and not sent back", async () => {
    const page = await live();
    page.model.set("num_features", 2);
    page.model.set("kernel_width", 12);
    await page.settle();
    expect(page.bars()).toHaveLength(2);
    expect(page.control("Kernel width").getAttribute("aria-valuetext")).toBe("12");
    await later();
    expect(page.model.saves).toEqual([]);
  });

  it("go back to those first shown, with no word struck out, by Reset", async () => {
    const page = await live();
    const before = page.bars();
    await page.enter("Kernel width", "40");
    await page.click(page.tokens(0)[0]);
    await page.click(page.button("Reset"));
    expect(page.bars()).toEqual(before);
    expect(page.all("[aria-pressed=true]")).toEqual([]);
  });

  it("arrive before a message that follows them", async () => {
    const page = await live();
    page.change("Number of features", "2");
    page.change("Number of features", "3");
    await page.click(page.button("Export HTML"));
    expect(page.model.saves.at(-1)).toMatchObject({ num_features: 3 });
    expect(page.model.sent).toEqual([{ type: "export" }]);
  });

  it("that still wait when the view ends are sent, and every listener goes", async () => {
    const page = await live();
    page.change("Number of features", "2");
    page.change("Number of features", "3");
    page.end();
    expect(page.model.saves.at(-1)).toMatchObject({ num_features: 3 });
    expect(page.model.listenerCount).toBe(0);
    expect(page.root.childElementCount).toBe(0);
  });
});

describe("live: fits that take longer than frames", () => {
  const slow = () => {
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      clock += 300;
      return clock;
    });
  };
  const busy = (page: Page) => page.one(".lime-weights").getAttribute("aria-busy");

  it("wait for the slider to rest, while it and its value move on, and say so", async () => {
    slow();
    const page = await live();
    const before = page.bars();
    for (const step of ["100", "120", "140"]) {
      await page.enter("Kernel width", step);
      expect([page.bars(), busy(page)]).toEqual([before, "true"]);
    }
    const shown = page.control("Kernel width").getAttribute("aria-valuetext");
    await later();
    await page.settle();
    expect([page.control("Kernel width").getAttribute("aria-valuetext"), busy(page)]).toEqual([shown, "false"]);
    expect(page.bars()).not.toEqual(before);
    expect(page.one("[role=status]").textContent).toBe("");
  });

  it("are not waited for by fits that do not", async () => {
    const page = await live();
    const before = page.bars();
    await page.enter("Kernel width", "100");
    expect(page.bars()).not.toEqual(before);
    expect(busy(page)).toBe("false");
  });
});

describe("live: samples", () => {
  it("are asked for up to the number typed, by button and by Enter, else a thousand at a time", async () => {
    const page = await live();
    await page.click(page.button("Add samples"));
    await page.enter("Samples", "650");
    await page.click(page.button("Add samples"));
    await page.press(page.control("Samples"), "Enter");
    expect(page.model.sent).toEqual([1000, 250, 250].map((count) => ({ type: "add_samples", count })));
  });

  it("come with progress and Stop, while everything else stays usable", async () => {
    const page = await live();
    expect(page.button("Stop")).toBeUndefined();
    page.model.set("status", RUNNING);
    await page.settle();
    expect(page.one("[role=status]").textContent).toBe("Asked 1,200 of 5,000");
    expect(page.one<HTMLProgressElement>("progress").value).toBe(1200);
    expect(page.button("Add samples")?.getAttribute("aria-disabled")).toBe("true");
    await page.click(page.button("Add samples"));
    expect(page.model.sent).toEqual([]);
    expect(page.control("Kernel width").disabled).toBe(false);
    await page.click(page.button("Stop"));
    expect(page.model.sent).toEqual([{ type: "stop" }]);
  });

  it("never lose the focus, which the notebook would take for its own", async () => {
    const page = await live();
    const add = page.button("Add samples");
    add?.focus();
    page.model.set("status", RUNNING);
    await page.settle();
    expect(document.activeElement).toBe(add);
    page.button("Stop")?.focus();
    page.model.set("status", { ...RUNNING, phase: "stopping" });
    await page.settle();
    expect(document.activeElement).toBe(page.button("Stop"));
    page.model.set("status", { ...RUNNING, phase: "idle", task: "" });
    await page.settle();
    expect(page.button("Stop")).toBeUndefined();
    expect(document.activeElement).toBe(add);
  });

  it("replace the explanation when they arrive, state and buffers read together", async () => {
    const page = await live();
    const token = page.tokens(0)[0];
    const more = wire({ nSamples: 900 });
    page.model.set("state", JSON.stringify(more.state));
    page.model.set("buffers", more.buffers);
    await page.settle();
    expect(page.control("Samples").value).toBe("900");
    expect(page.one("[data-effective-sample-size]").textContent).toContain("of 900");
    expect(page.tokens(0)[0], "the text, and the focus in it, stay").toBe(token);
    expect(page.all("[role=alert]")).toEqual([]);
  });

  it("that fail say why, as an alert", async () => {
    const page = await live();
    page.model.set("status", { ...RUNNING, phase: "idle", task: "", error: "got (5, 3), expected (5, 2), try …" });
    await page.settle();
    expect(page.one("[role=alert]").textContent).toContain("got (5, 3)");
  });
});

describe("live: what only the kernel can fit", () => {
  const custom = (): Wire => wire({ state: { surrogate: CUSTOM } });

  it("is asked for by settings, and the last fit stays until the new one comes", async () => {
    const page = await live(custom(), { fitted: [fitOf({})] });
    expect(page.bars()).toEqual([
      [0, 0.5],
      [1, -0.25],
    ]);
    await page.enter("Number of features", "1");
    expect(page.one("[role=status]").textContent).toBe("Refitting in the kernel…");
    expect(page.bars()).toHaveLength(2);
    await later();
    expect(page.model.get("num_features")).toBe(1);
    page.model.set("fitted", [fitOf({ num_features: 1, features: [3], weights: [0.4] })]);
    await page.settle();
    expect(page.bars()).toEqual([[3, 0.4]]);
    expect(page.one("[role=status]").textContent).toBe("");
  });

  it("is not said to go on when it has failed", async () => {
    const page = await live(custom(), { fitted: [fitOf({})] });
    await page.enter("Number of features", "1");
    page.model.set("status", { phase: "idle", done: 0, total: 0, error: "try a wider kernel" });
    await page.settle();
    expect(page.one("[role=status]").textContent).toBe("");
    expect(page.one("[role=alert]").textContent).toBe("try a wider kernel");
  });
});

describe("live: the exported page", () => {
  it("is saved under its name, by the view that asked for it", async () => {
    const page = await live();
    const bystander = await live();
    const urls = vi.fn(() => "blob:page");
    Object.assign(URL, { createObjectURL: urls, revokeObjectURL: () => undefined });
    const names: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    await page.click(page.button("Export HTML"));
    const bytes = new DataView(new TextEncoder().encode("<!doctype html>").buffer);
    for (const { model } of [page, bystander]) {
      model.emit("msg:custom", { type: "snapshot", filename: "exp.html" }, [bytes]);
    }
    expect(names).toEqual(["exp.html"]);
    expect(urls).toHaveBeenCalledTimes(1);
  });
});

describe("live: what cannot be read", () => {
  it("at the start is said in place of the explanation", async () => {
    const page = await live(wire({ state: { lime_widgets: 9 } }));
    expect(page.one("[role=alert]").textContent).toContain("expected version 1");
  });

  it("later is said beside it", async () => {
    const page = await live();
    page.model.set("what_if", { removed: ["x"] });
    await page.settle();
    expect(page.one("[role=alert]").textContent).toContain("removed[0]");
    expect(page.bars()).toHaveLength(6);
  });
});

describe("two views on one page", () => {
  it("share no id and no state", async () => {
    const [a, b] = [await live(), await live()];
    const ids = [...a.all("[id]"), ...b.all("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    const before = b.bars();
    await a.enter("Number of features", "1");
    expect(b.bars()).toEqual(before);
  });

  it("work in a shadow root, and take the theme from outside it", async () => {
    const holder = document.createElement("div");
    document.body.append(holder);
    const el = document.createElement("div");
    holder.attachShadow({ mode: "open" }).append(el);
    document.body.className = "dark";
    const controller = new AbortController();
    followTheme(el, controller.signal);
    expect(el.dataset.limeTheme).toBe("dark");
    document.body.className = "light";
    await new Promise((resolve) => setTimeout(resolve));
    expect(el.dataset.limeTheme).toBe("light");
    controller.abort();
    document.body.className = "";
  });
});

describe("snapshot", () => {
  it("takes the place of the static rendering and says that it is ready", async () => {
    const page = await snapshot();
    expect(page.root.textContent).not.toContain("the static rendering");
    expect(page.root.ownerDocument.documentElement.dataset.ready).toBe("1");
    expect(page.one("h1").textContent).toBe("Explanation of a text");
  });

  it("begins with the settings it was saved with, and resets to those first shown", async () => {
    const settings = { label: 1, kernel_width: 40, num_features: 2, selection: "lasso_path" };
    const page = await snapshot(wire(), { settings });
    expect(page.control("Kernel width").getAttribute("aria-valuetext")).toBe("40");
    await page.click(page.button("Reset"));
    expect(page.control("Kernel width").getAttribute("aria-valuetext")).toBe("25");
  });

  it("disables what needs the model, and says why", async () => {
    const page = await snapshot();
    const field = page.control("Samples");
    expect([field.disabled, page.button("Add samples")?.disabled]).toEqual([true, true]);
    expect(page.one(`#${field.getAttribute("aria-describedby")}`).textContent).toContain("need the model");
    expect(page.button("Export HTML")).toBeUndefined();
    expect(page.one(".lime-about").textContent).toContain("a test");
  });

  it("with fits of the kernel alone, offers their classes and says why nothing else moves", async () => {
    const fitted = [fitOf({ label: 0, features: [2], weights: [0.3] }), fitOf({ label: 1 })];
    const page = await snapshot(wire({ state: { surrogate: CUSTOM } }), { fitted });
    for (const name of ["Kernel width", "Number of features", "Feature selection"]) {
      const control = page.control(name);
      expect(control.disabled, name).toBe(true);
      expect(page.one(`#${control.getAttribute("aria-describedby")}`).textContent).toContain("custom kernel");
    }
    await page.enter("Class", "0");
    expect(page.bars()).toEqual([[2, 0.3]]);
  });

  it("leaves out what its maker left out", async () => {
    const page = await snapshot(wire({ state: { hidden: ["text", "predict_proba"] } }));
    expect(page.all(".lime-tokens, .lime-probabilities")).toEqual([]);
    expect(page.bars()).toHaveLength(6);
  });

  it("that cannot be read keeps the static rendering and says why", async () => {
    const page = await snapshot(wire({ state: { lime_widgets: 9 } }));
    expect(page.root.textContent).toContain("the static rendering");
    expect(page.one("[role=alert]").textContent).toContain("expected version 1");
  });
});

describe("more features than a page fits without delay", () => {
  const text = Array.from({ length: 1501 }, (_, i) => `w${i}`).join(" ");
  const many = wire({ text, nSamples: 20, model: (mask) => [mask[0] ? 0.2 : 0.4, mask[0] ? 0.8 : 0.6] });

  it("show the kernel's fit where there is one", async () => {
    const page = await snapshot(many, { fitted: [fitOf({ features: [7], weights: [0.3] })] });
    expect(page.bars()).toEqual([[7, 0.3]]);
    expect(page.one(".lime-controls").textContent).toContain("fits of 1,501 features");
  });

  it("are fitted all the same where there is none", async () => {
    const page = await snapshot(many);
    expect(page.bars()).toHaveLength(6);
  });
});
