/** `report.html`: one self-contained page, to look at offline: figures, charts, invariants. */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord, SeriesName } from '../trace/record.ts';
import { figure, grouped, millis, sizeText } from './format.ts';
import { pooledDelays } from './propagation.ts';
import { chartSvg, escapeXml, type Line } from './svg.ts';
import type { Summary } from './summary.ts';
import { measuredWindow, seriesOf } from './window.ts';
import { summaryText } from './text.ts';
import { groupedReasons } from './verdict.ts';

const CURVE_POINTS = 200;

export function reportHtml(record: RunRecord, summary: Summary, scenario: ResolvedScenario): string {
  const title = escapeXml(`${summary.scenario.name}, seed ${summary.seed}: ${summary.verdict}`);
  const charts = [propagationChart(record, scenario), ...(scenario.workload ? [throughputChart(record, scenario), gaugeChart(record, scenario, 'pool.size', 'Transactions in the fullest pool')] : []), gaugeChart(record, scenario, 'nodes.active', 'Active nodes')];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
<main>
<h1><span class="${summary.verdict}">${summary.verdict}</span> ${escapeXml(summary.scenario.name)}</h1>
<p>${escapeXml(scenario.question)}</p>
${groupedReasons(summary.reasons).map((r) => `<p class="reason"><b>${r.code} ${r.kind} ${escapeXml(r.ids.join(', '))}</b>: ${escapeXml(r.text)}<br><code>stratus replay ${escapeXml(r.moment)}</code></p>`).join('\n')}
${facts(summary)}
${charts.join('\n')}
<h2>Ledgers (virtual)</h2>
${htmlTable(['ledger', 'blocks', 'transactions', 'gas used'], LEDGERS.map((l) => [l, grouped(summary.virtual.ledgers[l].blocks), grouped(summary.virtual.ledgers[l].transactions), grouped(summary.virtual.ledgers[l].gasUsed)]))}
<h2>Invariants</h2>
${htmlTable(['id', 'what', 'independent', 'by construction', 'violations', 'headroom'], record.invariants.map((i) => [i.id, i.title, i.evaluated + i.byConstruction === 0 ? 'not exercised' : grouped(i.evaluated), grouped(i.byConstruction), grouped(i.violations), i.headroom === undefined ? '–' : figure(i.headroom)]))}
${summary.thresholds.length === 0 ? '' : `<h2>Thresholds (virtual)</h2>\n${htmlTable(['threshold', 'kept', 'value', 'samples'], summary.thresholds.map((t) => [t.expr, t.ok === null ? 'no samples' : t.ok ? 'yes' : 'NO', t.value ?? '–', grouped(t.samples)]))}`}
<h2>As text</h2>
<pre>${escapeXml(summaryText(summary, scenario))}</pre>
</main>
</html>
`;
}

function facts({ virtual: v, wall, hash }: Summary): string {
  return htmlTable(['figure', 'value', 'clock'], [
    ['rounds', `${grouped(v.rounds)}, ${grouped(v.staleRounds)} stale`, 'virtual'],
    ['propagation 50 / 90 / 99%', `${millis(v.propagation.p50Ms)} / ${millis(v.propagation.p90Ms)} / ${millis(v.propagation.p99Ms)}`, 'virtual'],
    ['TPMS offered / confirmed / final', `${figure(v.tpms.offered)} / ${figure(v.tpms.confirmed)} / ${figure(v.tpms.final)} tx/ms, bound by ${v.tpms.boundBy}`, 'virtual'],
    ['events', grouped(v.events), 'virtual'],
    ['elapsed, CPU, peak memory', `${figure(wall.elapsedS)} s, ${figure(wall.cpuS)} s, ${sizeText(wall.peakRssBytes)}`, 'wall'],
    ['trace hash', hash.trace, ''],
  ]);
}

const htmlTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((h) => `<th>${escapeXml(h)}</th>`).join('')}</tr></thead><tbody>\n${rows.map((r) => `<tr>${r.map((c) => `<td>${escapeXml(c)}</td>`).join('')}</tr>`).join('\n')}\n</tbody></table>`;

function propagationChart(record: RunRecord, scenario: ResolvedScenario): string {
  const delays = pooledDelays(record, measuredWindow(record, scenario).fromUs);
  const last = Math.max(0, Math.ceil(delays.length * 0.999) - 1);
  const points = Array.from({ length: delays.length === 0 ? 0 : CURVE_POINTS + 1 }, (_, i): [number, number] => {
    const rank = Math.floor((last * i) / CURVE_POINTS);
    return [delays[rank] / 1_000_000, (100 * (rank + 1)) / delays.length];
  });
  return chartSvg({ title: 'Propagation: share of node and round pairs reached (virtual)', xLabel: 'seconds since found', yLabel: '%', lines: [{ name: 'reached', points }], yMax: 100 });
}

const spansOf = (scenario: ResolvedScenario) => scenario.faults.scheduled.map((f) => ({ name: f.id, from: f.atUs / 60_000_000, to: (f.atUs + f.forUs) / 60_000_000 }));

function throughputChart(record: RunRecord, scenario: ResolvedScenario): string {
  const windowUs = 60_000_000;
  const line = (name: string, series: SeriesName): Line => {
    const sums = new Map<number, number>();
    for (const { stepUs, values } of seriesOf(record, series)) {
      for (let i = 0; i < values.length; i++) {
        const cell = Math.floor((i * stepUs) / windowUs);
        sums.set(cell, (sums.get(cell) ?? 0) + values[i]);
      }
    }
    return { name, points: [...sums].sort(([a], [b]) => a - b).map(([cell, sum]): [number, number] => [cell + 0.5, sum / (windowUs / 1_000)]) };
  };
  return chartSvg({ title: 'TPMS per minute (virtual)', xLabel: 'minutes', yLabel: 'tx/ms', lines: [line('offered', 'tx.offered'), line('admitted', 'tx.admitted'), line('confirmed', 'tx.confirmed'), line('final', 'tx.final')], spans: spansOf(scenario) });
}

function gaugeChart(record: RunRecord, scenario: ResolvedScenario, name: SeriesName, title: string): string {
  const lines = seriesOf(record, name).map(({ stepUs, values }): Line => {
    const stride = Math.max(1, Math.ceil(values.length / 720));
    return { name: '', points: Array.from({ length: Math.ceil(values.length / stride) }, (_, i): [number, number] => [((i * stride + 1) * stepUs) / 60_000_000, values[i * stride]]) };
  });
  return chartSvg({ title: `${title} (virtual)`, xLabel: 'minutes', yLabel: '', lines, spans: spansOf(scenario) });
}

const STYLE = `
:root { color-scheme: light dark; --fg: #1a1a1a; --bg: #fff; --soft: #8884; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6e6e6; --bg: #16181c; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); margin: 0; }
main { max-width: 760px; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--soft); vertical-align: top; }
td { overflow-wrap: anywhere; } th, td:first-child, td:last-child { overflow-wrap: normal; }
svg { width: 100%; height: auto; margin: 1rem 0; } svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
svg .title { font-size: 13px; font-weight: 600; } svg .key { font-weight: 600; } svg .grid { stroke: var(--soft); } svg .span { fill: #d55e0022; }
.pass { color: #009e73; } .fail { color: #d55e00; } .inconclusive { color: #b8860b; } .reason { border-left: 3px solid #d55e00; padding-left: .8rem; }
pre { overflow-x: auto; font-size: 12px; } code { overflow-wrap: anywhere; }
`;
