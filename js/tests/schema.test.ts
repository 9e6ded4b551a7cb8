import { describe, expect, it } from "vitest";
import { table } from "../src/domains/tabular/domain";
import { text } from "../src/domains/text/domain";
import {
  decodeEdits,
  decodeFits,
  decodeRemoved,
  decodeState,
  decodeStatus,
  decodeWhatIf,
  IDLE,
} from "../src/state/schema";
import { wire } from "./fixtures";
import { ADULT, regressionWire, tableWire } from "./table-fixtures";

describe("decoding the state", () => {
  it("takes an object, or the same as JSON", () => {
    const { state, buffers } = wire();
    expect(decodeState(JSON.stringify(state), buffers, text)).toEqual(decodeState(state, buffers, text));
  });

  it("reads float32 and float64, from views at odd offsets too", () => {
    const { state, buffers } = wire({ nSamples: 5 });
    const doubles = decodeState(state, buffers, text).neighborhood.predictions;
    const singles = new Float32Array(doubles);
    const shifted = new Uint8Array(singles.byteLength + 1);
    shifted.set(new Uint8Array(singles.buffer), 1);
    const predictions = { buffer: 1, dtype: "float32", shape: [5, 2] };
    const neighborhood = { ...(state.neighborhood as object), predictions };
    const moved = [buffers[0], new DataView(shifted.buffer, 1), buffers[2]] as DataView[];
    const read = decodeState({ ...state, neighborhood }, moved, text).neighborhood.predictions;
    expect(read).toEqual(singles);
  });

  it("copies the buffers, whose memory belongs to the host", () => {
    const { state, buffers } = wire();
    const { samples } = decodeState(state, buffers, text).neighborhood;
    const before = samples[0];
    buffers[0]?.setUint8(0, 0);
    expect(samples[0]).toBe(before);
  });

  it("keeps lone surrogates", () => {
    const { state, buffers } = wire();
    const instance = { ...(state.instance as object), pieces: ["\ud800"], piece_features: [0] };
    expect(decodeState(JSON.stringify({ ...state, instance }), buffers, text).instance).toMatchObject({
      pieces: ["\ud800"],
    });
  });

  it.each([
    [{ lime_widgets: 2 }, "version 1"],
    [{ domain: "audio" }, '"audio" for state.domain, expected "text"'],
    [{ mode: "ranking" }, "one of classification, multilabel, regression"],
    [{ title: 5 }, "a string"],
    [{ class_names: ["one"] }, "got"],
    [{ predict_proba: [1] }, "one for each class"],
    [{ settings: { label: 9, kernel_width: 25, num_features: 6, selection: "auto" } }, "one of the classes 0, 1"],
    [{ settings: { label: 0, kernel_width: 25, num_features: 6, selection: "best" } }, "one of auto"],
    [{ surrogate: { kernel: "triangular", regressor: null } }, "one of exponential, custom"],
    [{ neighborhood: { samples: { buffer: 7, dtype: "bits", shape: [1, 1] } } }, "one of 3 buffers"],
    [{ neighborhood: { samples: { buffer: 0, dtype: "bits", shape: [400, 70] } } }, "[rows, 9]"],
    [{ neighborhood: { samples: { buffer: 0, dtype: "bits", shape: [401, 9] } } }, "bytes"],
  ])("refuses %o and says what it expected", (part, expected) => {
    const { state, buffers } = wire();
    expect(() => decodeState({ ...state, ...part }, buffers, text)).toThrow(expected);
  });

  it("names the kernel or regressor that the page cannot compute", () => {
    const beyond = (surrogate: object) => {
      const { state, buffers } = wire({ state: { surrogate } });
      return decodeState(state, buffers, text).beyondPage;
    };
    expect(beyond({ kernel: "exponential", regressor: null })).toBeNull();
    expect(beyond({ kernel: "custom", regressor: null })).toBe("a custom kernel");
    expect(beyond({ kernel: "exponential", regressor: "Lasso" })).toBe("a Lasso");
    expect(beyond({ kernel: "exponential", regressor: null, estimator: "regression" })).toBeNull();
    expect(beyond({ kernel: "exponential", regressor: null, estimator: "assisted" })).toBe("a model-assisted estimate");
  });
});

