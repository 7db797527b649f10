/** Results as one offline page, with the distribution over rounds of each case. */
import { figure } from '../../sim/report/format.ts';
import { escapeXml } from '../../sim/report/svg.ts';
import type { BenchResult, CaseResult } from '../method/result.ts';
import { axesOf, growthSvg } from './growth.ts';
import { interval } from './terminal.ts';

export function htmlReport(result: BenchResult): string {
  const { machine, cases } = result;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Benchmark: ${escapeXml(result.suites.join(', '))}</title>
<style>${STYLE}</style>
<main>
<h1>Benchmark: ${escapeXml(result.suites.join(', '))}</h1>
<p>${escapeXml(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}; ${result.at.slice(0, 16).replace('T', ' ')} UTC; ${result.rounds} rounds in fresh processes${result.quick ? ' (quick: no evidence)' : ''}.`)} All figures are wall (measured, noisy).</p>
<p class="key">${KEY}</p>
<table><thead><tr><th>case</th><th>median</th><th>unit</th><th>95 %</th><th class="plot">rounds</th><th>CPU µs each</th></tr></thead><tbody>
${cases.map(caseRow).join('\n')}
</tbody></table>
${axesOf(cases).map(growthSvg).join('\n')}
${stagesSection(cases)}
${roofSection(cases)}
${result.absent.map(({ name, why }) => `<p>Not here: ${escapeXml(name)}: ${escapeXml(why)}.</p>`).join('\n')}
</main>
</html>
`;
}

const KEY = 'Each dot is a round (a fresh process); the bar is the 95 % interval of the median, the line the median, a hollow square a round far from the others. Each row has its own scale, from the lowest round to the highest.';

const caseRow = (c: CaseResult): string =>
  `<tr><td>${escapeXml(c.name)}</td><td>${figure(c.median)}</td><td>${escapeXml(c.unit)}</td><td>${interval(c.ci95)}</td><td class="plot">${strip(c)}</td><td>${figure(c.cpuPerItemUs)}</td></tr>`;

const WIDTH = 220;
const HEIGHT = 22;
const PAD = 8;

/** The rounds of a case as dots on a line. Shape tells outliers, not colour alone. */
export function strip({ name, samples, median, ci95, outliers }: Pick<CaseResult, 'name' | 'samples' | 'median' | 'ci95' | 'outliers'>): string {
  const [lo, hi] = [Math.min(...samples), Math.max(...samples)];
  const x = (value: number): number => PAD + (hi === lo ? 0.5 : (value - lo) / (hi - lo)) * (WIDTH - 2 * PAD);
  const far = new Set(outliers);
  const dots = samples.map((value, i) => {
    const [cx, cy] = [x(value).toFixed(1), (6 + ((i * 7) % 11)).toFixed(1)];
    return far.has(i)
      ? `<rect x="${(Number(cx) - 2.5).toFixed(1)}" y="${(Number(cy) - 2.5).toFixed(1)}" width="5" height="5" class="far"><title>round ${i + 1}: ${figure(value)}</title></rect>`
      : `<circle cx="${cx}" cy="${cy}" r="2.4"><title>round ${i + 1}: ${figure(value)}</title></circle>`;
  });
  const label = escapeXml(`${name}: ${samples.length} rounds from ${figure(lo)} to ${figure(hi)}, median ${figure(median)}`);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}"><rect x="${x(ci95[0]).toFixed(1)}" y="2" width="${Math.max(1, x(ci95[1]) - x(ci95[0])).toFixed(1)}" height="${HEIGHT - 4}" class="ci"/>${dots.join('')}<line x1="${x(median).toFixed(1)}" x2="${x(median).toFixed(1)}" y1="1" y2="${HEIGHT - 1}"/></svg>`;
}

/** By stage, in the colours of the run reports (Okabe and Ito), each stage named in its place. */
const COLOURS: readonly string[] = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

function stagesSection(cases: readonly CaseResult[]): string {
  const staged = cases.filter(({ stagesUs }) => Object.keys(stagesUs).length > 1);
  if (staged.length === 0) return '';
  const max = Math.max(...staged.map(({ stagesUs }) => Object.values(stagesUs).reduce((x, y) => x + y, 0)));
  const bars = staged.map(({ name, stagesUs }) => {
    let at = 0;
    const parts = Object.entries(stagesUs).map(([stage, us], i) => {
      const [from, width] = [(at / max) * 100, (us / max) * 100];
      at += us;
      return `<span style="left:${from.toFixed(2)}%;width:${width.toFixed(2)}%;background:${COLOURS[i % COLOURS.length]}" title="${escapeXml(`${stage}: ${figure(us)} µs`)}"></span>`;
    });
    return `<tr><td>${escapeXml(name)}</td><td class="bar"><div>${parts.join('')}</div></td><td>${Object.entries(stagesUs).map(([stage, us], i) => `<b style="border-color:${COLOURS[i % COLOURS.length]}">${escapeXml(stage)} ${figure(us)}</b>`).join(' ')}</td></tr>`;
  });
  return `<h2>Stages: µs of processor time per transaction</h2><table><tbody>${bars.join('\n')}</tbody></table>`;
}

function roofSection(cases: readonly CaseResult[]): string {
  const roofs = cases.filter(({ roofline }) => roofline !== null);
  if (roofs.length === 0) return '';
  const rows = roofs.map(({ name, median, roofline }) => {
    const { bound, by, share, stages } = roofline!;
    return `<tr><td>${escapeXml(name)}</td>${Object.values(stages).map((value) => `<td>${figure(value)}</td>`).join('')}<td>${figure(bound)}</td><td>${figure(median)}</td><td class="bar"><div><span style="left:0;width:${Math.min(100, share * 100).toFixed(1)}%;background:${COLOURS[0]}"></span></div></td><td>${figure(share * 100)} % (most: ${escapeXml(by)})</td></tr>`;
  });
  return `<h2>Roofline: transactions per ms if a core did nothing but …</h2><table><thead><tr><th>case</th>${Object.keys(roofs[0].roofline!.stages).map((stage) => `<th>${escapeXml(stage)}</th>`).join('')}<th>bound</th><th>reached</th><th></th><th>share</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

const STYLE = `
:root { color-scheme: light dark; --fg: #1a1a1a; --bg: #fff; --soft: #8884; --ci: #0072b233; --dot: #0072b2; --far: #d55e00; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6e6e6; --bg: #16181c; --ci: #56b4e944; --dot: #56b4e9; --far: #e69f00; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); margin: 0; }
main { max-width: 1080px; margin: 2rem auto; padding: 0 1rem; overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--soft); vertical-align: middle; }
.plot { min-width: 220px; } svg circle { fill: var(--dot); fill-opacity: .7; } svg .ci { fill: var(--ci); } svg line { stroke: var(--fg); stroke-width: 1.4; }
svg .far { fill: none; stroke: var(--far); stroke-width: 1.4; }
svg.growth { width: 520px; max-width: 100%; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.bar { width: 30%; } .bar div { position: relative; height: 14px; background: var(--soft); } .bar span { position: absolute; top: 0; bottom: 0; }
b { font-weight: 500; border-left: 4px solid; padding-left: .3rem; margin-right: .4rem; white-space: nowrap; } .key { color: color-mix(in srgb, var(--fg) 70%, transparent); }
`;
