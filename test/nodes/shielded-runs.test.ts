/** Whole runs with shielded transfers: who used the stub says so everywhere, proofs cost virtual time, and may be made ahead. */
import { expect, test } from 'vitest';
import { stubProver } from '../../engine/zk/stub.ts';
import { reportHtml } from '../../sim/report/html.ts';
import { summaryMarkdown } from '../../sim/report/markdown.ts';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import { summaryText } from '../../sim/report/text.ts';
import { claimsAhead, runScenario } from '../../sim/run.ts';
import type { RunOptions, RunRecord } from '../../sim/trace/record.ts';
import { crypto } from '../helpers/fixtures.ts';
import { loaded } from '../scenario/helpers.ts';

const text = ({ proofs = 'stub', kind = 'shielded_transfer', cost = '' }: { proofs?: string; kind?: string; cost?: string } = {}): string => `schema: stratus/scenario/v1
name: little-pool
question: Does it say so?
run: { seed: "1", duration: 5m, settle: 1m }
consensus: { roundInterval: 10s, finalityDepth: 6, proofs: ${proofs} }
network: { totalNodes: 4${cost} }
nodes: { mining: { count: 2 } }
workload:
  accounts: { count: 10 }
  mix: [{ kind: ${kind}, weight: 1 }]
  rate: { unit: tx/s, stages: [{ for: 4m, at: 0.5 }] }`;
const costs = (proof: string, prove: string): string => `, cost: { signature: 45us, execute: 1us, message: 5us, proof: ${proof}, prove: ${prove}, source: test }`;

const run = (written: string, options: Partial<RunOptions> = {}): RunRecord => runScenario(loaded(written).scenario, { crypto, ...options });

function reports(record: RunRecord, written: string): readonly [text: string, markdown: string, html: string] {
  const { scenario } = loaded(written);
  const summary: Summary = summarize(record, scenario, { hash: 'ab'.repeat(32), version: '0', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder: 'x' });
  return [summaryText(summary, scenario), summaryMarkdown(summary, scenario), reportHtml(record, summary, scenario)];
}
const firstLines = (report: string): string => report.split('\n').slice(0, 8).join('\n');

const stub = run(text());

test('a run that used the stub says so in its record, its trace, its sample, and first of all in its reports', () => {
  expect(stub.proofs).toEqual(['stub']);
  expect(stub.counts.shielded.made).toBeGreaterThan(20);
  expect(stub.trace.filter(({ type }) => type === 'prover')).toMatchObject([{ prover: 'stub' }]);
  const shielded = stub.transactions.filter(({ kind, outcome }) => kind === 'shielded_transfer' && outcome === 'success');
  expect(new Set(shielded.map(({ prover }) => prover))).toEqual(new Set(['stub']));
  expect(stub.transactions.find(({ kind }) => kind === 'transfer')?.prover).toBeUndefined();
  const [plain, markdown, html] = reports(stub, text());
  for (const report of [plain, markdown]) expect(firstLines(report)).toMatch(/Proofs by `stub`: .* nothing was proved/);
  expect(html.slice(html.indexOf('<header>'), html.indexOf('</header>'))).toMatch(/Proofs by `stub`/);
});

test.each([['without any', text({ kind: 'transfer' })], ['whose chain takes real proofs, none of which was made', text({ proofs: 'groth16' })]])('a run %s says nothing of the kind', (_what, written) => {
  const record = run(written);
  expect([record.proofs, record.counts.shielded, record.counts.unexpected]).toEqual([[], { made: 0, failed: 0 }, 0]);
  for (const report of reports(record, written)) expect(report).not.toContain('nothing was proved');
});

test('verifying is charged to whoever executes, proving to whoever sends, as the cost profile says', () => {
  const [free, dear] = [run(text({ cost: costs('1us', '1us') })), run(text({ cost: costs('40ms', '460ms') }))];
  const busy = (record: RunRecord): number => record.nodes.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  expect(dear.counts.work.proofsCharged).toBeGreaterThan(dear.counts.shielded.made);
  expect(busy(dear)).toBeGreaterThan(40_000 * dear.counts.work.proofsCharged);
  expect(busy(free)).toBeLessThan(40_000 * free.counts.work.proofsCharged);
  const first = ({ transactions }: RunRecord): number => transactions.find(({ kind }) => kind === 'shielded_transfer')!.submittedAtUs;
  expect(first(dear) - first(free)).toBe(459_999);
});

test('proofs that were made ahead are those that the run asks for', () => {
  const { scenario } = loaded(text());
  const ahead = new Map(claimsAhead(scenario, crypto).map((claim) => [JSON.stringify(claim.statement, plain), stubProver.prove(claim)!]));
  expect(run(text(), { prove: ({ statement }) => ahead.get(JSON.stringify(statement, plain)) }).traceHash).toBe(stub.traceHash);
});
const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
