/** The summary as a person reads it in a terminal. Every figure says its clock; throughput says all that it depends on. */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import { codes, figure, grouped, lengthText, millis, sizeText, table, tokens } from './format.ts';
import type { Summary } from './summary.ts';
import { proofWarning } from './proofs.ts';
import { groupedReasons } from './verdict.ts';

/** How to emphasise; identity functions where the terminal shows no colour. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
}
const asIs = (text: string): string => text;
export const PLAIN: Paint = { good: asIs, bad: asIs, warn: asIs, strong: asIs, quiet: asIs };

export function summaryText(summary: Summary, scenario: ResolvedScenario, paint: Paint = PLAIN): string {
  const { virtual: v, wall } = summary;
  const label = (name: string): string => paint.strong(name.padEnd(13));
  const badge = { pass: paint.good('PASS'), fail: paint.bad('FAIL'), inconclusive: paint.warn('INCONCLUSIVE') }[summary.verdict];
  const lines = [
    `${badge}  ${paint.strong(summary.scenario.name)}  seed ${summary.seed}  hash ${summary.scenario.hash.slice(0, 12)}  exit ${summary.exitCode}`,
    paint.quiet(scenario.question),
    ...proofWarning(summary).map(paint.warn),
    '',
    `${label('Virtual time')}${lengthText(v.durationMs * 1_000)}${v.partial === null ? '' : paint.warn(` (partial: ${v.partial})`)}, ${grouped(v.events)} events, ${grouped(v.nodes.configured)} nodes (${kinds(v.nodes.byKind)}), at most ${grouped(v.nodes.activeMax)} active`,
    `${label('Rounds')}${grouped(v.rounds)} on the best chain, ${grouped(v.staleRounds)} stale, ${grouped(v.reorgs.count)} reorganisations (deepest ${v.reorgs.depthMax})`,
    `${label('Propagation')}${grouped(v.propagation.rounds)} rounds: 50% ${millis(v.propagation.p50Ms)}, 90% ${millis(v.propagation.p90Ms)}, 99% ${millis(v.propagation.p99Ms)} (virtual); ${v.propagation.bytesPerNodeRound === null ? '–' : sizeText(v.propagation.bytesPerNodeRound)} per node and round`,
  ];
  if (summary.fidelity === 'relay-model') lines.push(`${label('Fidelity')}relay-model: SimBlock's message flow on this kernel and network; no engine nodes, nothing executed`);
  if (scenario.workload) lines.push(...loadLines(summary, scenario, label, paint));
  lines.push(...tokenLines(summary, label), ...checkLines(summary, label, paint));
  lines.push(
    `${label('Machine')}${figure(wall.elapsedS)} s elapsed, ${figure(wall.cpuS)} s CPU, ${sizeText(wall.peakRssBytes)} peak, ${grouped(wall.eventsPerS)} events/s (wall); signatures ${summary.backend.signatures}, hashes ${summary.backend.hashes}`,
    `${label('Trace hash')}${summary.hash.trace}`,
  );
  for (const reason of groupedReasons(summary.reasons)) {
    const tint = reason.kind === 'inconclusive' || reason.kind === 'interrupted' ? paint.warn : paint.bad;
    lines.push('', `${tint(`${reason.code} ${reason.kind} ${reason.ids.join(', ')}`)}: ${reason.text}`, `  repeat: stratus replay ${reason.moment}`);
  }
  if (summary.reasons.length === 0) lines.push('', paint.quiet(`repeat: ${summary.next.replay}`));
  return `${lines.join('\n')}\n`;
}

const kinds = (byKind: Readonly<Record<string, number>>): string =>
  Object.entries(byKind).filter(([, n]) => n > 0).map(([kind, n]) => `${grouped(n)} ${kind}`).join(', ');

function loadLines(summary: Summary, scenario: ResolvedScenario, label: (name: string) => string, paint: Paint): string[] {
  const { virtual: v } = summary;
  const t = v.tpms;
  const from = lengthText(scenario.run.warmupUs);
  const window = v.durationMs * 1_000 <= scenario.run.warmupUs ? 'no window' : `${from} to ${lengthText(Math.min(v.durationMs * 1_000, (scenario.run.durationUs ?? v.durationMs * 1_000) - scenario.run.settleUs))}`;
  return [
    `${label('TPMS')}${paint.strong(`offered ${figure(t.offered)}, admitted ${figure(t.admitted)}, confirmed ${figure(t.confirmed)}, final ${figure(t.final)} tx/ms`)}, bound by: ${t.boundBy}`,
    paint.quiet(`${''.padEnd(13)}virtual clock, ${window}, ${grouped(v.nodes.configured)} nodes, ${summary.fidelity} fidelity, all ledgers of the scenario's mix; final: ${scenario.params.finalityDepth} rounds deep`),
    paint.quiet(`${''.padEnd(13)}ingress capacity ${figure(t.ingressCapacity)} tx/ms = ${grouped(v.nodes.activeMax)} active nodes × ${figure(scenario.network.baseNodeCapacityMilliTpms / 1_000)} (${scenario.network.capacityMeasured ? `measured: ${scenario.network.cost.source}` : 'declared, not measured'})`),
    `${label('Transactions')}${grouped(v.transactions.offered)} offered, ${grouped(v.transactions.admitted)} admitted, ${grouped(v.transactions.confirmed)} confirmed, ${grouped(v.transactions.final)} final; ${grouped(v.crossLedger.operations)} across ledgers (${grouped(v.crossLedger.rolledBack)} rolled back)`,
    `${label('Refused')}${codes(v.transactions.rejected)}`,
    `${label('Failed')}${codes(v.transactions.failed)}`,
    ...contractLines(v.contracts, scenario.network.cost.millionGasNs, label),
    ...shieldedLines(summary, label),
    '',
    ...table([['ledger', 'blocks', 'transactions', 'gas used'], ...LEDGERS.map((l) => [l, grouped(v.ledgers[l].blocks), grouped(v.ledgers[l].transactions), grouped(v.ledgers[l].gasUsed)])], '  '),
    '',
  ];
}

function contractLines({ deployed, called, failed, events, vmGas }: Summary['virtual']['contracts'], millionGasNs: number, label: (name: string) => string): string[] {
  if (deployed + called + failed === 0) return [];
  return [`${label('Contracts')}${grouped(deployed)} deployed, ${grouped(called)} called, ${grouped(failed)} failed, ${grouped(events)} events, ${grouped(vmGas)} gas in the VM: ${lengthText(Math.round((vmGas * millionGasNs) / 1e9))} of every node that executes (virtual)`];
}

function shieldedLines({ proofs, virtual: { shielded } }: Summary, label: (name: string) => string): string[] {
  if (shielded.made + shielded.failed === 0) return [];
  return [`${label('Shielded')}${grouped(shielded.made)} transfers, ${grouped(shielded.failed)} failed; proofs: ${proofs.join(', ')}`];
}

function tokenLines({ virtual: v }: Summary, label: (name: string) => string): string[] {
  return Object.entries(v.tokens).map(([token, figures], i) =>
    `${label(i === 0 ? 'Tokens' : '')}${token}: ${Object.entries(figures).map(([name, base]) => `${name} ${tokens(base)}`).join(', ')}`);
}

function checkLines(summary: Summary, label: (name: string) => string, paint: Paint): string[] {
  const rows = summary.invariants;
  const idle = rows.filter((row) => row.evaluated + row.byConstruction === 0).map((row) => row.id);
  const broken = rows.filter((row) => row.violations > 0).map((row) => `${row.id} ×${grouped(row.violations)}`);
  const sum = (pick: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  const lines = [
    `${label('Invariants')}${rows.length} watched, ${grouped(sum((r) => r.evaluated))} independent evaluations, ${grouped(sum((r) => r.byConstruction))} by construction; ${broken.length === 0 ? paint.good('none violated') : paint.bad(`violated: ${broken.join(', ')}`)}`,
  ];
  if (idle.length > 0) lines.push(paint.quiet(`${''.padEnd(13)}not exercised: ${idle.join(', ')}`));
  for (const t of summary.thresholds) lines.push(`${label('Threshold')}${t.ok === null ? paint.warn('no samples') : t.ok ? paint.good('kept') : paint.bad('broken')}  ${t.expr}  (${t.value ?? '–'} over ${grouped(t.samples)} samples, virtual)`);
  if (summary.sometimes.length > 0) lines.push(`${label('Seen')}${summary.sometimes.map((s) => `${s.id} ${grouped(s.seen)}`).join(', ')}`);
  if (summary.faults.length > 0) lines.push(`${label('Faults')}${summary.faults.map((f) => `${f.id} (${f.kind}) fired ${grouped(f.fired)}`).join(', ')}`);
  return lines;
}
