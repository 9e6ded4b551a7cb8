import { afterEach, describe, expect, it } from "vitest";
import { type Live, live, type Page, snapshot } from "./page";
import { ADULT, categoryColumn, DATE, numberColumn, tableWire, WEIGHTS, type WireColumn } from "./table-fixtures";

afterEach(() => document.body.replaceChildren());

const row = (page: Page, name: string) => {
  const feature = ADULT.findIndex((column) => column.name === name);
  return page.one(`.lime-feature[data-feature="${feature}"]`);
};
const names = (page: Page) => page.all(".lime-feature:not([hidden]) > label").map((label) => label.textContent);
const field = (page: Page, name: string) => page.control<HTMLInputElement>(name);
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Type as a reader does, and leave the field. */
async function enter(page: Page, name: string, value: string): Promise<void> {
  await page.enter(name, value);
  field(page, name).dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  await page.settle();
}

describe("the feature table", () => {
  it("has name, value, condition and weight of each column, named by its column", async () => {
    const page = await live(tableWire());
    expect(page.one(".lime-widget").dataset.domain).toBe("tabular");
    expect(page.all(".lime-feature")).toHaveLength(ADULT.length);
    expect([field(page, "age").type, field(page, "age").value]).toEqual(["number", "37"]);
    expect([field(page, "hired").type, field(page, "hired").value]).toEqual(["date", "2021-03-04"]);
    expect(page.control<HTMLSelectElement>("workclass").selectedOptions[0]?.text).toBe("Private");
    expect(field(page, "age").classList.contains("lime-value")).toBe(true);
    expect(row(page, "age").textContent).toContain("(28 to 38]");
    const weight = page.one('.lime-bar[data-feature="0"] .lime-bar-value').firstChild?.textContent;
    expect(row(page, "age").querySelector(".lime-bar-value")?.textContent).toBe(weight);
  });

  it("shows a missing value as an empty field, and a moment of a day with its time", async () => {
    const moment = { ...ADULT[3], value: DATE + 3_723_000_000, shown: "2021-03-04 01:02:03" } as WireColumn;
    const page = await live(tableWire({ columns: [...ADULT.slice(0, 3), moment, ...ADULT.slice(4)] }));
    expect([field(page, "hours").value, field(page, "hours").placeholder]).toEqual(["", "missing"]);
    expect([field(page, "hired").type, field(page, "hired").value.slice(0, 19)]).toEqual([
      "datetime-local",
      "2021-03-04T01:02:03",
    ]);
  });

  it("is sorted by weight, or as the data", async () => {
    const page = await live(tableWire());
    expect(names(page).slice(0, 3)).toEqual(["age", "workclass", "capital gain"]);
    await page.enter("Sort by", "data");
    expect(names(page)).toEqual(ADULT.map((column) => column.name));
  });

  it("puts columns without a weight last, in the data's order", async () => {
    const settings = { label: 1, kernel_width: 2, num_features: 2, selection: "auto" };
    const page = await live(
      tableWire({
        columns: [...ADULT].reverse(),
        model: (cells) => [0, (cells[5] ?? 0) * 0.4 - (cells[4] ?? 0) * 0.2],
        state: { settings },
      }),
    );
    expect(names(page)).toEqual(["age", "workclass", "marital status", "hours", "hired", "capital gain"]);
    expect(page.all(".lime-feature[data-sign]")).toHaveLength(2);
  });

  it("follows new weights once they rest, but not while the focus is in it", async () => {
    const page = await live(tableWire());
    const before = names(page);
    field(page, "hours").focus();
    await page.enter("Number of features", "1");
    await later(300);
    expect(names(page)).toEqual(before);
    field(page, "hours").blur();
    await later(300);
    await page.settle();
    expect(names(page).slice(0, 3)).toEqual(["age", "workclass", "capital gain"]);
    expect(names(page)).toEqual(ADULT.map((column) => column.name));
  });

  it("and the bars point at each other", async () => {
    const page = await live(tableWire());
    page.one('.lime-bar[data-feature="1"]').dispatchEvent(new Event("pointerover", { bubbles: true }));
    await page.settle();
    expect(row(page, "workclass").classList.contains("lime-highlighted")).toBe(true);
    field(page, "age").dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    await page.settle();
    expect(page.all(".lime-bar.lime-highlighted").map((bar) => bar.dataset.feature)).toEqual(["0"]);
    expect(page.one("[role=tooltip]").textContent).toContain("training data: 17 to 90");
  });

  it("tells assistive technology the training data's range of every number and date", async () => {
    const page = await live(tableWire());
    const described = (name: string) =>
      (field(page, name).getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => page.one(`[id="${id}"]`).textContent)
        .join();
    expect(described("age")).toBe("training data: 17 to 90");
    expect(described("hired")).toBe("training data: 2019-01-01 to 2023-01-01");
    expect(described("capital gain")).toBe("training data: 0 to 99999; empty means missing");
  });

  it("shows the notes about the data below the weights", async () => {
    const page = await live(tableWire({ notes: ["<b>fnlwgt</b> never varies."] }));
    expect(page.one(".lime-weights .lime-notes").textContent).toBe("<b>fnlwgt</b> never varies.");
  });

  it("is not there, and nothing to be tried, where its maker left it out", async () => {
    const page = await snapshot(tableWire({ state: { hidden: ["table"] } }));
    expect(page.all(".lime-table, .lime-what-if")).toEqual([]);
    expect(page.bars()).toHaveLength(6);
  });

  it("asks the notebook for the keys of every control", async () => {
    const page = await live(tableWire());
    const focusable = page.all("input, select, button, summary, [tabindex]");
    expect(focusable.filter((element) => element.dataset.lmSuppressShortcuts !== "true")).toEqual([]);
  });
});