describe("decoding how samples were drawn", () => {
  const decoded = (more: object) => {
    const { state, buffers } = wire({ nSamples: 5 });
    const neighborhood = { ...(state.neighborhood as object), ...more };
    const extra = [new Float64Array([1, 2, 3, 4, 5]), new Float64Array(10)].map((array) => new DataView(array.buffer));
    return decodeState({ ...state, neighborhood }, [...buffers, ...extra], text).neighborhood;
  };

  it("reads importance, what was expected, the noise and the nominal number", () => {
    const found = decoded({
      importance: { buffer: 3, dtype: "float64", shape: [5] },
      expected: { buffer: 4, dtype: "float64", shape: [5, 2] },
      noise: [0.25, 0],
      nominal: 5000,
      exact: true,
    });
    expect(found.importance).toEqual(new Float64Array([1, 2, 3, 4, 5]));
    expect(found.expected).toEqual(new Float64Array(10));
    expect(found).toMatchObject({ noise: [0.25, 0], nominal: 5000, exact: true });
  });

  it("takes lime's own law where a state says nothing of it", () => {
    expect(decoded({})).toMatchObject({ importance: null, expected: null, noise: null, nominal: 5, exact: false });
  });

  it.each([
    [{ importance: { buffer: 3, dtype: "float64", shape: [4] } }, "[5]"],
    [{ expected: { buffer: 4, dtype: "float64", shape: [2, 5] } }, "[5,2]"],
    [{ nominal: 0 }, "a whole number of at least 1"],
    [{ exact: "yes" }, "true or false"],
  ])("refuses %o", (more, expected) => expect(() => decoded(more)).toThrow(expected));

  it.each([
    [{ measure: "luck", target: 1, looks: [], reason: "cap" }, "one of relative_error"],
    [{ measure: "stability", target: 1, looks: [], reason: "tired" }, "one of running"],
    [{ measure: "stability", target: 1, looks: [{ calls: -1, value: 0 }], reason: "cap" }, "at least 0"],
  ])("refuses a search such as %o", (convergence, expected) => {
    const { state, buffers } = wire({ state: { convergence } });
    expect(() => decodeState(state, buffers, text)).toThrow(expected);
  });
});

