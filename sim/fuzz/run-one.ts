/**
 * Runs one case and judges it: nothing, or findings, each with a signature. Two runs have the same finding when they have
 * the same signature; that is what shrinking holds fast and what a campaign counts.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { runScenario } from '../run.ts';
import { scenarioHash } from '../scenario/hash.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord } from '../trace/record.ts';
import { reached } from './behaviours.ts';
import { loadText, toYaml, type Written } from './compose.ts';

/**
 * `safety`, `liveness`: an invariant, or an outcome that the workload did not expect. `internal`: the program threw.
 * `nondeterminism`: sharing executions changed the trace (Z1).
 */
export type FindingKind = 'safety' | 'liveness' | 'internal' | 'nondeterminism';

export interface Finding {
  /** Invariant and what it said, without numbers and names of this run: `L2-STR-supply`. Usable as a file name. */
  readonly signature: string;
  /** Id of the invariant; `workload`, `bug` or `storm` where none found it. */
  readonly invariant: string;
  readonly kind: FindingKind;
  readonly text: string;
  /** Kernel event at which it was noticed; undefined: the end. */
  readonly event: number | undefined;
}

/** What one case did. `findings` in the order in which they were noticed, one of each signature. */
export interface Observation {
  readonly scenarioHash: string;
  readonly traceHash: string;
  readonly events: number;
  readonly virtualUs: number;
  readonly findings: readonly Finding[];
  /** Behaviours that happened (`behaviours.ts`), each once. */
  readonly reached: readonly string[];
}

/** Far above what a case needs (about 100,000): a run that comes here feeds on its own messages. Compared every 50,000 events. */
const EVENTS_MAX = 3_000_000;

export interface JudgeOptions {
  readonly crypto: Crypto;
  /** Also runs with shared executions and witnesses; a difference in the trace is a finding (Z1). Twice the work. */
  readonly twin: boolean;
}

/** Takes what composing made, or the text of a file. */
export function runOne(written: Written | string, options: JudgeOptions): Observation {
  const { scenario } = loadText(typeof written === 'string' ? written : toYaml(written));
  const hash = scenarioHash(scenario, options.crypto);
  const empty = { scenarioHash: hash, traceHash: '', events: 0, virtualUs: 0, reached: [] };
  const isolated = attempt(scenario, options.crypto);
  if ('thrown' in isolated) return { ...empty, virtualUs: isolated.atUs, findings: [isolated.thrown] };
  const { record } = isolated;
  const findings = findingsOf(record, scenario);
  if (options.twin && findings.every(({ invariant }) => invariant !== 'storm')) findings.push(...compare(record, scenario, options.crypto));
  return { ...empty, traceHash: record.traceHash, events: record.events, virtualUs: record.endUs, findings: distinct(findings), reached: reached(record, scenario) };
}

/** The scenario with executions shared by content and three isolated witnesses. */
const shared = (scenario: ResolvedScenario): ResolvedScenario => ({ ...scenario, run: { ...scenario.run, isolated: false, witnesses: Math.min(3, scenario.network.totalNodes) } });

function compare(record: RunRecord, scenario: ResolvedScenario, crypto: Crypto): Finding[] {
  const twin = attempt(shared(scenario), crypto);
  if ('thrown' in twin) return [{ ...twin.thrown, signature: `shared-${twin.thrown.signature}` }];
  const findings = findingsOf(twin.record, scenario);
  if (twin.record.traceHash !== record.traceHash) findings.push(difference(record, twin.record));
  return findings;
}

function difference(isolated: RunRecord, twin: RunRecord): Finding {
  const at = isolated.checkpoints.findIndex((checkpoint, i) => checkpoint.hash !== twin.checkpoints[i]?.hash);
  const since = at > 0 ? isolated.checkpoints[at - 1].event : at === 0 ? 0 : (isolated.checkpoints.at(-1)?.event ?? 0);
  return {
    signature: 'Z1-shared-and-isolated-differ', invariant: 'Z1', kind: 'nondeterminism', event: undefined,
    text: `isolated: ${isolated.events} events, trace ${isolated.traceHash.slice(0, 12)}; shared: ${twin.events} events, trace ${twin.traceHash.slice(0, 12)}; they part after event ${since}`,
  };
}

/** `atUs` is the time of the last noteworthy happening before it threw. */
type Attempt = { readonly record: RunRecord } | { readonly thrown: Finding; readonly atUs: number };

function attempt(scenario: ResolvedScenario, crypto: Crypto): Attempt {
  let lastUs = 0;
  try {
    return { record: runScenario(scenario, { crypto, onProgress: ({ events }) => (events > EVENTS_MAX ? 'stop' : 'continue'), log: (atUs) => void (lastUs = atUs) }) };
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const where = /\n\s+at ([\w.#<>]+)/.exec(stack)?.[1] ?? '';
    return { atUs: lastUs, thrown: { signature: signatureOf(name.toLowerCase(), name === 'Bug' ? message : `${message} ${where}`), invariant: 'bug', kind: 'internal', text: `${name}: ${message}${where === '' ? '' : ` (in ${where})`}`, event: undefined } };
  }
}

function findingsOf(record: RunRecord, scenario: ResolvedScenario): Finding[] {
  const findings = record.violations.map(
    ({ invariant, expected, seen, event, node, round }): Finding => ({
      signature: signatureOf(invariant, expected), invariant, kind: invariant.startsWith('V') ? 'liveness' : 'safety', event,
      text: `expected ${expected}, saw ${seen}${node === undefined ? '' : ` at node ${node}`}${round === undefined ? '' : ` in round ${round}`}`,
    }),
  );
  for (const { invariant, reason, after, event } of record.liveness) {
    findings.push({ signature: signatureOf(invariant, /\d not \(([^:;)]*)/.exec(reason)?.[1] ?? ''), invariant, kind: 'liveness', event, text: `not reached in time after ${after}: ${reason}` });
  }
  // What the workload expects presumes one history; `beyond` suspends that (D7).
  for (const { kind, intent, outcome, expected } of scenario.beyond ? [] : record.unexpected) {
    const what = intent === 'valid' ? kind : intent;
    findings.push({ signature: signatureOf('workload', `${what} ${outcome}`), invariant: 'workload', kind: 'safety', event: undefined, text: `${what}: ${outcome}, where the workload expects ${expected.join(' or ')}` });
  }
  if (record.partial !== undefined) findings.push({ signature: 'storm', invariant: 'storm', kind: 'safety', event: undefined, text: `${record.events} events in ${record.endUs / 1_000_000} s: messages without end` });
  return findings;
}

const distinct = (findings: readonly Finding[]): Finding[] => [...new Map([...findings].reverse().map((finding) => [finding.signature, finding])).values()].reverse();

/** The words of a text, as long as they do not come from one run: no word with a digit, no hash, at most eight. */
export function signatureOf(invariant: string, text: string): string {
  const words = text.split(/[^A-Za-z0-9$_]+/).filter((word) => /^[A-Za-z$_]+$/.test(word) && !/^[a-f]{6,}$/.test(word));
  return [invariant, ...words.slice(0, 8)].join('-');
}
