import { afterEach, describe, expect, it } from "vitest";
import { TEXT, type Wire, wire } from "./fixtures";
import { live, snapshot } from "./page";

afterEach(() => document.body.replaceChildren());

const FEATURES = wire().state.instance as { features: string[] };
const featureOf = (word: string) => FEATURES.features.indexOf(word);

describe("the root", () => {
  it("is a named section of its domain", async () => {
    const root = (await live()).one("section.lime-widget");
    expect(root.dataset.domain).toBe("text");
    expect(root.getAttribute("aria-label")).toBe("Explanation of a text");
  });

  it("keeps keys to itself, and every focusable control asks the notebook for its keys", async () => {
    const page = await live();
    let leaked = 0;
    document.body.addEventListener("keydown", () => leaked++, { once: true });
    await page.press(page.control("Kernel width"), "d");
    expect(leaked).toBe(0);
    const focusable = page.all("input, select, button, summary, [tabindex]");
    expect(focusable.length).toBeGreaterThan(20);
    expect(focusable.filter((element) => element.dataset.lmSuppressShortcuts !== "true")).toEqual([]);
  });
});

describe("the bars", () => {
  it("are in order of absolute weight, with exact weights and readable ones", async () => {
    const page = await live();
    const sizes = page.bars().map(([, weight]) => Math.abs(weight));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(page.bars()[0]?.[0]).toBe(featureOf("good"));
    const bad = page.one(`.lime-bar[data-feature="${featureOf("bad")}"]`);
    expect(bad.dataset.weight).toMatch(/^-0\.\d{6,9}$/);
    expect(bad.querySelector(".lime-bar-value")?.firstChild?.textContent).toMatch(/^\u22120\.\d{3}$/);
  });

  it("change with every setting", async () => {
    const page = await live();
    for (const [name, value] of [
      ["Kernel width", "10"],
      ["Number of features", "2"],
      ["Class", "0"],
      ["Feature selection", "none"],
    ] as const) {
      const before = page.bars();
      await page.enter(name, value);
      expect(page.bars(), name).not.toEqual(before);
    }
  });

  it("say so when no word has any weight", async () => {
    const page = await live(wire({ model: () => [0.5, 0.5] }));
    expect(page.one(".lime-weights").textContent).toContain("No word has any weight");
  });

  it("name what cannot be seen", async () => {
    const names = ["a\u0000b", "\u001b[31m", "\u200b\u2060", "\u007f"];
    const data = wire({ text: "one two three four" });
    Object.assign(data.state.instance as object, { features: names });
    const page = await live(data);
    const shown = page.all(".lime-bar-name").map((name) => name.textContent);
    expect(shown.sort()).toEqual(["U+200B U+2060", "a\u2400b", "\u241b[31m", "\u2421"]);
  });

  it("keep line breaks and tabs within a name as blanks", async () => {
    const data = wire({ text: "one" });
    Object.assign(data.state.instance as object, { features: ["A line.\n\tAnother."] });
    expect((await live(data)).one(".lime-bar-name").textContent).toBe("A line.  Another.");
  });

  it("point out their words in the text, and words their bar", async () => {
    const page = await live();
    const feature = featureOf("the");
    page.one(`.lime-bar[data-feature="${featureOf("good")}"]`).dispatchEvent(new Event("focusin", { bubbles: true }));
    await page.settle();
    expect(page.all(".lime-token.lime-highlighted").map((token) => token.textContent)).toEqual(["good"]);
    page.tokens(feature)[0]?.dispatchEvent(new Event("pointerover", { bubbles: true }));
    await page.settle();
    expect(page.all(".lime-token.lime-highlighted")).toHaveLength(2);
    expect(page.one("[role=tooltip]").textContent).toContain("the");
  });
});

