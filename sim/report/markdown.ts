/** The summary as Markdown: `summary.md`, and a CI step's summary. */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import { codes, figure, grouped, lengthText, millis, sizeText, tokens } from './format.ts';
import type { Summary } from './summary.ts';
import { proofWarning } from './proofs.ts';
import { groupedReasons } from './verdict.ts';

const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
const heading = (...cells: readonly string[]): string[] => [row(...cells), row(...cells.map((_, i) => (i === 0 ? '---' : '---:')))];

export function summaryMarkdown(summary: Summary, scenario: ResolvedScenario): string {
  const { virtual: v, wall } = summary;
  const t = v.tpms;
  const lines = [
    `# ${summary.scenario.name}: ${summary.verdict}`,
    '',
    `> ${scenario.question.replace(/\n/g, ' ')}`,
    '',
    ...proofWarning(summary).flatMap((warning) => [`**${warning}**`, '']),
    `Seed \`${summary.seed}\`, scenario hash \`${summary.scenario.hash.slice(0, 12)}\`, version ${summary.version}, fidelity ${summary.fidelity}, exit code ${summary.exitCode}.`,
    '',
    ...groupedReasons(summary.reasons).flatMap((r) => [`- **${r.code} ${r.kind} ${r.ids.join(', ')}**: ${r.text}`, `  \`stratus replay ${r.moment}\``]),
    ...(summary.reasons.length > 0 ? [''] : []),
    ...heading('figure (virtual)', 'value'),
    row('length', `${lengthText(v.durationMs * 1_000)}${v.partial === null ? '' : ` (partial: ${v.partial})`}`),
    row('events', grouped(v.events)),
    row('nodes', `${grouped(v.nodes.configured)}, at most ${grouped(v.nodes.activeMax)} active`),
    row('rounds', `${grouped(v.rounds)} on the best chain, ${grouped(v.staleRounds)} stale`),
    row('reorganisations', `${grouped(v.reorgs.count)}, deepest ${v.reorgs.depthMax}`),
    row('propagation 50% / 90% / 99%', `${millis(v.propagation.p50Ms)} / ${millis(v.propagation.p90Ms)} / ${millis(v.propagation.p99Ms)}`),
    row('bytes per node and round', v.propagation.bytesPerNodeRound === null ? '–' : sizeText(v.propagation.bytesPerNodeRound)),
  ];
  if (scenario.workload) {
    lines.push(
      row('TPMS offered / admitted / confirmed / final', `${figure(t.offered)} / ${figure(t.admitted)} / ${figure(t.confirmed)} / ${figure(t.final)} tx/ms`),
      row('bound by', t.boundBy),
      row('ingress capacity (declared)', `${figure(t.ingressCapacity)} tx/ms`),
      row('transactions offered / admitted / confirmed / final', `${grouped(v.transactions.offered)} / ${grouped(v.transactions.admitted)} / ${grouped(v.transactions.confirmed)} / ${grouped(v.transactions.final)}`),
      row('refused', codes(v.transactions.rejected)),
      row('failed', codes(v.transactions.failed)),
      row('contracts', `${grouped(v.contracts.deployed)} deployed, ${grouped(v.contracts.called)} called, ${grouped(v.contracts.failed)} failed, ${grouped(v.contracts.vmGas)} gas`),
      row('shielded transfers', `${grouped(v.shielded.made)} made, ${grouped(v.shielded.failed)} failed`),
      row('across ledgers', `${grouped(v.crossLedger.operations)}, ${grouped(v.crossLedger.rolledBack)} rolled back`),
      '',
      `Final: ${scenario.params.finalityDepth} rounds deep.`,
      '',
      ...heading('ledger', 'blocks', 'transactions', 'gas used'),
      ...LEDGERS.map((l) => row(l, grouped(v.ledgers[l].blocks), grouped(v.ledgers[l].transactions), grouped(v.ledgers[l].gasUsed))),
    );
  }
  for (const [token, figures] of Object.entries(v.tokens)) lines.push('', `${token}: ${Object.entries(figures).map(([name, base]) => `${name} ${tokens(base)}`).join(', ')}`);
  lines.push('', ...heading('invariant', 'independent', 'by construction', 'violations', 'headroom'));
  for (const i of summary.invariants) lines.push(row(i.id, i.evaluated + i.byConstruction === 0 ? 'not exercised' : grouped(i.evaluated), grouped(i.byConstruction), grouped(i.violations), i.headroom === null ? '–' : figure(i.headroom)));
  if (summary.thresholds.length > 0) {
    lines.push('', ...heading('threshold', 'kept', 'value', 'samples'));
    for (const th of summary.thresholds) lines.push(row(`\`${th.expr}\``, th.ok === null ? 'no samples' : th.ok ? 'yes' : '**no**', th.value ?? '–', grouped(th.samples)));
  }
  if (summary.sometimes.length > 0) lines.push('', `Seen: ${summary.sometimes.map((s) => `${s.id} ${grouped(s.seen)}`).join(', ')}`);
  if (summary.faults.length > 0) lines.push('', `Faults: ${summary.faults.map((f) => `${f.id} (${f.kind}) fired ${grouped(f.fired)}`).join(', ')}`);
  lines.push(
    '',
    `Wall clock: ${figure(wall.elapsedS)} s elapsed, ${figure(wall.cpuS)} s CPU, ${sizeText(wall.peakRssBytes)} peak, ${grouped(wall.eventsPerS)} events/s. Backend: signatures ${summary.backend.signatures}, hashes ${summary.backend.hashes}.`,
    '',
    `Trace hash \`${summary.hash.trace}\`. Repeat: \`${summary.next.replay}\``,
  );
  return `${lines.join('\n')}\n`;
}
