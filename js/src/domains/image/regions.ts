/**
 * The outlines of superpixels, along the edges of pixels, as SVG path data.
 *
 * Every edge is walked once, with its superpixel to the right: outer borders run clockwise and holes the other way. A
 * superpixel may be in several parts and have holes; filled by the even-odd rule the path covers its pixels and no other.
 */

export interface Region {
  readonly path: string;
  /** Left, top, width and height. */
  readonly box: readonly [number, number, number, number];
  /** The center of the pixel of its own that is next to its center of mass. */
  readonly point: readonly [number, number];
  /** In pixels. */
  readonly area: number;
}

/** A label map with a border around it that belongs to no superpixel, so that no walk looks over the edge. */
interface Framed {
  readonly labels: Int32Array;
  readonly stride: number;
}

/** Right, down, left, up. */
const DX = [1, 0, -1, 0] as const;
const DY = [0, 1, 0, -1] as const;
/** From a vertex the offsets of the pixels ahead, to the right and to the left, in each direction. */
const RIGHT = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const;
const LEFT = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
] as const;
const COMMANDS = ["h", "v", "h-", "v-"] as const;

/** The region of each superpixel, or null where no pixel belongs to it. */
export function regionsOf(labels: Int32Array, width: number, count: number): readonly (Region | null)[] {
  const height = labels.length / width;
  const paths = tracePaths(framed(labels, width, height), width, height, count);
  const extents = measure(labels, width, count);
  const points = innerPoints(labels, width, extents);
  return extents.map(({ area, left, top, right, bottom }, label) => {
    if (!area) return null;
    const point = points[label] ?? 0;
    return {
      path: paths[label] ?? "",
      box: [left, top, right - left + 1, bottom - top + 1],
      point: [(point % width) + 0.5, Math.floor(point / width) + 0.5],
      area,
    };
  });
}

function framed(labels: Int32Array, width: number, height: number): Framed {
  const stride = width + 2;
  const result = new Int32Array(stride * (height + 2)).fill(-1);
  for (let y = 0; y < height; y++) {
    result.set(labels.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  }
  return { labels: result, stride };
}

/** Every closed walk has a stretch to the right, along the top of a pixel: a walk begins at each that was not walked. */
function tracePaths(map: Framed, width: number, height: number, count: number): string[] {
  const paths: string[] = new Array(count).fill("");
  const walked = new Uint8Array(map.labels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + 1) * map.stride + x + 1;
      const label = map.labels[at] as number;
      if (walked[at] || map.labels[at - map.stride] === label) continue;
      paths[label] += walk(map, walked, x, y, label);
    }
  }
  return paths;
}

/** Parts that meet at a corner alone stay apart: at such a corner the walk turns right, around its own pixel. */
function walk({ labels, stride }: Framed, walked: Uint8Array, startX: number, startY: number, label: number): string {
  const offset = (pair: readonly [number, number]) => (pair[1] + 1) * stride + pair[0] + 1;
  const right = RIGHT.map(offset);
  const left = LEFT.map(offset);
  let path = `M${startX} ${startY}`;
  let [x, y, direction, run] = [startX, startY, 0, 0];
  do {
    if (direction === 0) walked[(y + 1) * stride + x + 1] = 1;
    x += DX[direction] as number;
    y += DY[direction] as number;
    run++;
    const vertex = y * stride + x;
    const turn = labels[vertex + (right[direction] as number)] !== label ? 1 : 0;
    const back = !turn && labels[vertex + (left[direction] as number)] === label ? 3 : 0;
    if (turn || back) {
      path += (COMMANDS[direction] as string) + run;
      direction = (direction + turn + back) & 3;
      run = 0;
    }
  } while (x !== startX || y !== startY || direction !== 0);
  return `${path}z`;
}

interface Extent {
  area: number;
  sumX: number;
  sumY: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function measure(labels: Int32Array, width: number, count: number): readonly Extent[] {
  const nowhere = { area: 0, sumX: 0, sumY: 0, left: width, top: labels.length, right: 0, bottom: 0 };
  const extents: Extent[] = Array.from({ length: count }, () => ({ ...nowhere }));
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const extent = extents[labels[pixel] as number] as Extent;
    const x = pixel % width;
    const y = (pixel - x) / width;
    extent.area++;
    extent.sumX += x;
    extent.sumY += y;
    if (x < extent.left) extent.left = x;
    if (x > extent.right) extent.right = x;
    if (y < extent.top) extent.top = y;
    extent.bottom = y;
  }
  return extents;
}

/** The pixel of each superpixel that is next to its center of mass, which may itself lie outside. */
function innerPoints(labels: Int32Array, width: number, extents: readonly Extent[]): Int32Array {
  const nearest = new Float64Array(extents.length).fill(Number.POSITIVE_INFINITY);
  const points = new Int32Array(extents.length);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] as number;
    const { area, sumX, sumY } = extents[label] as Extent;
    const dx = (pixel % width) - sumX / area;
    const dy = Math.floor(pixel / width) - sumY / area;
    const distance = dx * dx + dy * dy;
    if (distance < (nearest[label] as number)) {
      nearest[label] = distance;
      points[label] = pixel;
    }
  }
  return points;
}

/** All outlines in one path. */
export function outlinesOf(regions: readonly (Region | null)[]): string {
  return regions.map((region) => region?.path ?? "").join("");
}
