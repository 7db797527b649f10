/**
 * Region tables: the measured ones that come with the testbed, and the CSV format of own ones.
 *
 * CSV: an optional first line `# source: where the figures come from`, a header, and one row per region in any order.
 * Latencies are one way, from the row's region to the column's.
 *
 *     # source: own measurement, March 2026
 *     region,share,download,upload,NORTH_AMERICA,EUROPE,SOUTH_AMERICA,ASIA_PACIFIC,JAPAN,AUSTRALIA
 *     NORTH_AMERICA,33.16%,52Mbit,19.2Mbit,32ms,124ms,184ms,198ms,151ms,189ms
 */
import measured2015 from '../network/data/measured-2015.json' with { type: 'json' };
import measured2019 from '../network/data/measured-2019.json' with { type: 'json' };
import type { Place, Source } from './problem.ts';
import { Refusal } from './tree.ts';
import { REGIONS, type Region, type RegionTable } from './types.ts';
import { parseBps, parseDurationUs, parseSharePpm, type Parsed } from './units.ts';

export const MEASURED: readonly RegionTable[] = [measured2019, measured2015];

const HEADER = ['region', 'share', 'download', 'upload', ...REGIONS];

/** Reads an own table, called `name` (its path as written). Throws Refusal with line and column. */
export function readRegionCsv(source: Source, name: string): RegionTable {
  let offset = 0;
  let origin = name;
  let header = false;
  const rows = new Map<Region, { share: number; download: number; upload: number; latency: number[] }>();
  for (const line of source.text.split('\n')) {
    const text = line.replace(/\r$/, '');
    const place = (start = 0, length = text.length): Place => ({ source, start: offset + start, end: offset + start + Math.max(1, length) });
    if (text.startsWith('#')) origin = /^#\s*source:\s*(.+)$/.exec(text)?.[1].trim() ?? origin;
    else if (text.trim() !== '' && !header) {
      if (text.split(',').map((cell) => cell.trim()).join() !== HEADER.join()) refuse(place(), 'not the header of a region table', `write ${HEADER.join(',')}`);
      header = true;
    } else if (text.trim() !== '') row(text, place, rows);
    offset += line.length + 1;
  }
  const whole: Place = { source, start: 0, end: 1 };
  if (!header) refuse(whole, 'not a region table', `its first line is ${HEADER.join(',')}`);
  const missing = REGIONS.filter((region) => !rows.has(region));
  if (missing.length > 0) refuse(whole, `no row for ${missing.join(', ')}`, 'a table has one row per region');
  const ordered = REGIONS.map((region) => rows.get(region)!);
  return {
    name,
    source: origin,
    latencyMs: ordered.map((r) => r.latency),
    downloadBps: ordered.map((r) => r.download),
    uploadBps: ordered.map((r) => r.upload),
    nodeSharePpm: ordered.map((r) => r.share),
  };
}

function refuse(place: Place, problem: string, mend: string): never {
  throw new Refusal({ file: place.source.name, place, problem, mend });
}

function row(text: string, place: (start?: number, length?: number) => Place, rows: Map<Region, { share: number; download: number; upload: number; latency: number[] }>): void {
  const cells = text.split(',');
  if (cells.length !== HEADER.length) refuse(place(), `${cells.length} columns`, `a row has ${HEADER.length}: ${HEADER.join(',')}`);
  const starts = cells.map((_, i) => cells.slice(0, i).join(',').length + (i === 0 ? 0 : 1));
  const read = <T>(column: number, parse: (raw: string) => Parsed<T>): T => {
    const parsed = parse(cells[column].trim());
    return parsed.ok ? parsed.value : refuse(place(starts[column], cells[column].length), `${HEADER[column]}: ${parsed.error.problem}`, parsed.error.mend);
  };
  const region = REGIONS.find((name) => name === cells[0].trim());
  if (region === undefined) return refuse(place(0, cells[0].length), `unknown region \`${cells[0].trim()}\``, `one of: ${REGIONS.join(', ')}`);
  if (rows.has(region)) refuse(place(0, cells[0].length), `${region} is repeated`, 'one row per region');
  rows.set(region, {
    share: read(1, parseSharePpm),
    download: read(2, parseBps),
    upload: read(3, parseBps),
    latency: REGIONS.map((_, i) => Math.round(read(4 + i, parseDurationUs) / 1_000)),
  });
}

/** What a table must hold beyond its shape; undefined where it does. */
export function tableProblem(table: RegionTable): string | undefined {
  const total = table.nodeSharePpm.reduce((sum, ppm) => sum + ppm, 0);
  if (total !== 1_000_000) return `shares of the regions add up to ${total / 10_000}%, not 100%`;
  if ([...table.downloadBps, ...table.uploadBps].some((bps) => bps === 0)) return 'a bandwidth of 0: no message would ever arrive';
  return undefined;
}