describe("the text", () => {
  it("is the instance to the character, whatever is in it", async () => {
    const text = "  a\r\n\tb\u0000 <b>&amp; \u202e e\u0301 👩‍👩‍👧 ";
    const page = await live(wire({ text }));
    expect(page.one(".lime-tokens").textContent).toBe(text);
  });

  it("strikes out every occurrence of a word by click, Enter and Space, and puts it back", async () => {
    const page = await live();
    const [first, second] = page.tokens(featureOf("the"));
    if (!first || !second) throw new Error("expected two occurrences");
    const pressed = () => [first, second].map((token) => token.getAttribute("aria-pressed"));
    await page.click(second);
    expect(pressed()).toEqual(["true", "true"]);
    expect((await page.press(first, "Enter")).defaultPrevented).toBe(true);
    expect(pressed()).toEqual(["false", "false"]);
    await page.press(first, " ");
    expect(pressed()).toEqual(["true", "true"]);
  });

  it("is one Tab stop, with arrow keys from word to word", async () => {
    const page = await live();
    const tokens = page.all(".lime-token");
    const stops = () => tokens.filter((token) => token.tabIndex === 0);
    expect(stops()).toEqual([tokens[0]]);
    tokens[0]?.focus();
    await page.press(tokens[0] as HTMLElement, "ArrowRight");
    expect(document.activeElement).toBe(tokens[1]);
    expect(stops()).toEqual([tokens[1]]);
    await page.press(tokens[1] as HTMLElement, "End");
    expect(document.activeElement).toBe(tokens.at(-1));
    const tip = tokens.at(-1)?.getAttribute("aria-describedby");
    expect(page.one("[role=tooltip]").id).toBe(tip);
  });

  it("is shaded by sign and strength, and only where there is a weight", async () => {
    const page = await live();
    await page.enter("Number of features", "2");
    const good = page.tokens(featureOf("good"))[0];
    expect(good?.dataset.sign).toBe("positive");
    expect(good?.style.getPropertyValue("--shade")).toBe("1.00");
    expect(page.tokens(featureOf("bad"))[0]?.dataset.sign).toBe("negative");
    expect(page.all(".lime-token[data-sign]")).toHaveLength(2);
  });
});

describe("the model's answer", () => {
  const many: Wire = wire({
    classNames: Array.from({ length: 20 }, (_, i) => `class ${i}`),
    model: (mask) => Array.from({ length: 20 }, (_, i) => (mask[0] ? 20 - i : 1) / 210),
    state: { settings: { label: 15, kernel_width: 25, num_features: 6, selection: "auto" } },
  });

  it("shows the six likeliest classes and the explained one, and the rest on demand", async () => {
    const page = await live(many);
    const names = () => page.all("[data-probability]").map((row) => row.dataset.class);
    expect(names()).toEqual(["class 0", "class 1", "class 2", "class 3", "class 4", "class 5", "class 15"]);
    expect(page.one("[data-explained]").dataset.class).toBe("class 15");
    await page.click(page.button("Show all 20 classes"));
    expect(names()).toHaveLength(20);
  });

  it("of a thousand classes scrolls by itself, by keys too", async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
    const state = { classes: [1, 2], predict_proba: names.map((_, i) => i / 1e6) };
    const page = await live(wire({ classNames: ["no", "yes"], state: { ...state, class_names: names } }));
    await page.click(page.button("Show all 1,000 classes"));
    const list = page.one<HTMLUListElement>(".lime-probabilities ul");
    expect([list.children.length, list.tabIndex, list.dataset.many]).toEqual([1000, 0, "true"]);
    await page.click(page.button("Show fewer classes"));
    expect([list.children.length, list.hasAttribute("tabindex")]).toEqual([7, false]);
  });

  it("adds up beside the surrogate's", async () => {
    const page = await live();
    const figures = page
      .all(".lime-sum dd")
      .map((figure) => Number(figure.firstChild?.textContent?.replace("\u2212", "-")));
    const [intercept = 0, words = 0, local = 0, model = 0] = figures;
    expect(intercept + words).toBeCloseTo(local, 2);
    expect(model).toBeCloseTo(0.5, 3);
  });
});