describe("decoding a table", () => {
  const decode = (state: Record<string, unknown>) => {
    const data = tableWire();
    return decodeState({ ...data.state, ...state }, data.buffers, table);
  };
  const withColumn = (part: Record<string, unknown>) => ({
    instance: { columns: [{ ...ADULT[0], ...part }, ...ADULT.slice(1)] },
  });

  it("reads every column, and what is absent as absent", () => {
    const { instance } = decode({});
    expect(instance.columns[0]).toMatchObject({
      name: "age",
      value: 37,
      bin: [28, 38],
      whole: true,
      missing: false,
      scale: null,
    });
    expect(instance.columns[4]).toMatchObject({ value: null, missing: true, choices: [] });
    expect(instance.features[1]).toBe("workclass = Private");
    expect(instance.notes).toEqual([]);
  });

  it("reads real-valued samples, in either precision", () => {
    const data = tableWire({ real: true });
    expect(decodeState(data.state, data.buffers, table).neighborhood.samples).toBeInstanceOf(Float64Array);
    const samples = { buffer: 0, dtype: "float32", shape: [400, 6] };
    const values = new Float64Array(400 * 6).fill(0.5);
    const buffers = [new DataView(new Float32Array(values).buffer), ...data.buffers.slice(1)];
    const state = { ...data.state, neighborhood: { ...(data.state.neighborhood as object), samples } };
    expect(decodeState(state, buffers, table).neighborhood.samples).toBeInstanceOf(Float32Array);
  });

  it("reads the answer of a regressor, and its unit", () => {
    const { state, buffers } = regressionWire();
    expect(decodeState(state, buffers, table)).toMatchObject({ mode: "regression", unit: "mg/dl" });
  });

  it.each([
    [withColumn({ name: 5 }), "columns[0].name, expected a string"],
    [withColumn({ kind: "color" }), "one of number, category, date"],
    [withColumn({ value: "37" }), "columns[0].value, expected a number"],
    [withColumn({ range: [1] }), "two values"],
    [withColumn({ bin: [1, "x"] }), "columns[0].bin[1]"],
    [withColumn({ choices: [[0]] }), "choices[0], expected two values"],
    [withColumn({ missing: "yes" }), "true or false"],
    [{ instance: { columns: ADULT.slice(1) } }, "[rows, 5]"],
    [{ unit: 5 }, "a string"],
  ])("refuses %j and says what it expected", (part, expected) => {
    expect(() => decode(part)).toThrow(expected);
  });

  it("refuses masks whose first row is not the instance", () => {
    const { state, buffers } = tableWire();
    buffers[0]?.setUint8(0, 0);
    expect(() => decodeState(state, buffers, table)).toThrow("a first row of ones");
  });

  it("takes edits by rising feature, of tables alone", () => {
    const data = decode({});
    expect(
      decodeEdits(
        [
          [0, 5],
          [2, null],
        ],
        data,
      ),
    ).toEqual([
      [0, 5],
      [2, null],
    ]);
    expect(() =>
      decodeEdits(
        [
          [2, 5],
          [0, 5],
        ],
        data,
      ),
    ).toThrow("edits[1][0]");
    expect(() =>
      decodeEdits(
        [
          [2, 5],
          [2, 6],
        ],
        data,
      ),
    ).toThrow("edits[1][0]");
    expect(() => decodeEdits([[0, "5"]], data)).toThrow("edits[0][1]");
    expect(() => decodeEdits([[9, 5]], data)).toThrow("from 0 to 5");
    const other = wire();
    expect(decodeEdits(undefined, decodeState(other.state, other.buffers, text))).toEqual([]);
    expect(() => decodeEdits([[0, 5]], decodeState(other.state, other.buffers, text))).toThrow("edits[0][0]");
    expect(decodeWhatIf({ edits: [[0, 5]], actual: [0.1, 0.9] }, data)).toEqual({
      removed: [],
      edits: [[0, 5]],
      actual: [0.1, 0.9],
    });
  });
});

describe("decoding the traits", () => {
  const { state, buffers } = wire();
  const data = decodeState(state, buffers, text);

  it("refuses features that the instance does not have", () => {
    expect(decodeRemoved([0, 2], data)).toEqual([0, 2]);
    expect(() => decodeRemoved([99], data)).toThrow("whole number from 0");
  });

  it("tells nobody asked from no answer", () => {
    expect(decodeWhatIf({}, data)).toBeNull();
    expect(decodeWhatIf({ removed: [1], actual: null }, data)).toEqual({ removed: [1], edits: [], actual: null });
  });

  it("reads a fit of the kernel", () => {
    const raw = {
      label: 1,
      kernel_width: 2,
      num_features: 1,
      selection: "auto",
      features: [3],
      weights: [0.5],
      intercept: 0.1,
      score: 0.9,
      local_prediction: 0.6,
      effective_sample_size: 12,
    };
    expect(decodeFits([raw], data)[0]).toMatchObject({
      features: [3],
      localPrediction: 0.6,
      settings: { kernelWidth: 2 },
    });
  });

  it("reads a status, and refuses an unknown phase", () => {
    expect(decodeStatus({ ...IDLE, phase: "running", done: 5, total: 10 })).toMatchObject({ done: 5, total: 10 });
    expect(() => decodeStatus({ ...IDLE, phase: "asleep" })).toThrow("one of idle, running, stopping");
  });
});
