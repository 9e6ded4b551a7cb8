import { describe, expect, it } from "vitest";
import { decodeFits, decodeRemoved, decodeState, decodeStatus, decodeWhatIf, IDLE } from "../src/state/schema";
import { wire } from "./fixtures";

describe("decoding the state", () => {
  it("takes an object, or the same as JSON", () => {
    const { state, buffers } = wire();
    expect(decodeState(JSON.stringify(state), buffers)).toEqual(decodeState(state, buffers));
  });

  it("reads float32 and float64, from views at odd offsets too", () => {
    const { state, buffers } = wire({ nSamples: 5 });
    const doubles = decodeState(state, buffers).neighborhood.predictions;
    const singles = new Float32Array(doubles);
    const shifted = new Uint8Array(singles.byteLength + 1);
    shifted.set(new Uint8Array(singles.buffer), 1);
    const predictions = { buffer: 1, dtype: "float32", shape: [5, 2] };
    const neighborhood = { ...(state.neighborhood as object), predictions };
    const moved = [buffers[0], new DataView(shifted.buffer, 1), buffers[2]] as DataView[];
    const read = decodeState({ ...state, neighborhood }, moved).neighborhood.predictions;
    expect(read).toEqual(singles);
  });

  it("copies the buffers, whose memory belongs to the host", () => {
    const { state, buffers } = wire();
    const { samples } = decodeState(state, buffers).neighborhood;
    const before = samples[0];
    buffers[0]?.setUint8(0, 0);
    expect(samples[0]).toBe(before);
  });

  it("keeps lone surrogates", () => {
    const { state, buffers } = wire();
    const instance = { ...(state.instance as object), pieces: ["\ud800"], piece_features: [0] };
    expect(decodeState(JSON.stringify({ ...state, instance }), buffers).instance).toMatchObject({ pieces: ["\ud800"] });
  });

  it.each([
    [{ lime_widgets: 2 }, "version 1"],
    [{ domain: "audio" }, "one of text, tabular"],
    [{ mode: "ranking" }, "one of classification, multilabel, regression"],
    [{ title: 5 }, "a string"],
    [{ class_names: ["one"] }, "got"],
    [{ predict_proba: [1] }, "one for each class"],
    [{ settings: { label: 9, kernel_width: 25, num_features: 6, selection: "auto" } }, "from 0 to 1"],
    [{ settings: { label: 0, kernel_width: 25, num_features: 6, selection: "best" } }, "one of auto"],
    [{ surrogate: { kernel: "triangular", regressor: null } }, "one of exponential, custom"],
    [{ neighborhood: { samples: { buffer: 7, dtype: "bits", shape: [1, 1] } } }, "one of 3 buffers"],
    [{ neighborhood: { samples: { buffer: 0, dtype: "bits", shape: [400, 70] } } }, "[rows, 9]"],
    [{ neighborhood: { samples: { buffer: 0, dtype: "bits", shape: [401, 9] } } }, "bytes"],
  ])("refuses %o and says what it expected", (part, expected) => {
    const { state, buffers } = wire();
    expect(() => decodeState({ ...state, ...part }, buffers)).toThrow(expected);
  });

  it("names the kernel or regressor that the page cannot compute", () => {
    const beyond = (surrogate: object) => {
      const { state, buffers } = wire({ state: { surrogate } });
      return decodeState(state, buffers).beyondPage;
    };
    expect(beyond({ kernel: "exponential", regressor: null })).toBeNull();
    expect(beyond({ kernel: "custom", regressor: null })).toBe("a custom kernel");
    expect(beyond({ kernel: "exponential", regressor: "Lasso" })).toBe("a Lasso");
  });
});

describe("decoding the traits", () => {
  const { state, buffers } = wire();
  const data = decodeState(state, buffers);

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