describe("what if", () => {
  it("expects the local prediction less the weights of what is struck out", async () => {
    const page = await live();
    const weights = new Map(page.bars());
    const local = Number(page.one('.lime-sum [data-kind="total"] dd').firstChild?.textContent);
    await page.click(page.tokens(featureOf("good"))[0]);
    await page.click(page.tokens(featureOf("Host"))[0]);
    const gone = (weights.get(featureOf("good")) ?? 0) + (weights.get(featureOf("Host")) ?? 0);
    expect(Number(page.one("[data-expected]").dataset.expected)).toBeCloseTo(local - gone, 2);
    expect(page.one(".lime-what-if").textContent).toContain("Without Host and good");
  });

  it("waits for the model's answer about exactly these words", async () => {
    const page = await live();
    const feature = featureOf("good");
    await page.click(page.tokens(feature)[0]);
    const actual = () => page.one("[data-actual]");
    expect([actual().dataset.actual, actual().textContent]).toEqual(["", "asking the model…"]);
    page.model.set("what_if", { removed: [feature, 0], actual: [0.5, 0.5] });
    await page.settle();
    expect(actual().dataset.actual).toBe("");
    page.model.set("what_if", { removed: [feature], actual: [0.75, 0.25] });
    await page.settle();
    expect(actual().dataset.actual).toBe("0.25");
    await page.enter("Class", "0");
    expect(actual().dataset.actual).toBe("0.75");
  });

  it("puts the words back, and the focus into the text", async () => {
    const page = await live();
    await page.click(page.tokens(featureOf("good"))[0]);
    const back = page.button("Put words back");
    back?.focus();
    await page.click(back);
    expect(page.all('[aria-pressed="true"]')).toEqual([]);
    expect(document.activeElement).toBe(page.one('.lime-token[tabindex="0"]'));
  });

  it("says in an exported page that the model is not there", async () => {
    const page = await snapshot();
    await page.click(page.tokens(featureOf("good"))[0]);
    expect(page.one("[data-actual]").dataset.actual).toBe("");
    expect(page.one("[data-actual]").textContent).toBe("the model is not on this page");
  });

  it("keeps in an exported page the answer that was given before", async () => {
    const removed = [featureOf("good")];
    const page = await snapshot(wire(), { removed, what_if: { removed, actual: [0.8, 0.2] } });
    expect(page.one("[data-actual]").dataset.actual).toBe("0.2");
    await page.click(page.tokens(featureOf("bad"))[0]);
    expect(page.one("[data-actual]").dataset.actual).toBe("");
  });
});

describe("where it comes from", () => {
  const dates = async (date: string) => {
    const { provenance } = wire().state;
    const page = await snapshot(wire({ state: { provenance: { ...(provenance as object), date } } }));
    return page.all(".lime-about dd").at(-1)?.textContent;
  };

  it("tells the date as people write it, in UTC", async () => {
    expect(await dates("2026-11-22T15:51:26+01:00")).toBe("2026-11-22 14:51 UTC");
  });

  it.each(["2026-11-22", "a Tuesday", "2026-13-45T99:00:00Z"])("leaves %s as it is", async (date) => {
    expect(await dates(date)).toBe(date);
  });
});

describe("doubt", () => {
  const settings = (kernel_width: number) => ({ label: 1, kernel_width, num_features: 6, selection: "auto" });
  const warnings = async (data: Wire) => (await live(data)).all(".lime-warning").map((warning) => warning.textContent);

  it("is not cast on a good fit with many samples", async () => {
    expect(await warnings(wire())).toEqual([]);
  });

  it("is cast where hardly any sample counts, and tells that the fidelity means nothing", async () => {
    const [warning] = await warnings(wire({ state: { settings: settings(2) } }));
    expect(warning).toMatch(/^Caution.*effective sample size is only/);
  });

  it("stands right below the weights it is about", async () => {
    const page = await live(wire({ state: { settings: settings(2) } }));
    expect(page.one(".lime-bars").nextElementSibling?.className).toBe("lime-warning");
  });

  it("is cast where a sum of words does not describe the model", async () => {
    const parity = (mask: readonly boolean[]) => [0, mask.filter(Boolean).length % 2];
    expect((await warnings(wire({ model: parity }))).join()).toContain("fidelity is low");
  });

  it("shows fidelity and effective sample size for scripts to read", async () => {
    const page = await live();
    expect(Number(page.one("[data-fidelity]").dataset.fidelity)).toBeGreaterThan(0.9);
    expect(Number(page.one("[data-effective-sample-size]").dataset.effectiveSampleSize)).toBeGreaterThan(100);
  });
});

describe("hostile names", () => {
  const evil = `<img src=x onerror="globalThis.hacked=1"></script><script>globalThis.hacked=1</script>'"&<!--`;

  it.each(["live", "snapshot"] as const)("are text and nothing else, %s", async (host) => {
    const data = wire({ text: `${evil} ${TEXT}`, classNames: [evil, `b${evil}`], title: evil });
    const page = host === "live" ? await live(data) : await snapshot(data);
    expect(page.one(".lime-tokens").textContent).toBe(`${evil} ${TEXT}`);
    expect(page.all("img, script")).toEqual([]);
    expect(page.one(".lime-widget").getAttribute("aria-label")).toBe(evil);
    expect(page.control<HTMLSelectElement>("Class").options[0]?.text).toContain("<img src=x");
    expect("hacked" in globalThis).toBe(false);
  });
});
