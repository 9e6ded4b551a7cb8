/** Runs into label maps, and label maps into outlines, against what they were made of. */

import { describe, expect, it } from "vitest";
import { moveKey } from "../src/domains/image/moving";
import { placeOf } from "../src/domains/image/place";
import { type Region, regionsOf } from "../src/domains/image/regions";
import { decodeRuns } from "../src/domains/image/runs";
import { random } from "./fixtures";
import { leb128, MAP, mapOf, runsOf } from "./image-fixtures";

/** The corners of each closed part of a path. */
function cornersOf(path: string): [number, number][][] {
  return path
    .split("z")
    .slice(0, -1)
    .map((part) => {
      const [x = 0, y = 0] = (part.match(/^M(\d+) (\d+)/) ?? []).slice(1).map(Number);
      const corners: [number, number][] = [[x, y]];
      for (const [, axis, by] of part.matchAll(/([hv])(-?\d+)/g)) {
        const [lastX, lastY] = corners.at(-1) as [number, number];
        corners.push(axis === "h" ? [lastX + Number(by), lastY] : [lastX, lastY + Number(by)]);
      }
      return corners;
    });
}

/** The pixels that a path covers by the even-odd rule: a ray to the left of each crosses the vertical sides. */
function rasterized(path: string, width: number, height: number): number[] {
  const sides = cornersOf(path).flatMap((corners) =>
    corners.map((corner, i) => [corner, corners[(i + 1) % corners.length] as [number, number]] as const),
  );
  const covered: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [(pixel % width) + 0.5, Math.floor(pixel / width) + 0.5];
    const crossed = sides.filter(
      ([[x1, y1], [x2, y2]]) => x1 === x2 && x1 < x && Math.min(y1, y2) < y && y < Math.max(y1, y2),
    );
    if (crossed.length % 2) covered.push(pixel);
  }
  return covered;
}

const pixelsOf = (labels: Int32Array, label: number) => [...labels.keys()].filter((pixel) => labels[pixel] === label);

function noise(width: number, height: number, count: number, seed: number): Int32Array {
  const next = random(seed);
  return Int32Array.from({ length: width * height }, () => Math.floor(next() * count));
}

describe("runs", () => {
  it.each([[[0]], [[0, 0, 1, 1, 0, 2]], [Array.from({ length: 1000 }, (_, i) => Math.floor(i / 300) * 200)]])(
    "of %j come back",
    (labels) => {
      expect([...decodeRuns(runsOf(labels), "runs", labels.length, 601)]).toEqual(labels);
    },
  );

  it("come back from noise", () => {
    const labels = noise(50, 40, 300, 1);
    expect(decodeRuns(runsOf(labels), "runs", 2000, 300)).toEqual(labels);
  });

  it.each([
    ["that end too early", [0, 5], "runs that fill the picture"],
    ["that end within a number", [0, 0x85], "runs that fill the picture"],
    ["that are empty", [], "runs that fill the picture"],
    ["that go on", [0, 6, 0, 1], "2 bytes"],
    ["that are too long", [0, 7], "from 1 to the 6 pixels"],
    ["of no length", [0, 0, 0, 6], "the length of a run"],
    ["of a superpixel that is not there", [3, 6], "a superpixel below 3"],
    ["of a number without an end", [0, 255, 255, 255, 255, 255, 255], "at most 35 bits"],
    ["longer than any picture", [0, ...leb128(2 ** 34)], "from 1 to the 6 pixels"],
  ])("%s are refused", (_, bytes, expected) => {
    expect(() => decodeRuns(new Uint8Array(bytes), "state.instance.segments", 6, 3)).toThrow(expected);
  });
});

