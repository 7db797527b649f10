/** Where each node stands in the ripple's field: in rings by hops from the finder, or in blocks by region. Places depend on links and regions alone, never on chance or time. */
import { hopText, UNREACHED } from '../../sim/report/views/ripple.ts';

export interface Layout {
  /** Centres, CSS px of the drawing. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Half the width of a node's mark, px. */
  readonly radius: number;
  /** Lines between groups. */
  readonly rings: readonly { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number; readonly labelX: number; readonly labelY: number; readonly label: string }[];
  /** Where the names of sectors go; `side` < 0: left of the centre. */
  readonly sectors: readonly { readonly x: number; readonly y: number; readonly label: string; readonly side: number }[];
  readonly blocks: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly label: string; readonly nodes: number }[];
}

/** Steps of a sequence that fills a square evenly (R2: powers of the inverse plastic number; Roberts 2018). */
const [STEP_1, STEP_2] = [0.7548776662466927, 0.5698402909980532];
/** Rings are ellipses, up to this much wider than high or higher than wide. */
const STRETCH_MAX = 2;
/** Room for a ring's name, px. */
const NAME_PX = 15;
/** Width of a character of a block's name, about. */
const CHARACTER_PX = 6.8;
const GAP = 6;
const fraction = (x: number): number => x - Math.floor(x);

/** Areas in proportion to nodes: ring after ring of hops, in each a sector per region. */
export function ringLayout(hops: Int32Array, region: ArrayLike<number>, names: readonly string[], width: number, height: number): Layout {
  const regions = names.length;
  const nodes = hops.length;
  const [centreX, centreY] = [width / 2, height / 2];
  const full = Math.min(height / 2 - 6, (width / 2 - 4) * STRETCH_MAX);
  const stretch = Math.min(STRETCH_MAX, (width / 2 - 4) / full);
  const most = hops.reduce((max, h) => (h > max ? h : max), 0);
  const ringOf = (node: number): number => (hops[node] === UNREACHED ? most + 1 : hops[node]);
  const [perRing, perRegion] = [new Int32Array(most + 2), new Int32Array(regions)];
  for (let node = 0; node < nodes; node++) {
    perRing[ringOf(node)]++;
    perRegion[region[node]]++;
  }
  const before = (counts: Int32Array): Float64Array => {
    const sums = new Float64Array(counts.length + 1);
    for (let i = 0; i < counts.length; i++) sums[i + 1] = sums[i] + counts[i];
    return sums;
  };
  const [rings, sectors] = [before(perRing), before(perRegion)];
  // The finder's own ring is a point; the first ring starts a little outside it.
  const edge = (ring: number): number => full * (0.06 + 0.94 * Math.sqrt(rings[ring] / nodes));
  const [x, y] = [new Float32Array(nodes), new Float32Array(nodes)];
  const placed = new Int32Array((most + 2) * regions);
  for (let node = 0; node < nodes; node++) {
    const ring = ringOf(node);
    if (ring === 0) {
      [x[node], y[node]] = [centreX, centreY];
      continue;
    }
    const k = placed[ring * regions + region[node]]++;
    const [low, high] = [edge(ring) ** 2, edge(ring + 1) ** 2];
    const radius = Math.sqrt(low + (high - low) * (0.06 + 0.88 * fraction(0.5 + k * STEP_1)));
    const angle = 2 * Math.PI * ((sectors[region[node]] + perRegion[region[node]] * (0.03 + 0.94 * fraction(0.5 + k * STEP_2))) / nodes) - Math.PI / 2;
    x[node] = centreX + stretch * radius * Math.cos(angle);
    y[node] = centreY + radius * Math.sin(angle);
  }
  const middle = (r: number): number => 2 * Math.PI * ((sectors[r] + perRegion[r] / 2) / nodes) - Math.PI / 2;
  // Rings are named along the ray that is farthest from the names of all sectors.
  const apart = (angle: number): number => Math.min(...names.map((_, r) => (perRegion[r] === 0 ? Math.PI : Math.acos(Math.cos(angle - middle(r))))));
  const free = Array.from({ length: 48 }, (_, i) => (i * Math.PI) / 24).reduce((best, angle) => (apart(angle) > apart(best) ? angle : best));
  // A ring too thin for a name of its own is named with the one outside it.
  const nameOf = (ring: number): string => {
    const own = ring > most ? hopText(UNREACHED) : hopText(ring);
    const thin = (of: number): boolean => perRing[of + 1] > 0 && edge(of + 2) - edge(of + 1) < NAME_PX;
    if (ring <= most && thin(ring)) return '';
    let text = own;
    for (let inner = ring - 1; inner > 0 && thin(inner); inner--) text = `${hopText(inner)}, ${text}`;
    return text;
  };
  const labels = Array.from({ length: most + 1 }, (_, ring) => ring + 1).filter((ring) => perRing[ring] > 0);
  return {
    x, y, radius: markRadius((Math.PI * full * full * stretch) / Math.max(1, nodes)),
    rings: labels.map((ring) => ({
      x: centreX, y: centreY, rx: stretch * edge(ring + 1), ry: edge(ring + 1), label: nameOf(ring),
      labelX: centreX + stretch * edge(ring + 1) * Math.cos(free), labelY: centreY + edge(ring + 1) * Math.sin(free),
    })),
    sectors: apartFromEachOther(names.flatMap((label, r) => {
      if (perRegion[r] === 0) return [];
      const angle = middle(r);
      return [{ x: centreX + stretch * full * 0.97 * Math.cos(angle), y: centreY + full * 0.97 * Math.sin(angle), label, side: Math.cos(angle) }];
    })),
    blocks: [],
  };
}