describe("searching columns", () => {
  const columns = Array.from({ length: 21 }, (_, i) => numberColumn(`reading ${i}`, i));
  const model = () => [0.5, 0.5];

  it("is there from 21 columns on", async () => {
    const page = await live(tableWire({ columns: columns.slice(1), model }));
    expect(page.all("[type=search]")).toEqual([]);
    expect((await live(tableWire({ columns, model }))).all("[type=search]")).toHaveLength(1);
  });

  it("shows the columns that have all its words, and says how many", async () => {
    const page = await live(tableWire({ columns, model }));
    await page.enter("Search columns", "READ 20");
    expect(names(page)).toEqual(["reading 20"]);
    expect(page.one(".lime-table-tools [role=status]").textContent).toBe("1 of 21 columns");
    await page.enter("Search columns", "");
    expect(names(page)).toHaveLength(21);
  });
});

describe("editing a value", () => {
  const expected = (page: Page) => Number(page.one("[data-expected]").dataset.expected);
  const local = (page: Page) => Number(page.one(".lime-sum [data-kind=total] dd").firstChild?.textContent);

  it("marks the row, says what it was, and asks the model", async () => {
    const page = await live(tableWire());
    await enter(page, "age", "45");
    expect(row(page, "age").dataset.edited).toBe("true");
    expect(row(page, "age").textContent).toContain("was 37 · outside the bin (28 to 38]");
    expect(page.model.saves.at(-1)).toMatchObject({ edits: [[0, 45]], removed: [] });
    expect(page.one("[data-actual]").textContent).toBe("asking the model…");
    page.model.set("what_if", { removed: [], edits: [[0, 45]], actual: [0.75, 0.25] });
    await page.settle();
    expect(page.one("[data-actual]").dataset.actual).toBe("0.25");
    expect(page.one(".lime-what-if").textContent).toContain("With age = 45");
  });

  it("expects the weights of what left its bin or category to go", async () => {
    const page = await live(tableWire());
    const weights = new Map(page.bars());
    await enter(page, "age", "45");
    await page.enter("workclass", "2");
    expect(page.one(".lime-what-if").textContent).toContain("With age = 45 and workclass = Federal government");
    expect(expected(page)).toBeCloseTo(local(page) - (weights.get(0) ?? 0) - (weights.get(1) ?? 0), 2);
  });

  it("says that the weights expect no change within the bin", async () => {
    const page = await live(tableWire());
    await enter(page, "age", "38");
    expect(row(page, "age").textContent).toContain("in the same bin, so the weights expect no change");
    expect(expected(page)).toBeCloseTo(local(page), 2);
  });

  it("warns outside the training data", async () => {
    const page = await live(tableWire());
    await enter(page, "age", "95");
    expect(row(page, "age").textContent).toContain("Caution outside the training data: 17 to 90");
    await enter(page, "age", "90");
    expect(row(page, "age").textContent).not.toContain("Caution");
  });

  it("takes dates to the microsecond, and what was not touched as it was", async () => {
    const page = await live(tableWire());
    await enter(page, "hired", "2021-03-05");
    await later(450);
    expect(page.model.saves.at(-1)?.edits).toEqual([[3, DATE + 86_400_000_000]]);
    await enter(page, "hired", "2021-03-04");
    await later(450);
    expect(page.model.get("edits")).toEqual([]);
    expect(row(page, "hired").dataset.edited).toBeUndefined();
  });

  it("makes a value missing where the training data has missing ones", async () => {
    const page = await live(tableWire());
    await enter(page, "capital gain", "");
    expect(page.model.get("edits")).toEqual([[2, null]]);
    expect(page.one(".lime-what-if").textContent).toContain("capital gain = missing");
  });

  it.each([
    ["age", "", "Enter a whole number."],
    ["age", "37.5", "Enter a whole number."],
    ["hired", "", "Enter a date."],
  ])("refuses %s = %j beside the field, and keeps it from the model", async (name, value, message) => {
    const page = await live(tableWire());
    await enter(page, name, value);
    await later(450);
    const control = field(page, name);
    expect(control.getAttribute("aria-invalid")).toBe("true");
    const [, problem] = (control.getAttribute("aria-describedby") ?? "").split(" ");
    expect(page.one(`[id="${problem}"]`).textContent).toBe(message);
    expect(page.model.saves.filter((save) => (save.edits as unknown[]).length)).toEqual([]);
    await page.press(control, "Escape");
    expect(control.getAttribute("aria-invalid")).toBeNull();
  });

  it("waits for a pause in typing", async () => {
    const page = await live(tableWire());
    const control = field(page, "age");
    for (const text of ["4", "45"]) {
      control.value = text;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    expect(page.model.saves).toEqual([]);
    await later(450);
    expect(page.model.saves.map((save) => save.edits)).toEqual([[[0, 45]]]);
  });

  it("is taken back by Escape", async () => {
    const page = await live(tableWire());
    field(page, "age").focus();
    await page.enter("age", "45");
    await page.press(field(page, "age"), "Escape");
    expect(field(page, "age").value).toBe("37");
    expect(page.all("[data-edited]")).toEqual([]);
    expect(page.button("Undo")?.getAttribute("aria-disabled")).toBe("true");
  });

  it("is undone edit by edit, or all at once, without losing the focus", async () => {
    const page = await live(tableWire());
    await enter(page, "age", "45");
    await page.enter("workclass", "2");
    await enter(page, "age", "50");
    const undo = page.button("Undo");
    undo?.focus();
    await page.click(undo);
    expect(field(page, "age").value).toBe("45");
    await page.click(undo);
    expect(page.control("workclass").value).toBe("0");
    await page.click(undo);
    expect(page.all("[data-edited]")).toEqual([]);
    expect([document.activeElement, undo?.getAttribute("aria-disabled")]).toEqual([undo, "true"]);
    await enter(page, "age", "45");
    await enter(page, "capital gain", "7");
    await page.click(page.button("Original values"));
    await later(150);
    expect([field(page, "age").value, field(page, "capital gain").value]).toEqual(["37", "0"]);
    expect(page.model.get("edits")).toEqual([]);
  });

  it("is a step of its own after Enter, in the same field too", async () => {
    const page = await live(tableWire());
    field(page, "age").focus();
    for (const value of ["45", "50"]) {
      field(page, "age").value = value;
      await page.press(field(page, "age"), "Enter");
      field(page, "age").dispatchEvent(new Event("change", { bubbles: true }));
      await page.settle();
    }
    await page.click(page.button("Undo"));
    expect(field(page, "age").value).toBe("45");
    await page.click(page.button("Undo"));
    expect(field(page, "age").value).toBe("37");
  });

  it("is forgotten by Reset, and what could not be read with it", async () => {
    const page = await live(tableWire());
    await enter(page, "age", "45");
    await enter(page, "hired", "");
    await page.click(page.button("Reset"));
    await later(150);
    expect([field(page, "age").value, field(page, "hired").value]).toEqual(["37", "2021-03-04"]);
    expect(page.all("[aria-invalid], .lime-problem")).toEqual([]);
    expect(page.model.get("edits")).toEqual([]);
  });

  it("by Python is shown, and not sent back", async () => {
    const page = await live(tableWire());
    page.model.set("edits", [
      [0, 60],
      [5, 0],
    ]);
    await page.settle();
    await later(150);
    expect(field(page, "age").value).toBe("60");
    expect(page.model.saves).toEqual([]);
    await page.click(page.button("Undo"));
    expect([field(page, "age").value, page.control("marital status").value]).toEqual(["60", "2"]);
  });

  it("works in an exported page, whose answers are those of before", async () => {
    const edits = [[0, 45]];
    const page = await snapshot(tableWire(), { edits, what_if: { removed: [], edits, actual: [0.8, 0.2] } });
    expect(field(page, "age").value).toBe("45");
    expect(page.one("[data-actual]").dataset.actual).toBe("0.2");
    await enter(page, "age", "46");
    expect(page.one("[data-actual]").textContent).toBe("the model is not on this page");
    expect(Number(page.one("[data-expected]").dataset.expected)).toBeCloseTo(local(page) - (WEIGHTS[0] ?? 0), 1);
  });
});

describe("hostile tables", () => {
  const evil = `<img src=x onerror="globalThis.hacked=1"></script>'"&`;

  it("are text and nothing else", async () => {
    const columns = [numberColumn(evil, 1), categoryColumn("", [evil, "b"], 0), numberColumn("\u202eabc", 2)];
    const page = await live(tableWire({ columns, model: () => [0.5, 0.5], notes: [evil] }));
    expect(page.all("img, script")).toEqual([]);
    expect(names(page)).toEqual([evil, "empty", "\u202eabc"]);
    expect(page.control<HTMLSelectElement>("empty").options[0]?.text).toBe(evil);
    expect("hacked" in globalThis).toBe(false);
  });

  it("with values that no control can hold are shown all the same", async () => {
    const far = { ...ADULT[3], value: 9e18, shown: "+287396-10-12", range: [0, 9e18] } as WireColumn;
    const page = await live(tableWire({ columns: [...ADULT.slice(0, 3), far, ...ADULT.slice(4)] }));
    expect(field(page, "hired").value).toBe("");
    expect(page.all("[role=alert]")).toEqual([]);
  });

  it("with thousands of choices fill a select only when it is used", async () => {
    const many = categoryColumn(
      "city",
      Array.from({ length: 2500 }, (_, i) => `city ${i}`),
      7,
    );
    const page: Live = await live(tableWire({ columns: [many], model: () => [0.5, 0.5] }));
    const select = page.control<HTMLSelectElement>("city");
    expect([select.options.length, select.selectedOptions[0]?.text]).toEqual([1, "city 7"]);
    select.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    await page.settle();
    expect([select.options.length, select.selectedOptions[0]?.text]).toEqual([2500, "city 7"]);
  });
});