describe("outlines", () => {
  it.each([
    ["parts and holes", mapOf(...MAP)],
    ["one pixel", mapOf("0")],
    ["one superpixel", mapOf("000", "000")],
    ["a ring in a ring", mapOf("00000", "01110", "01010", "01110", "00000")],
    ["parts that meet at corners", mapOf("0101", "1010", "0101")],
    ["lines", mapOf("0000", "1111", "0000")],
    ["noise", { labels: noise(31, 17, 4, 2), width: 31 }],
    ["finer noise", { labels: noise(16, 23, 40, 3), width: 16 }],
  ])("of %s cover each superpixel's pixels and no other", (_, { labels, width }) => {
    const count = Math.max(...labels) + 1;
    const regions = regionsOf(labels, width, count);
    for (let label = 0; label < count; label++) {
      const pixels = pixelsOf(labels, label);
      const region = regions[label];
      expect(region?.area ?? 0).toBe(pixels.length);
      expect(rasterized(region?.path ?? "", width, labels.length / width)).toEqual(pixels);
    }
  });

  it("are as short as corners allow", () => {
    expect(regionsOf(mapOf("000", "000").labels, 3, 1)[0]?.path).toBe("M0 0h3v2h-3v-2z");
  });

  it("leave out superpixels without pixels", () => {
    const [first, second, third] = regionsOf(mapOf("0022").labels, 4, 3);
    expect([first?.area, second, third?.box]).toEqual([2, null, [2, 0, 2, 1]]);
  });

  it("come with a point inside, however bent the superpixel is", () => {
    const { labels, width } = mapOf("11111", "10001", "10001", "11111");
    for (const [label, region] of regionsOf(labels, width, 2).entries()) {
      const [x, y] = region?.point ?? [-1, -1];
      expect(labels[Math.floor(y) * width + Math.floor(x)]).toBe(label);
    }
  });

  it("of 200 ragged superpixels in 512 x 512 pixels take little time", () => {
    const labels = ragged(512, 14);
    regionsOf(labels, 512, 196);
    const start = performance.now();
    const regions = regionsOf(labels, 512, 196);
    // A tenth of this where nothing else runs.
    expect(performance.now() - start).toBeLessThan(400);
    expect(regions.reduce((sum, region) => sum + (region?.area ?? 0), 0)).toBe(512 * 512);
  });
});

/** A grid whose borders are torn. */
function ragged(side: number, cells: number): Int32Array {
  const next = random(5);
  const cell = (at: number) => Math.min(cells - 1, Math.max(0, Math.floor(((at + 12 * next() - 6) / side) * cells)));
  return Int32Array.from({ length: side * side }, (_, i) => cell(Math.floor(i / side)) * cells + cell(i % side));
}

describe("the arrow keys", () => {
  const move = (key: string, from: number, regions: readonly (Region | null)[]) =>
    moveKey(new KeyboardEvent("keydown", { key }), from, regions);
  const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

  it("go to the neighbor in their direction, and stay at the edge", () => {
    const { labels, width } = mapOf("012", "345", "678");
    const regions = regionsOf(labels, width, 9);
    expect(KEYS.map((key) => move(key, 4, regions))).toEqual([1, 7, 3, 5]);
    expect(KEYS.map((key) => move(key, 0, regions))).toEqual([0, 3, 0, 1]);
  });

  it("pass by superpixels without pixels, at the ends too", () => {
    const regions = [null, ...regionsOf(mapOf("02").labels, 2, 3), null];
    expect([move("Home", 3, regions), move("End", 1, regions), move("ArrowRight", 1, regions)]).toEqual([1, 3, 3]);
  });

  it("leave other keys, and keys with others held, alone", () => {
    const regions = regionsOf(mapOf("01").labels, 2, 2);
    expect(move("a", 0, regions)).toBeNull();
    expect(move("constructor", 0, regions)).toBeNull();
    expect(moveKey(new KeyboardEvent("keydown", { key: "ArrowRight", ctrlKey: true }), 0, regions)).toBeNull();
  });

  it.each([
    ["a torn grid", ragged(160, 9), 160, 81],
    ["noise", noise(30, 30, 60, 7), 30, 60],
    ["parts and holes", mapOf(...MAP).labels, 8, 6],
  ])("reach every superpixel of %s", (_, labels, width, count) => {
    const regions = regionsOf(labels, width, count);
    const reached = new Set([move("Home", 0, regions) ?? -1]);
    for (const from of reached) for (const key of KEYS) reached.add(move(key, from, regions) ?? -1);
    expect(reached.size).toBe(regions.filter((region) => region !== null).length);
  });
});

describe("a region's place", () => {
  it("is the third of the height and of the width that its middle is in", () => {
    const { labels, width } = mapOf("001122", "001122", "334455", "334455", "667788", "667788");
    const places = regionsOf(labels, width, 9).map((region) => region && placeOf(region, { width, height: 6 }));
    expect(places).toEqual([
      ...["top left", "top", "top right"],
      ...["left", "center", "right"],
      ...["bottom left", "bottom", "bottom right"],
    ]);
  });
});
