/** Growth as text and as drawings: points of an axis side by side, since they lie factors apart. */
import { figure, table } from '../../sim/report/format.ts';
import { escapeXml } from '../../sim/report/svg.ts';
import type { CaseResult } from '../method/result.ts';
import { GROWTH, growthCase } from '../work/growth.ts';

interface Axis {
  readonly name: string;
  readonly points: readonly { readonly label: string; readonly path: CaseResult; readonly exec: CaseResult }[];
}

/** The axes of which something was measured. */
export function axesOf(cases: readonly CaseResult[]): Axis[] {
  const byName = new Map(cases.map((c) => [c.name, c]));
  return [...new Set(GROWTH.map(({ axis }) => axis))].flatMap((name) => {
    const points = GROWTH.filter(({ axis }) => axis === name).flatMap((point) => {
      const [path, exec] = [byName.get(growthCase(point, 'path')), byName.get(growthCase(point, 'exec'))];
      return path && exec ? [{ label: point.label, path, exec }] : [];
    });
    return points.length < 2 ? [] : [{ name, points }];
  });
}

const BAR = 40;

export function growthText(cases: readonly CaseResult[]): string[] {
  return axesOf(cases).flatMap(({ name, points }) => {
    const max = Math.max(...points.map(({ path }) => path.median));
    const bar = (rate: number, mark: string): string => mark.repeat(Math.max(1, Math.round((rate / max) * BAR)));
    const rows = points.map(({ label, path, exec }) => [label, figure(path.median), figure(exec.median)]);
    const lines = table([[name, 'path', 'exec'], ...rows]);
    return ['', `Transactions per ms (wall, measured) against ${name}: # path, = exec`, lines[0], ...points.flatMap(({ path, exec }, i) => [`${lines[i + 1]}  ${bar(path.median, '#')}`, `${' '.repeat(lines[0].length)}  ${bar(exec.median, '=')}`])];
  });
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [520, 240, 56, 36, 24];
/** As in the run reports (Okabe and Ito); the dash and the name at its end tell the lines apart too. */
const LINES = [
  { part: 'path', colour: '#0072b2', dash: '' },
  { part: 'exec', colour: '#d55e00', dash: '6 3' },
] as const;

export function growthSvg({ name, points }: Axis): string {
  const max = Math.max(...points.flatMap(({ path, exec }) => [path.ci95[1], exec.ci95[1]]));
  const x = (i: number): number => LEFT + ((i + 0.5) * (WIDTH - LEFT - 60)) / points.length;
  const y = (rate: number): number => HEIGHT - BOTTOM - (rate / max) * (HEIGHT - BOTTOM - TOP);
  const lines = LINES.map(({ part, colour, dash }) => {
    const at = points.map((point, i) => `${x(i).toFixed(1)},${y(point[part].median).toFixed(1)}`);
    const bars = points.map((point, i) => `<line x1="${x(i).toFixed(1)}" x2="${x(i).toFixed(1)}" y1="${y(point[part].ci95[0]).toFixed(1)}" y2="${y(point[part].ci95[1]).toFixed(1)}" stroke="${colour}"><title>${escapeXml(`${part}, ${point.label}: ${figure(point[part].median)} tx/ms`)}</title></line>`);
    const end = points[points.length - 1][part].median;
    return `<polyline points="${at.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-dasharray="${dash}"/>${bars.join('')}<text x="${(x(points.length - 1) + 8).toFixed(1)}" y="${(y(end) + 4).toFixed(1)}">${part}</text>`;
  });
  const labels = points.map(({ label }, i) => `<text x="${x(i).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${escapeXml(label)}</text>`);
  const scale = [0, max / 2, max].map((rate) => `<text x="${LEFT - 6}" y="${(y(rate) + 4).toFixed(1)}" text-anchor="end">${figure(rate)}</text>`);
  const title = escapeXml(`Transactions per ms against ${name}`);
  return `<svg class="growth" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title><text x="${LEFT}" y="14">${title}</text>${scale.join('')}${labels.join('')}${lines.join('')}</svg>`;
}
