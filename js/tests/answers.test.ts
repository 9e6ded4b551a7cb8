/** What the page says of regressors and of labels of their own. */

import { afterEach, describe, expect, it } from "vitest";
import { table } from "../src/domains/tabular/domain";
import { isSame, sampleOf } from "../src/domains/tabular/sample";
import { decimalsFor } from "../src/state/precision";
import { decodeState } from "../src/state/schema";
import { expectation } from "../src/state/variant";
import { fixed, plain, signed } from "../src/views/format";
import { live, snapshot } from "./page";
import { ADULT, multilabelWire, numberColumn, regressionWire, tableWire } from "./table-fixtures";

afterEach(() => document.body.replaceChildren());

describe("a regressor's explanation", () => {
  it("says what it predicts, in its unit, on the range of its answers", async () => {
    const page = await live(regressionWire({ scale: 1000 }));
    expect(page.one(".lime-header p").textContent).toBe("The model predicts 680.0 mg/dl.");
    expect(page.one("[data-predicted-value]").dataset.predictedValue).toBe("680");
    expect(page.one(".lime-answer-range").textContent).toMatch(/go from \d+\.\d to \d+\.\d/);
    expect(page.all("[data-probability]")).toEqual([]);
  });

  it("raises and lowers the target, and has no class to pick", async () => {
    const page = await live(regressionWire());
    expect(page.one(".lime-sides").textContent).toBe("◀lowers disease progressionraises disease progression▶");
    expect(page.all("label").map((label) => label.textContent)).not.toContain("Class");
    expect(page.one(".lime-weights .lime-heading").textContent).toBe("Weights, in mg/dl");
  });

  it("leaves out the value where its maker did", async () => {
    const page = await snapshot(regressionWire({ state: { hidden: ["predicted_value"] } }));
    expect(page.all("[data-predicted-value]")).toEqual([]);
  });

  it.each([
    [1, "0.6800"],
    [152.1, "103.43"],
    [4526.3, "3077.9"],
    [1e6, "680,000"],
    [1e-5, "6.80e\u22126"],
  ])("of a target of about %d has the digits that it needs", async (scale, shown) => {
    const page = await live(regressionWire({ scale, state: { unit: "" } }));
    expect(page.one(".lime-sum [data-kind=model] dd").textContent).toBe(shown);
  });
});

describe("a multilabel explanation", () => {
  it("names the labels above one half, the likeliest first", async () => {
    const page = await live(multilabelWire([0.7, 0.2, 0.9]));
    expect(page.one(".lime-header p").textContent).toBe("The model says label 2 (0.900) and label 0 (0.700).");
    expect(page.one(".lime-probabilities").textContent).toContain("need not sum to 1");
  });

  it("says so where there is none", async () => {
    const page = await live(multilabelWire([0.3, 0.2]));
    expect(page.one(".lime-header p").textContent).toContain("no label more than 0.5; the likeliest is label 0");
  });
});

describe("numbers", () => {
  it("have a proper sign, and thousands apart from five digits on", () => {
    expect([fixed(-0.0001), fixed(4526.3, 1), fixed(45263.25, 2), fixed(1234567, 0)]).toEqual([
      "0.000",
      "4526.3",
      "45,263.25",
      "1,234,567",
    ]);
    expect([signed(2), signed(-2), signed(0), signed(1e-5)]).toEqual(["+2.000", "\u22122.000", "0.000", "0.000"]);
    expect([signed(1.5e-9, 12), signed(-1.5e-9, 12)]).toEqual(["+1.50e\u22129", "\u22121.50e\u22129"]);
    expect([plain(-1.5), plain(1e-7)]).toEqual(["\u22121.5", "1e\u22127"]);
  });

  it("have more decimals where all of a group are small", () => {
    expect([decimalsFor([0.2], 3), decimalsFor([0.0042], 3), decimalsFor([1e-9], 3), decimalsFor([0], 1)]).toEqual([
      3, 4, 5, 1,
    ]);
  });
});

describe("the surrogate's expectation of an edited row", () => {
  const surrogate = {
    features: [1, 0, 2],
    weights: [0.5, -0.3, 0.1],
    intercept: 0.2,
    score: 1,
    localPrediction: 0.5,
    effectiveSampleSize: 9,
  };
  const decode = (columns: readonly (typeof ADULT)[number][]) => {
    const { state, buffers } = tableWire({ columns, model: () => [0.5, 0.5] });
    return decodeState(state, buffers, table);
  };

  it("loses the weight of what left its bin or category, and no other", () => {
    const row = decode(ADULT);
    const expected = (edits: [number, number | null][]) => expectation(surrogate, { removed: [], edits }, row);
    expect(expected([])).toBe(0.5);
    expect(expected([[1, 2]])).toBeCloseTo(0, 12);
    expect(
      expected([
        [0, 29],
        [3, 0],
      ]),
    ).toBeCloseTo(0.5, 12);
    expect(
      expected([
        [0, 28],
        [1, 1],
      ]),
    ).toBeCloseTo(0.3, 12);
  });

  it("moves by weight times standardized difference", () => {
    const row = decode([0, 1, 2].map((i) => numberColumn(`c${i}`, 4, { bin: undefined, scale: [1, 2] })));
    expect(expectation(surrogate, { removed: [], edits: [[1, 8]] }, row)).toBeCloseTo(0.5 + 0.5 * 2, 12);
    const [column] = row.instance.columns;
    expect(column && [sampleOf(column, 4), sampleOf(column, null)]).toEqual([1.5, 0]);
  });

  it("takes a bin's upper bound as in it, its lower as out, and missing as the same as missing alone", () => {
    const [age, , gain, , hours] = decode(ADULT).instance.columns;
    if (!age || !gain || !hours) throw new Error("expected five columns");
    expect([isSame(age, 38), isSame(age, 28), isSame(age, null), isSame(gain, -1e9)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([isSame(hours, null), isSame(hours, 40)]).toEqual([true, false]);
  });
});