/** Names that would lie on each other, each below the one before. */
function apartFromEachOther(labels: Layout['sectors']): Layout['sectors'] {
  const placed: { x: number; y: number; label: string; side: number }[] = [];
  for (const { x, y, label, side } of labels) {
    const own = { x, y, label, side };
    while (placed.some((other) => Math.abs(other.y - own.y) < NAME_PX && Math.abs(other.x - x) < ((other.label.length + label.length) * CHARACTER_PX) / 2 + 6)) own.y += 2;
    placed.push(own);
  }
  return placed;
}

/** One block per region, as wide as its share; in each the nodes by number, line by line. */
export function blockLayout(region: ArrayLike<number>, names: readonly string[], width: number, height: number): Layout {
  const nodes = region.length;
  const counts = new Int32Array(names.length);
  for (let node = 0; node < nodes; node++) counts[region[node]]++;
  const shown = names.map((_, r) => r).filter((r) => counts[r] > 0);
  // Two lines of blocks where one would be too narrow.
  const lines = width < 560 && shown.length > 2 ? splitEvenly(shown, counts) : [shown];
  const [x, y] = [new Float32Array(nodes), new Float32Array(nodes)];
  const blocks: { x: number; y: number; width: number; height: number; label: string; nodes: number }[] = [];
  const blockOf = new Int32Array(names.length).fill(-1);
  let top = 0;
  for (const line of lines) {
    const total = line.reduce((sum, r) => sum + counts[r], 0);
    const lineHeight = (height * total) / nodes;
    // A block is never narrower than its name, where there is room for all names.
    const gaps = GAP * (line.length - 1);
    const least = line.map((r) => names[r].length * CHARACTER_PX + 12);
    const named = least.reduce((sum, w) => sum + w, 0);
    const shrink = Math.min(1, (width - gaps) / named);
    const spare = width - gaps - named * shrink;
    let left = 0;
    for (const [i, r] of line.entries()) {
      const w = least[i] * shrink + (spare * counts[r]) / total;
      blockOf[r] = blocks.length;
      blocks.push({ x: left, y: top, width: w, height: lineHeight - GAP, label: names[r], nodes: counts[r] });
      left += w + GAP;
    }
    top += lineHeight;
  }
  const HEAD = 18;
  const side = blocks.map((block) => packing(block.width - 8, block.height - HEAD - 6, block.nodes));
  const placed = new Int32Array(blocks.length);
  for (let node = 0; node < nodes; node++) {
    const b = blockOf[region[node]];
    const { columns, cell } = side[b];
    const k = placed[b]++;
    x[node] = blocks[b].x + 4 + ((k % columns) + 0.5) * cell;
    y[node] = blocks[b].y + HEAD + (Math.floor(k / columns) + 0.5) * cell;
  }
  return { x, y, radius: Math.max(0.5, Math.min(9, Math.min(...side.map(({ cell }) => cell)) * 0.42)), rings: [], sectors: [], blocks };
}

/** Widest square cells with which `n` of them fit. */
function packing(width: number, height: number, n: number): { readonly columns: number; readonly cell: number } {
  let columns = Math.max(1, Math.ceil(Math.sqrt((n * width) / Math.max(1, height))));
  while (Math.ceil(n / columns) * (width / columns) > height && columns < n) columns++;
  return { columns, cell: width / columns };
}

/** Two lines of about equally many nodes. */
function splitEvenly(regions: readonly number[], counts: Int32Array): number[][] {
  const largest = [...regions].sort((a, b) => counts[b] - counts[a]);
  const lines: number[][] = [[], []];
  const sums = [0, 0];
  for (const r of largest) {
    const line = sums[0] <= sums[1] ? 0 : 1;
    lines[line].push(r);
    sums[line] += counts[r];
  }
  return lines.map((line) => line.sort((a, b) => a - b));
}

const markRadius = (areaPerNode: number): number => Math.max(0.8, Math.min(10, Math.sqrt(areaPerNode) * 0.36));
