/** Draws the tree of rounds: one place per round in episodes, folded runs between them, reorganisations as dashed arrows. */
import type { Contest, Standing } from '../../sim/report/views/contests.ts';
import type { ForkTree } from '../../sim/report/views/fork-tree.ts';
import { counted, percentText } from '../../sim/report/views/words.ts';
import { hexAt } from '../../sim/trace/columns.ts';
import type { RunData } from '../data/run-data.ts';
import { s } from '../draw/dom.ts';
import { clock, duration, shortHash } from '../draw/format.ts';
import type { Surface } from '../draw/panel.ts';

const STEP_PX = 34;
/** Narrower where there are very many columns, so that the drawing stays within what a browser can draw. */
const WIDTH_MAX = 24_000;
const LANE_PX = 52;
const LEFT_PX = 40;
const TOP_PX = 46;
const AXIS_PX = 46;
const RADIUS_PX = 5;
/** Thickness of a branch with no power behind it, and what all the power adds. */
const THIN_PX = 1.5;
const POWER_PX = 13;
/** Space that a time takes under the drawing. */
const LABEL_PX = 62;

export interface TreeInput {
  readonly run: RunData;
  readonly tree: ForkTree;
  readonly contests: readonly Contest[];
  readonly stood: readonly (Standing | undefined)[];
}

export interface TreePicture {
  cursor(timeUs: number): void;
  select(round: number | undefined): void;
  /** The round nearest to a point, if one is near; in a folded run its last. */
  roundAt(x: number, y: number): number | undefined;
  hash(round: number): string;
}

export const treeSize = ({ columns, lanes }: ForkTree): { width: number; height: number } => ({
  width: Math.min(WIDTH_MAX, 2 * LEFT_PX + columns * STEP_PX), height: TOP_PX + (lanes - 1) * LANE_PX + 30 + AXIS_PX,
});

