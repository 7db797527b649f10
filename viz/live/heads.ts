/** Who follows which round now, region by region: whether the network is of one mind. */
import { counted } from '../../sim/report/views/words.ts';
import { REGIONS } from '../../sim/scenario/types.ts';
import { hexAt, textAt } from '../../sim/trace/columns.ts';
import type { RunData } from '../data/run-data.ts';
import { s } from '../draw/dom.ts';
import { shortHash, words } from '../draw/format.ts';
import type { Surface } from '../draw/panel.ts';
import { tableOf, type TableData } from '../draw/table.ts';

/** Rounds told apart; the rest are one group. */
const HEADS_MAX = 5;
const LABEL_PX = 104;
const KEY_PX = 22;
/** Rounds that nodes follow; those in each region. */
interface Heads {
  /** Most followed first; −1 stands for all others. */
  readonly rounds: readonly number[];
  readonly regions: readonly { readonly region: string; readonly counts: readonly number[] }[];
}

export function headsOf({ nodes, rounds }: RunData): Heads {
  const followers = new Map<number, number>();
  for (let i = 0; i < nodes.count; i++) followers.set(nodes.head[i], (followers.get(nodes.head[i]) ?? 0) + 1);
  const ranked = [...followers].sort((a, b) => b[1] - a[1] || rounds.number[b[0]] - rounds.number[a[0]] || a[0] - b[0]).map(([round]) => round);
  const named = ranked.slice(0, HEADS_MAX);
  const shown = ranked.length > HEADS_MAX ? [...named, -1] : named;
  const regions = REGIONS.map((region) => ({ region, counts: shown.map(() => 0) }));
  for (let i = 0; i < nodes.count; i++) {
    const row = regions.find(({ region }) => region === textAt(nodes.region, i));
    const place = named.indexOf(nodes.head[i]);
    if (row) row.counts[place < 0 ? shown.length - 1 : place]++;
  }
  return { rounds: shown, regions: regions.filter(({ counts }) => counts.some((n) => n > 0)) };
}

/** Branches that nodes follow: heads of which none lies above another. */
function branches({ nodes, rounds }: RunData): number {
  const heads = new Set(nodes.head);
  const below = new Set<number>();
  for (const head of heads) for (let at = rounds.parent[head]; at >= 0 && !below.has(at); at = rounds.parent[at]) below.add(at);
  return [...heads].filter((head) => !below.has(head)).length;
}

export function headsFinding(run: RunData): string {
  const { rounds } = headsOf(run);
  const apart = branches(run);
  if (apart > 1) return `The network is divided: nodes follow ${counted(apart, 'branch', 'branches')}`;
  return rounds.length === 1 ? `All ${counted(run.nodes.count, 'node')} follow round ${run.rounds.number[rounds[0]]}` : 'All nodes follow one branch, some a round or more behind';
}

const nameOf = ({ rounds }: RunData, round: number): string => (round < 0 ? 'others' : `round ${rounds.number[round]} · ${shortHash(hexAt(rounds.hash, round)).slice(0, 8)}`);
const FILLS = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)', 'var(--c7)'];

export function drawHeads({ svg, width, height }: Surface, run: RunData | undefined): void {
  if (!run) return svg.replaceChildren();
  const { rounds, regions } = headsOf(run);
  const most = Math.max(1, ...regions.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0)));
  const rowPx = (height - KEY_PX) / Math.max(1, regions.length);
  const scale = (width - LABEL_PX - 44) / most;
  const bars = regions.flatMap(({ region, counts }, row) => {
    const y = KEY_PX + row * rowPx;
    const middle = y + rowPx / 2;
    let x = LABEL_PX;
    const parts: SVGElement[] = [s('text', { x: LABEL_PX - 8, y: middle, dy: '0.35em', 'text-anchor': 'end' }, words(region))];
    counts.forEach((n, i) => {
      if (n === 0) return;
      const w = n * scale;
      parts.push(s('rect', { x, y: y + 2, width: Math.max(1, w - 1), height: Math.max(3, rowPx - 4), fill: FILLS[i] }, s('title', {}, `${words(region)}: ${counted(n, 'node')} on ${nameOf(run, rounds[i])}`)));
      if (counts.filter((m) => m > 0).length > 1 && w > 22) parts.push(s('text', { class: 'live-in-bar', x: x + w / 2, y: middle, dy: '0.35em', 'text-anchor': 'middle' }, String(n)));
      x += w;
    });
    parts.push(s('text', { x: x + 5, y: middle, dy: '0.35em' }, String(counts.reduce((sum, n) => sum + n, 0))));
    return parts;
  });
  const keyPx = Math.max(60, (width - LABEL_PX) / rounds.length);
  const keys = rounds.flatMap((round, i) => [
    s('rect', { x: LABEL_PX + i * keyPx, y: 3, width: 11, height: 11, fill: FILLS[i] }),
    s('text', { x: LABEL_PX + i * keyPx + 16, y: 13 }, keyPx < 120 && round >= 0 ? `round ${run.rounds.number[round]}` : nameOf(run, round)),
  ]);
  svg.replaceChildren(...keys, ...bars);
}

export function headsTable(run: RunData | undefined): TableData {
  if (!run) return tableOf(['region', 'round', 'nodes'], []);
  const { rounds, regions } = headsOf(run);
  return tableOf(['region', 'round', 'nodes'], regions.flatMap(({ region, counts }) => counts.flatMap((n, i) => (n === 0 ? [] : [[words(region), nameOf(run, rounds[i]), n]]))));
}
