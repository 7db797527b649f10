/** Beside the ripple's field: the coverage of its round, and how its groups were reached, with a line at the moment that is shown. */
import { figure, millis } from '../../sim/report/format.ts';
import type { Ripple, RippleGroup } from '../../sim/report/views/ripple.ts';
import { delayText, NEVER_US } from '../../sim/report/views/spread.ts';
import { counted } from '../../sim/report/views/words.ts';
import { s } from '../draw/dom.ts';
import type { Panel } from '../draw/panel.ts';
import { tableOf, type Cell } from '../draw/table.ts';
import { areaMark, areaPath, HALO, lineMark, linePath, plotOn, thin, type AxisSpec, type Plot } from './charts/plot.ts';
import type { ViewContext } from './view.ts';

/** Points of the coverage curve. */
const POINTS = 400;

export interface Sides {
  readonly panels: readonly Panel[];
  /** Another ripple, or other groups of it. */
  show(ripple: Ripple, number: number, groups: readonly RippleGroup[], by: 'hops' | 'region'): void;
  /** Moves the lines; draws nothing anew. */
  moment(us: number): void;
}

/** When a share of the active nodes had it: nearest rank, at least one node. */
function reachedUs({ ascendingUs, eligible }: Ripple, percent: number): number {
  const needed = Math.max(1, Math.ceil((eligible * percent) / 100));
  return needed <= ascendingUs.length ? ascendingUs[needed - 1] : NEVER_US;
}

const cell = (us: number): Cell => (us === NEVER_US ? Number.POSITIVE_INFINITY : us / 1_000);
const delayAxis = ({ ascendingUs }: Ripple, label: string): AxisSpec => ({
  from: Math.max(100, (ascendingUs.find((us) => us > 0) ?? 1_000) * 0.8), to: Math.max(2_000, (ascendingUs[ascendingUs.length - 1] ?? 0) * 1.15), log: true, label, text: (us) => millis(us / 1_000),
});

export function rippleSides(context: ViewContext): Sides {
  let ripple: Ripple | undefined;
  let groups: readonly RippleGroup[] = [];
  let momentUs = 0;
  const lines = new Map<SVGSVGElement, { readonly line: SVGLineElement; readonly plot: Plot }>();

  const drawMoment = (plot: Plot): void => {
    const line = s('line', { class: 'crosshair', y1: plot.top, y2: plot.bottom });
    plot.over.append(line);
    lines.set(plot.surface.svg, { line, plot });
    place();
  };
  const place = (): void => {
    for (const { line, plot } of lines.values()) {
      const x = plot.x(Math.max(1, momentUs)).toFixed(1);
      line.setAttribute('x1', x);
      line.setAttribute('x2', x);
      line.setAttribute('visibility', momentUs < 0 ? 'hidden' : 'visible');
    }
  };

  const curve = context.panel({
    id: 'curve', span: 'half', height: 240,
    table: () => tableOf([{ name: '% of active nodes', number: true }, { name: 'after (ms)', number: true }], ripple ? Array.from({ length: 100 }, (_, i) => [i + 1, cell(reachedUs(ripple!, i + 1))]) : []),
    draw(surface) {
      if (!ripple) return;
      const { ascendingUs, eligible } = ripple;
      const plot = plotOn(surface, delayAxis(ripple, 'since it was found (virtual, log)'), { from: 0, to: 100, label: '% of active nodes', ticks: [0, 50, 90, 100], text: String });
      const count = Math.min(ascendingUs.length, POINTS);
      const rank = (i: number): number => Math.floor((i * (ascendingUs.length - 1)) / Math.max(1, count - 1));
      const [x, y] = [(i: number): number => plot.x(Math.max(1, ascendingUs[rank(i)])), (i: number): number => plot.y((100 * (rank(i) + 1)) / eligible)];
      plot.marks.append(areaMark(areaPath(count, x, () => plot.bottom, y), thin('var(--c1)', 18)), lineMark(linePath(count, x, y), 'var(--c1)', 2.2));
      drawMoment(plot);
    },
  });

  const groupPanel = context.panel({
    id: 'groups', span: 'half', height: 240,
    table: () => tableOf(['group', 'active nodes', 'reached', 'median (ms)', 'last (ms)'], groups.map((group) => [group.name, group.nodes, group.reached, cell(group.medianUs), cell(group.lastUs)])),
    draw(surface) {
      if (!ripple) return;
      const plot = plotOn(surface, delayAxis(ripple, 'median ○ and last ● arrival (virtual, log)'), { from: 0, to: 1, label: '', ticks: [], plain: true }, { left: Math.min(118, surface.width * 0.32), top: 8, right: 22 });
      const height = (plot.bottom - plot.top) / Math.max(1, groups.length);
      groups.forEach((group, i) => drawGroup(plot, group, plot.top + (i + 0.5) * height));
      drawMoment(plot);
    },
  });

  return {
    panels: [curve, groupPanel],
    show(next, number, of, by) {
      [ripple, groups] = [next, of];
      const at = (percent: number): string => (reachedUs(next, percent) === NEVER_US ? `${percent} % never` : `${percent} % after ${delayText(reachedUs(next, percent))}`);
      curve.finding([50, 90, 99].map(at).join(', '), `coverage of round ${number}, found by node ${next.finder}`);
      const last = of.reduce<RippleGroup | undefined>((most, group) => (most === undefined || group.lastUs > most.lastUs ? group : most), undefined);
      const who = by === 'region' || last === undefined ? last?.name : last.name === 'finder' ? 'The finder' : `Nodes ${last.name} away`;
      groupPanel.finding(who === undefined || last === undefined ? 'No active node' : last.lastUs === NEVER_US ? `${who}: not all were ever reached` : `${who}: complete last, after ${delayText(last.lastUs)}`, by === 'hops' ? 'by hops from the finder, over the links at the end of the run' : 'by region');
      for (const panel of [curve, groupPanel]) panel.redraw();
    },
    moment(us) {
      momentUs = us;
      place();
    },
  };
}

/** From the median to the last arrival; to the edge and with a cross where some never had it. */
function drawGroup(plot: Plot, group: RippleGroup, y: number): void {
  const lost = group.lastUs === NEVER_US;
  const end = lost ? plot.right : plot.x(Math.max(1, group.lastUs));
  plot.marks.append(s('text', { x: plot.left - 8, y, dy: '0.32em', 'text-anchor': 'end' }, `${group.name} (${figure(group.nodes)})`));
  if (group.medianUs !== NEVER_US) {
    const median = plot.x(Math.max(1, group.medianUs));
    plot.marks.append(
      s('line', { x1: median, x2: end, y1: y, y2: y, stroke: 'var(--c1)', 'stroke-width': 2, 'stroke-dasharray': lost ? '3 3' : undefined }),
      s('circle', { cx: median, cy: y, r: 5, fill: 'var(--panel)', stroke: 'var(--c1)', 'stroke-width': 2 }, s('title', {}, `median ${delayText(group.medianUs)}`)),
    );
  }
  plot.marks.append(
    lost
      ? s('text', { ...HALO, class: 'alarm halo', x: plot.right, y, dy: '0.32em', 'text-anchor': 'end' }, `${counted(group.nodes - group.reached, 'node')} never ✕`)
      : s('circle', { cx: end, cy: y, r: 5, fill: 'var(--c1)' }, s('title', {}, `last ${delayText(group.lastUs)}`)),
  );
}