export function drawTree({ svg, width, height }: Surface, { run, tree, contests, stood }: TreeInput): TreePicture {
  const { rounds, events } = run;
  const step = (width - 2 * LEFT_PX) / Math.max(1, tree.columns);
  const x = (round: number): number => LEFT_PX + (tree.column[round] + 0.5) * step;
  const y = (round: number): number => TOP_PX + tree.lane[round] * LANE_PX;
  const bottom = height - AXIS_PX;
  const folded = new Set(tree.stretches.flatMap(({ kind, rounds: members }) => (kind === 'straight' ? members : [])));
  const contestOf = new Map(contests.flatMap(({ losers }, i) => losers.map((round): [number, number] => [round, i])));
  const hash = (round: number): string => hexAt(rounds.hash, round);

  /** Share of all power behind the link above a round: what the losing side had at its peak, or what that left to the best chain. */
  const power = (round: number): number => {
    const contest = contestOf.get(round);
    if (contest !== undefined) return (stood[contest]?.peakPowerPpm ?? 0) / 1e6;
    const against = contests.reduce((most, { winners }, i) => (winners.includes(round) ? Math.max(most, stood[i]?.peakPowerPpm ?? 0) : most), 0);
    return 1 - against / 1e6;
  };
  const thickness = (round: number): number => THIN_PX + POWER_PX * power(round);

  const links = s('g', { fill: 'none' });
  const marks = s('g');
  const words = s('g');
  const axis = s('g', { class: 'axis' });
  axis.append(s('line', { class: 'base', x1: LEFT_PX / 2, x2: width - LEFT_PX / 2, y1: bottom, y2: bottom }));

  let labelled = Number.NEGATIVE_INFINITY;
  const timeLabel = (at: number, us: number): void => {
    axis.append(s('line', { class: 'tick', x1: at, x2: at, y1: bottom, y2: bottom + 4 }));
    if (at - LABEL_PX / 2 < labelled) return;
    axis.append(s('text', { x: at, y: bottom + 17, 'text-anchor': 'middle' }, clock(us).slice(0, -2)));
    labelled = at + LABEL_PX / 2;
  };

  for (const { kind, rounds: members, column, columns, fromUs, toUs } of tree.stretches) {
    const [x0, x1] = [LEFT_PX + column * step, LEFT_PX + (column + columns) * step];
    if (kind === 'episode') {
      for (const round of members) timeLabel(x(round), rounds.foundAtUs[round]);
      continue;
    }
    const middle = (x0 + x1) / 2;
    const before = rounds.parent[members[0]];
    links.append(s(
      'line',
      { x1: before < 0 ? middle : x(before), x2: x1, y1: TOP_PX, y2: TOP_PX, stroke: 'var(--c1)', 'stroke-width': THIN_PX + POWER_PX, 'stroke-opacity': 0.45 },
    ));
    const text = String(members.length);
    const half = 8 + text.length * 4;
    marks.append(s('g', { class: 'folded' },
      s('title', {}, `rounds ${rounds.number[members[0]]} to ${rounds.number[members[members.length - 1]]}, ${clock(fromUs)} to ${clock(toUs)}: nothing competed`),
      s('rect', { x: middle - half, y: TOP_PX - 11, width: 2 * half, height: 22, rx: 11, fill: 'var(--panel)', stroke: 'var(--c1)', 'stroke-width': 2 }),
      s('text', { class: 'strong', x: middle, y: TOP_PX, dy: '0.34em', 'text-anchor': 'middle' }, text)));
    if (step > 24) words.append(s('text', { x: middle, y: TOP_PX - 20, 'text-anchor': 'middle' }, duration(toUs - fromUs)));
    timeLabel(middle, fromUs);
  }

  for (let round = 1; round < rounds.count; round++) {
    if (folded.has(round)) continue;
    const lost = rounds.canonical[round] !== 1;
    const parent = rounds.parent[round];
    const [px, py, cx, cy] = [folded.has(parent) ? LEFT_PX + (tree.column[parent] + 1.5) * step : x(parent), y(parent), x(round), y(round)];
    const bend = Math.min(step * 0.8, (cx - px) / 2);
    const path = py === cy ? `M${px},${py}H${cx}` : `M${px},${py}C${px + bend},${py} ${px + bend * 0.4},${cy} ${px + bend * 1.4},${cy}H${cx}`;
    links.append(s('path', { d: path, stroke: lost ? 'var(--c5)' : 'var(--c1)', 'stroke-width': thickness(round), 'stroke-opacity': 0.45 }));
    const told = s(
      'title', {},
      `round ${rounds.number[round]}, ${shortHash(hash(round))}, found by node ${rounds.node[round]} at ${clock(rounds.foundAtUs[round])}; ${counted(rounds.transactions[round], 'transaction')}${lost ? '; lost' : ''}`,
    );
    marks.append(s(
      'circle',
      { cx, cy, r: RADIUS_PX, fill: lost ? 'var(--panel)' : 'var(--c1)', stroke: lost ? 'var(--c5)' : 'var(--panel)', 'stroke-width': lost ? 2.2 : 1.5, 'data-round': round },
      told,
    ));
  }

  contests.forEach(({ losers }, i) => {
    const root = losers[0];
    const tip = losers.reduce((last, round) => (tree.lane[round] === tree.lane[root] ? round : last), root);
    const text = stood[i] === undefined ? '' : percentText(stood[i].peakPowerPpm / 1e6);
    words.append(s('text', { class: 'halo', x: (x(root) + x(tip)) / 2, y: y(root) + 22, 'text-anchor': 'middle' }, text));
  });

  for (const { from, to, nodes, depth } of leavings(events.reorg)) {
    if (folded.has(from) || folded.has(to) || from < 0 || to < 0) continue;
    const [ax, ay, bx, by] = [x(from), y(from), x(to), y(to)];
    const lift = Math.max(12, Math.min(40, Math.abs(bx - ax) / 3));
    const path = ay === by ? `M${ax},${ay - 7}C${ax},${ay - lift} ${bx},${by - lift} ${bx},${by - 9}` : `M${ax + 5},${ay - 5}C${ax + lift},${ay - lift * 0.6} ${bx},${by + lift + 12} ${bx},${by + 9}`;
    const told = s('title', {}, `${counted(nodes, 'node')} left ${counted(depth, 'round')} for this branch`);
    marks.append(
      s('path', { d: path, fill: 'none', stroke: 'var(--c4)', 'stroke-width': 1.6, 'stroke-dasharray': '4 3' }, told),
      s('path', { d: `M${bx - 4},${by + 14}L${bx},${by + 8}L${bx + 4},${by + 14}`, fill: 'none', stroke: 'var(--c4)', 'stroke-width': 1.8 }),
    );
    words.append(s('text', { class: 'halo', x: bx + 7, y: by + 24 }, `${nodes} ×`));
  }
  const cursor = s('line', { class: 'crosshair', y1: 8, y2: bottom });
  const ring = s('circle', { r: RADIUS_PX + 5, fill: 'none', stroke: 'var(--select)', 'stroke-width': 2, display: 'none' });
  svg.replaceChildren(
    axis, links, marks, words, ring, cursor,
    s('text', { class: 'unit', x: width - LEFT_PX / 2, y: height - 6, 'text-anchor': 'end' }, 'virtual time (min:s), not to scale: quiet stretches are folded'),
  );
  svg.classList.add('pick');

  /** Time to place: between the columns of the rounds found before and after. */
  const stops = tree.stretches
    .flatMap(({ kind, rounds: members, column, columns, fromUs, toUs }) =>
      kind === 'episode' ? members.map((round) => ({ us: rounds.foundAtUs[round], px: x(round) })) : [{ us: fromUs, px: LEFT_PX + (column + 0.2) * step }, { us: toUs, px: LEFT_PX + (column + columns - 0.2) * step }])
    .sort((a, b) => a.px - b.px);
  stops.push({ us: run.facts.endUs, px: width - LEFT_PX / 2 });

  return {
    hash,
    cursor(timeUs) {
      const after = stops.findIndex(({ us }) => us > timeUs);
      const [a, b] = [stops[Math.max(0, after - 1)], after < 0 ? stops[stops.length - 1] : stops[after]];
      const share = b.us > a.us ? Math.min(1, Math.max(0, (timeUs - a.us) / (b.us - a.us))) : 0;
      const px = (after < 0 ? stops[stops.length - 1].px : a.px + (b.px - a.px) * share).toFixed(1);
      cursor.setAttribute('x1', px);
      cursor.setAttribute('x2', px);
    },
    select(round) {
      if (round === undefined || !(round < rounds.count)) return void ring.setAttribute('display', 'none');
      ring.removeAttribute('display');
      ring.setAttribute('cx', String(x(round)));
      ring.setAttribute('cy', String(y(round)));
      ring.setAttribute('r', String(folded.has(round) ? 19 : RADIUS_PX + 5));
    },
    roundAt(px, py) {
      let best: number | undefined;
      let least = 18 ** 2;
      for (let round = 0; round < rounds.count; round++) {
        const far = (x(round) - px) ** 2 + (y(round) - py) ** 2;
        if (far <= least) [best, least] = [round, far];
      }
      return best;
    },
  };
}

/** Reorganisations from one head to another, with how many nodes made them. */
function leavings({ count, from, to, depth }: RunData['events']['reorg']): { readonly from: number; readonly to: number; readonly nodes: number; readonly depth: number }[] {
  const byPair = new Map<string, { from: number; to: number; nodes: number; depth: number }>();
  for (let i = 0; i < count; i++) {
    const key = `${from[i]} ${to[i]}`;
    const known = byPair.get(key);
    if (known) known.nodes++;
    else byPair.set(key, { from: from[i], to: to[i], nodes: 1, depth: depth[i] });
  }
  return [...byPair.values()];
}
