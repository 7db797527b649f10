/**
 * A campaign: cases `seed`, `seed + 1`, …, what they found, the smallest scenario of each finding, and what was reached.
 * Pure: who runs the cases, and in which order, is the caller's business; this says which there are and adds them up.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { EXIT } from '../report/verdict.ts';
import { formatMoment } from '../scenario/moment.ts';
import { canonical } from '../scenario/hash.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { toYaml } from './compose.ts';
import { generate } from './generate.ts';
import { runOne, type Finding, type FindingKind, type JudgeOptions, type Observation } from './run-one.ts';
import { shrink, type Shrunk } from './shrink.ts';

export interface CampaignOptions {
  /** Number of cases. */
  readonly seeds: number;
  readonly seed: number;
  /** Every this many cases one also runs with shared executions (Z1); 0: none. By its seed, not by its place. */
  readonly twinEvery: number;
}

/** One thing to run, small enough to pass between threads. */
export type Task =
  | { readonly type: 'case'; readonly seed: number; readonly twin: boolean }
  | { readonly type: 'shrink'; readonly seed: number; readonly twin: boolean; readonly signature: string };

export interface CaseResult {
  readonly seed: number;
  readonly observation: Observation;
}

export interface CampaignFinding {
  readonly signature: string;
  readonly invariant: string;
  readonly kind: FindingKind;
  readonly text: string;
  /** Cases that have it. */
  readonly count: number;
  /** The first of them: `stratus fuzz --seeds 1 --seed …` finds it again. */
  readonly seed: number;
  /** Of the shrunk scenario. */
  readonly smallest: { readonly hash: string; readonly nodes: number; readonly virtualMs: number; readonly events: number; readonly runs: number };
  readonly moment: string;
  /** Path of the scenario file. */
  readonly file: string;
}

export interface CampaignResult {
  readonly schema: 'stratus/fuzz/v1';
  readonly seeds: number;
  readonly seed: string;
  readonly virtualMs: number;
  readonly events: number;
  /** By name, the number of cases in which it happened; and what never did. */
  readonly behaviours: { readonly reached: Readonly<Record<string, number>>; readonly never: readonly string[] };
  readonly findings: readonly CampaignFinding[];
  /** Over every case's trace and findings, and every shrunk scenario: a function of (code, seeds, seed). */
  readonly hash: string;
  readonly exitCode: number;
}

export const casesOf = ({ seeds, seed, twinEvery }: CampaignOptions): Task[] =>
  Array.from({ length: seeds }, (_, i) => ({ type: 'case', seed: seed + i, twin: twinEvery > 0 && (seed + i) % twinEvery === 0 }));

export function runTask(task: Extract<Task, { type: 'case' }>, crypto: Crypto): Observation;
export function runTask(task: Extract<Task, { type: 'shrink' }>, crypto: Crypto): Shrunk | undefined;
export function runTask(task: Task, crypto: Crypto): Observation | Shrunk | undefined;
export function runTask(task: Task, crypto: Crypto): Observation | Shrunk | undefined {
  const options: JudgeOptions = { crypto, twin: task.twin };
  return task.type === 'case' ? runOne(generate(task.seed, crypto), options) : shrink(task.seed, task.signature, options);
}

/** The first finding of each case is what its run was about; what followed from it is not shrunk. One task per signature. */
export function shrinksOf(cases: readonly CaseResult[], { twinEvery }: CampaignOptions): Extract<Task, { type: 'shrink' }>[] {
  const tasks = new Map<string, Extract<Task, { type: 'shrink' }>>();
  for (const { seed, observation } of inOrder(cases)) {
    const first = observation.findings[0];
    if (first === undefined || tasks.has(first.signature)) continue;
    tasks.set(first.signature, { type: 'shrink', seed, signature: first.signature, twin: needsTwin(first) && twinEvery > 0 });
  }
  return [...tasks.values()];
}

