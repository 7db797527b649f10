/** How near each invariant came to failing, minute by minute. */
import { columnsOf, SHAPES } from '../../trace/columns.ts';
import { figure, grouped } from '../format.ts';
import { cells, WIDTH, escapeXml } from '../svg.ts';
import { closeness, standingOf } from '../views/headroom.ts';
import { closenessFinding, watchedFinding } from '../views/invariant-words.ts';
import { percentText } from '../views/words.ts';
import type { Figure, FigureInput } from './figure.ts';

const COLUMNS_MAX = 120;
/** Upper bounds of the classes of what was left, %. */
const CLASSES = [5, 10, 25, 50, 75, 100];
/** The darker in a light page, the less was left: the ramp from its late end. */
const LOOKS = ['--never', '--ramp-6', '--ramp-4', '--ramp-3', '--ramp-1', '--ramp-0'].map((role) => `var(${role})`);
const STANDING: Readonly<Record<ReturnType<typeof standingOf>, string>> = { violated: 'VIOLATED', independent: 'held', 'by-construction': 'by construction', 'not-exercised': 'not exercised' };

export function invariants({ record }: FigureInput): Figure {
  const table = columnsOf(SHAPES.invariants, record.invariants);
  const near = closeness(table);
  const minutes = near.reduce((most, { ppmByMinute }) => Math.max(most, ppmByMinute.length), 0);
  const columns = Math.min(COLUMNS_MAX, minutes);
  const [left, top, rowPx] = [52, 8, 15];
  const columnPx = (WIDTH - left - 74) / Math.max(1, columns);
  const height = top + near.length * rowPx + 38;
  const lowest = (row: number, column: number): number => {
    let least = -1;
    for (let minute = Math.floor((column * minutes) / columns); minute < Math.floor(((column + 1) * minutes) / columns); minute++) {
      const ppm = near[row].ppmByMinute[minute] ?? -1;
      if (ppm >= 0 && (least < 0 || ppm < least)) least = ppm;
    }
    return least;
  };
  const parts = cells(columns, near.length, left, top, columnPx, rowPx - 2, (column, row) => {
    const ppm = lowest(row, column);
    return ppm < 0 ? -1 : Math.max(0, CLASSES.findIndex((percent) => ppm <= percent * 10_000));
  }, LOOKS).map((path) => path);
  const rows = near.map(({ id, headroom }, row) => `<text x="${left - 6}" y="${top + row * rowPx + 10}" text-anchor="end">${escapeXml(id)}</text><text x="${WIDTH - 68}" y="${top + row * rowPx + 10}">${percentText(headroom)} left</text>`);
  const ticks = Array.from({ length: 7 }, (_, i) => Math.floor((minutes * i) / 6)).filter((minute, i, all) => minute < minutes && all.indexOf(minute) === i)
    .map((minute) => `<text x="${(left + (minute / Math.max(1, minutes)) * columns * columnPx).toFixed(1)}" y="${height - 22}">${minute}</text>`);
  return {
    id: 'invariants', title: `${watchedFinding(table)}. ${closenessFinding(near, record.endUs)}`, below: 'share of its bound that each invariant had left, at the least, in each minute; the nearest to failing first; empty: nothing compared',
    keys: CLASSES.map((percent, i) => ({ name: `up to ${percent} % left`, fill: LOOKS[i] })),
    svg: columns === 0 ? '' : `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="headroom of each invariant over time">\n${[...parts, ...rows, ...ticks, `<text class="unit" x="${WIDTH - 74}" y="${height - 5}" text-anchor="end">minutes (virtual)</text>`].join('\n')}\n</svg>`,
    head: ['id', 'what', 'how it stands', 'independent', 'by construction', 'violations', 'left of its bound'],
    rows: record.invariants.map((row) => [row.id, row.title, STANDING[standingOf(row)], grouped(row.evaluated), grouped(row.byConstruction), grouped(row.violations), row.headroom === undefined ? '–' : figure(row.headroom)]),
  };
}
