/** Line charts as SVG text: no script, no fonts, no outside reference. Colours come from the page's CSS variables. */

export const escapeXml = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '·').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export interface Line {
  readonly name: string;
  /** x ascending. */
  readonly points: readonly (readonly [x: number, y: number])[];
}
export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  /** Top of the y axis; default: the largest value. */
  readonly yMax?: number;
  /** Spans to shade, such as faults. */
  readonly spans?: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 64;
const RIGHT = 12;
const TOP = 30;
const BOTTOM = 40;
/** Distinguishable with the common colour deficiencies (Okabe and Ito), and by dash. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '4 4', '1 4'];

/** 1, 2 or 5 × 10^n steps, at most `most` of them. */
function ticks(max: number, most: number): number[] {
  if (!(max > 0)) return [0];
  let step = 1;
  while (step * 10 <= max / most) step *= 10;
  while (step > max / most) step /= 10;
  const size = [1, 2, 5, 10].map((m) => m * step).find((s) => max / s <= most) ?? 10 * step;
  return Array.from({ length: Math.floor(max / size + 1e-9) + 1 }, (_, i) => i * size);
}

/** Room for one line's sample and name above the chart. */
const KEY_WIDTH = 92;

const label = (x: number): string => (x === 0 ? '0' : Math.abs(x) >= 1 ? String(Math.round(x * 100) / 100) : x.toPrecision(2));

export function chartSvg(chart: Chart): string {
  const all = chart.lines.flatMap((line) => line.points);
  const xMax = Math.max(...all.map(([x]) => x), 0) || 1;
  const yMax = chart.yMax ?? (Math.max(...all.map(([, y]) => y), 0) || 1);
  const x = (v: number): string => (LEFT + (v / xMax) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (v: number): string => (HEIGHT - BOTTOM - (Math.min(v, yMax) / yMax) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const title = escapeXml(chart.title);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<text x="${LEFT}" y="16" class="title">${title}</text>`,
  ];
  for (const span of chart.spans ?? []) {
    const width = Number(x(Math.min(span.to, xMax))) - Number(x(span.from));
    if (width > 0) parts.push(`<rect x="${x(span.from)}" y="${TOP}" width="${width.toFixed(1)}" height="${HEIGHT - TOP - BOTTOM}" class="span"><title>${escapeXml(span.name)}</title></rect>`);
  }
  for (const v of ticks(yMax, 5)) parts.push(`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(v)}" y2="${y(v)}" class="grid"/><text x="${LEFT - 6}" y="${y(v)}" dy="4" text-anchor="end">${label(v)}</text>`);
  for (const v of ticks(xMax, 8)) parts.push(`<text x="${x(v)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${label(v)}</text>`);
  parts.push(`<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${escapeXml(chart.xLabel)}</text>`, `<text x="${LEFT - 6}" y="${TOP - 6}" text-anchor="end">${escapeXml(chart.yLabel)}</text>`);
  chart.lines.forEach((line, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const points = line.points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ');
    parts.push(`<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-dasharray="${DASHES[i % DASHES.length]}"/>`);
    if (line.name === '') return;
    const keyX = WIDTH - RIGHT - (chart.lines.length - i) * KEY_WIDTH;
    parts.push(`<line x1="${keyX}" x2="${keyX + 20}" y1="12" y2="12" stroke="${colour}" stroke-width="2.4" stroke-dasharray="${DASHES[i % DASHES.length]}"/>`);
    parts.push(`<text x="${keyX + 25}" y="16" class="key">${escapeXml(line.name)}</text>`);
  });
  parts.push('</svg>');
  return parts.join('\n');
}