const needsTwin = ({ invariant, signature }: Finding): boolean => invariant === 'Z1' || signature.startsWith('shared-');
const inOrder = (cases: readonly CaseResult[]): CaseResult[] => [...cases].sort((a, b) => a.seed - b.seed);

/** Everything found in one document, and the files that go with it, by path below `folder`. */
export function conclude(
  options: CampaignOptions, cases: readonly CaseResult[], shrunk: readonly { readonly task: Extract<Task, { type: 'shrink' }>; readonly result: Shrunk }[], version: string, folder: string, crypto: Crypto,
): { readonly result: CampaignResult; readonly files: ReadonlyMap<string, string> } {
  const ordered = inOrder(cases);
  const files = new Map<string, string>();
  const findings = shrunk.map(({ task, result }): CampaignFinding => {
    const { signature, seed } = task;
    const { finding, observation, written } = result;
    const file = `${folder}/repro/${signature}.yaml`;
    const found: CampaignFinding = {
      signature, invariant: finding.invariant, kind: finding.kind, text: finding.text,
      count: ordered.filter((one) => one.observation.findings.some((other) => other.signature === signature)).length,
      seed,
      smallest: {
        hash: observation.scenarioHash, nodes: (written['network'] as { totalNodes: number }).totalNodes,
        virtualMs: observation.virtualUs / 1_000, events: observation.events, runs: result.runs,
      },
      moment: formatMoment({ hash: observation.scenarioHash, seed: String(seed), version, at: finding.event === undefined ? { atUs: observation.virtualUs } : { event: finding.event } }),
      file,
    };
    files.set(file, toYaml(written, [`${signature}: ${finding.text.slice(0, 300).replace(/\s+/g, ' ')}`, `found by: stratus fuzz --seeds 1 --seed ${seed}`, `replay: ${replayLine(found)}`]));
    return found;
  });
  const counts = new Map<string, number>();
  for (const { observation } of ordered) for (const name of observation.reached) counts.set(name, (counts.get(name) ?? 0) + 1);
  const digest = canonical([
    options.seeds, options.seed, options.twinEvery,
    ordered.map(({ seed, observation: o }) => [seed, o.scenarioHash, o.traceHash, o.findings.map(({ signature }) => signature)]),
    shrunk.map(({ task, result }) => [task.signature, result.observation.scenarioHash, result.observation.traceHash]),
  ]);
  return {
    files,
    result: {
      schema: 'stratus/fuzz/v1',
      seeds: ordered.length,
      seed: String(options.seed),
      virtualMs: ordered.reduce((sum, { observation }) => sum + Math.round(observation.virtualUs / 1_000), 0),
      events: ordered.reduce((sum, { observation }) => sum + observation.events, 0),
      behaviours: {
        reached: Object.fromEntries(BEHAVIOURS.filter((name) => counts.has(name)).map((name) => [name, counts.get(name)!])),
        never: BEHAVIOURS.filter((name) => !counts.has(name)),
      },
      findings,
      hash: toHex(crypto.sha256(utf8(`stratus-fuzz\n${digest}`))),
      exitCode: exitCodeOf(findings),
    },
  };
}

/** The line that shows the finding again. */
export const replayLine = ({ invariant, file }: Pick<CampaignFinding, 'invariant' | 'file'>): string =>
  invariant === 'Z1' ? `stratus run ${file} --set run.isolated=false; stratus run ${file}; stratus diff RUN RUN` : `stratus run ${file}`;

const CODES: readonly (readonly [FindingKind, number])[] = [['nondeterminism', EXIT.nondeterminism], ['safety', EXIT.safety], ['liveness', EXIT.liveness], ['internal', EXIT.internal]];

/** The gravest finding's. */
const exitCodeOf = (findings: readonly CampaignFinding[]): number => CODES.find(([kind]) => findings.some((finding) => finding.kind === kind))?.[1] ?? EXIT.pass;
