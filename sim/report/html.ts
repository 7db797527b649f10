/**
 * `report.html`: one self-contained page, to look at offline, without a script. Each figure's title states what it found,
 * its table stands behind it. Light and dark follow the reader's system; colours are Okabe and Ito's, and never the only sign.
 */
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord } from '../trace/record.ts';
import { figureInput, type Figure } from './figures/figure.ts';
import { forks, ledgers } from './figures/chain.ts';
import { activation, pool, throughput } from './figures/load.ts';
import { coverage, matrix } from './figures/spread.ts';
import { rates, treasuries } from './figures/tokens.ts';
import { invariants } from './figures/watched.ts';
import { figure, grouped, lengthText, millis, sizeText } from './format.ts';
import { proofWarning } from './proofs.ts';
import { escapeXml, keyHtml } from './svg.ts';
import type { Summary } from './summary.ts';
import { summaryText } from './text.ts';
import { groupedReasons } from './verdict.ts';
import { verdictFinding } from './views/overview.ts';

export function reportHtml(record: RunRecord, summary: Summary, scenario: ResolvedScenario): string {
  const input = figureInput(record, scenario, summary);
  const loaded = scenario.workload !== undefined;
  const figures = [
    ...(loaded ? [throughput(input)] : []), coverage(input), matrix(input), ...(loaded ? [activation(input)] : []), forks(input), ...(loaded ? [ledgers(input), treasuries(input), rates(input), pool(input)] : []),
    ...(record.invariants.length === 0 ? [] : [invariants(input)]),
  ].filter((one) => one !== undefined);
  const title = escapeXml(`${summary.scenario.name}, seed ${summary.seed}: ${summary.verdict}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="verdict ${summary.verdict}">${SIGN[summary.verdict]} ${summary.verdict} <small>exit ${summary.exitCode}</small></p>
<h1>${escapeXml(summary.scenario.name)}</h1>
<p class="question">${escapeXml(scenario.question)}</p>
${proofWarning(summary).map((warning) => `<p class="reason"><b>${escapeXml(warning)}</b></p>`).join('\n')}
<p>${escapeXml(verdictFinding(summary))}</p>
</header>
${groupedReasons(summary.reasons).map((r) => `<p class="reason"><b>${r.code} ${r.kind} ${escapeXml(r.ids.join(', '))}</b>: ${escapeXml(r.text)}<br><code>stratus replay ${escapeXml(r.moment)}</code></p>`).join('\n')}
${tiles(summary)}
<nav aria-label="figures">${figures.map(({ id }) => `<a href="#${id}">${id}</a>`).join(' ')}</nav>
${figures.map(section).join('\n')}
${summary.thresholds.length === 0 ? '' : `<section id="thresholds"><h2>Thresholds</h2>\n<div class="scroll" tabindex="0" role="region" aria-label="table of thresholds">${tableHtml(['threshold', 'kept', 'value', 'samples'], summary.thresholds.map((t) => [t.expr, t.ok === null ? 'no samples' : t.ok ? 'yes' : 'NO', t.value ?? '–', grouped(t.samples)]))}</div></section>`}
<section id="text"><h2>As text</h2>
<pre tabindex="0">${escapeXml(summaryText(summary, scenario))}</pre></section>
<footer><p>Times and rates are virtual (simulated, exact) unless they say wall (measured, noisy). The same data as tables and columns is in <code>det/</code>; to look into it: <code>${escapeXml(summary.next.view)}</code></p></footer>
</main>
</body>
</html>
`;
}

const SIGN: Readonly<Record<Summary['verdict'], string>> = { pass: '✓', fail: '✕', inconclusive: '?' };

const section = ({ id, title, below, keys, svg, head, rows }: Figure): string => `<section id="${id}">
<h2>${escapeXml(title)}</h2>
<p class="below">${escapeXml(below)}</p>
${keyHtml(svg === '' ? [] : keys)}
${svg === '' ? '' : `<div class="chart" tabindex="0" role="region" aria-label="drawing of ${id}">\n${svg}\n</div>`}
<details><summary>Table: ${grouped(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="table of ${id}">${tableHtml(head, rows)}</div></details>
</section>`;

function tiles({ virtual: v, wall, hash, seed, version }: Summary): string {
  const tile = (name: string, value: string, clock: string): string => `<div><dt>${name}</dt><dd>${escapeXml(value)}</dd><dd class="clock">${clock}</dd></div>`;
  const loaded = v.transactions.offered > 0;
  return `<dl class="tiles">
${tile('rounds', `${grouped(v.rounds)}${v.staleRounds > 0 ? `, ${grouped(v.staleRounds)} lost` : ''}`, 'virtual')}
${tile('length', lengthText(v.durationMs * 1_000), 'virtual')}
${tile('nodes', `${grouped(v.nodes.configured)}, ${grouped(v.nodes.activeMax)} active at most`, 'virtual')}
${tile('a round reaches 50 / 90 / 99 %', `${millis(v.propagation.p50Ms)} / ${millis(v.propagation.p90Ms)} / ${millis(v.propagation.p99Ms)}`, 'virtual')}
${loaded ? tile('transactions confirmed', `${grouped(v.transactions.confirmed)} of ${grouped(v.transactions.offered)}`, 'virtual') : ''}
${loaded ? tile('TPMS confirmed', `${figure(v.tpms.confirmed)} tx/ms, bound by ${v.tpms.boundBy}`, 'virtual') : ''}
${tile('events', grouped(v.events), 'virtual')}
${tile('elapsed, CPU, memory', `${figure(wall.elapsedS)} s, ${figure(wall.cpuS)} s, ${sizeText(wall.peakRssBytes)}`, 'wall')}
</dl>
<p class="hash">seed <code>${escapeXml(seed)}</code>, version <code>${escapeXml(version)}</code>, trace hash <code>${escapeXml(hash.trace)}</code></p>`;
}

const tableHtml = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((h) => `<th scope="col">${escapeXml(h)}</th>`).join('')}</tr></thead><tbody>\n${rows.map((r) => `<tr>${r.map((c) => `<td>${escapeXml(c)}</td>`).join('')}</tr>`).join('\n')}\n</tbody></table>`;

const STYLE = `
:root { color-scheme: light dark; --ink: #14171c; --muted: #545a64; --page: #fdfdfb; --panel: #f3f3ef; --line: #d9d9d1; --strong: #8b8f96; --soft: #c9cbc6; --good: #00694c; --bad: #b3261e; --warn: #8a5600;
  --c1: #0072b2; --c2: #b36b00; --c3: #007f5f; --c4: #a8407e; --c5: #c14a00; --c6: #3a8fc4;
  --ramp-0: #dfe9f2; --ramp-1: #b3cde3; --ramp-2: #7fb2d3; --ramp-3: #4a90bf; --ramp-4: #2a6a9e; --ramp-5: #164878; --ramp-6: #0a2a4d; --never: #d0450b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ebef; --muted: #a2aab6; --page: #12161c; --panel: #1b2028; --line: #2a303a; --strong: #6a7380; --soft: #3d4450; --good: #4ecb9d; --bad: #ff8a7a; --warn: #f0b350;
  --c1: #4aa8e8; --c2: #e69f00; --c3: #1fb58b; --c4: #d98bb8; --c5: #f07a3c; --c6: #8fd0f5;
  --ramp-0: #16324c; --ramp-1: #1f4a70; --ramp-2: #2c6a9a; --ramp-3: #4a90bf; --ramp-4: #7fb2d3; --ramp-5: #b3cde3; --ramp-6: #e6f0f8; --never: #ff6a3d; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; color: var(--ink); background: var(--page); margin: 0; }
main { max-width: 820px; margin: 1.5rem auto 4rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .3rem 0; } h2 { font-size: 1.05rem; line-height: 1.35; margin: 0; text-wrap: pretty; }
p { margin: .4rem 0; overflow-wrap: anywhere; } .question { color: var(--muted); } .below, .clock, dt, .hash, footer { color: var(--muted); font-size: .85rem; }
.verdict { display: inline-block; padding: .2rem .8rem; border: 1px solid currentColor; border-radius: 6px; font-weight: 650; text-transform: uppercase; margin: 0; } .verdict small { text-transform: none; font-weight: 400; }
.pass { color: var(--good); } .fail { color: var(--bad); } .inconclusive { color: var(--warn); }
.reason { border-left: 3px solid var(--bad); padding-left: .8rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1px; background: var(--line); border: 1px solid var(--line); margin: 1rem 0 .5rem; } .tiles > div { background: var(--page); padding: .5rem .7rem; } dd { margin: 0; } .clock { font-size: .75rem; }
nav { display: flex; flex-wrap: wrap; gap: .2rem .9rem; font-size: .85rem; margin: 1rem 0; } a { color: var(--c1); }
section { margin: 1.6rem 0; padding-top: 1.1rem; border-top: 1px solid var(--line); }
svg { display: block; width: 100%; height: auto; margin: .5rem 0; } svg text { font: 11px system-ui, sans-serif; fill: var(--ink); } svg .unit { fill: var(--muted); }
.chart { overflow-x: auto; } @media (max-width: 560px) { .chart svg { width: 600px; } .tiles { grid-template-columns: 1fr 1fr; } }
.grid { stroke: var(--line); fill: none; } .tick { stroke: var(--strong); fill: none; } .span { fill: var(--c5); fill-opacity: .16; }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .4rem 0 0; padding: 0; font-size: .85rem; } .key li { display: flex; align-items: center; gap: .4rem; } .key svg { width: 22px; height: 10px; margin: 0; }
summary { cursor: pointer; font-size: .85rem; color: var(--muted); } .scroll { overflow-x: auto; max-height: 26rem; overflow-y: auto; }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; font-size: .85rem; } th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { position: sticky; top: 0; background: var(--page); }
pre { overflow-x: auto; font-size: 12px; background: var(--panel); padding: .8rem; } code { overflow-wrap: anywhere; font-size: .9em; }
@media print { details { display: none; } }
`;
