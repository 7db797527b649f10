/** Opens a run folder: checks what it is and whether it is whole, and reads what every view needs. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Table, TableName } from '../../sim/trace/columns.ts';
import type { RunFacts } from '../../sim/report/run-facts.ts';
import type { Summary } from '../../sim/report/summary.ts';
import { openArrivals } from './arrivals.ts';
import type { Folder } from './folder.ts';
import { breathe, makeModel, modelColumns } from './model.ts';
import type { RunCore, RunPort } from './port.ts';
import { isProblem, PROBLEMS } from './problem.ts';
import type { LargeTable, Problem } from './run-data.ts';
import { readEvents, readHistograms, readSeries, readTable, TABLE_FILES } from './tables.ts';

const JSON_MAX = 16 << 20;
/** One file of JSON Lines. */
const LINES_MAX = 256 << 20;
const NODES_MAX = 1_000_000;
const ROUNDS_MAX = 1_000_000;

export interface OpenedRun {
  readonly core: RunCore;
  readonly port: RunPort;
  /** Looks at the files that opening did not need, the arrivals last: a problem for each that is not what the run wrote. */
  verifyRest(): Promise<readonly Problem[]>;
}

export async function openRun(folder: Folder): Promise<OpenedRun> {
  const manifest = await readJson(folder, 'manifest.json').catch((problem: unknown) => {
    throw isProblem(problem) && (problem.code === 'not-found' || problem.code === 'malformed') ? PROBLEMS.notARun(folder.name) : problem;
  });
  if (!text(manifest['schema']).startsWith('stratus/manifest/')) throw PROBLEMS.notARun(folder.name);
  expectSchema(manifest, 'stratus/manifest/v1', `${folder.name}manifest.json`);
  const [summary, facts, sums] = await Promise.all([readSummary(folder), readFacts(folder), readSums(folder)]);
  const warnings: Problem[] = [];
  /** Three tables stand in one file: it is read, and looked at, once. */
  const files = new Map<string, Promise<Uint8Array>>();
  const read = (file: string): Promise<Uint8Array> => {
    const known = files.get(file) ?? folder.read(`det/${file}`, LINES_MAX).then((bytes) => {
      if (!matches(bytes, sums.get(file))) warnings.push(PROBLEMS.altered(`${folder.name}det/${file}`));
      return bytes;
    });
    files.set(file, known);
    return known;
  };
  const where = (file: string): string => `${folder.name}det/${file}`;
  const table = async <N extends TableName>(name: N): Promise<Table<N>> => readTable(name, await read(TABLE_FILES[name].file), where(TABLE_FILES[name].file));
  const [nodes, rounds, events, forks, faults, invariants, violations, liveness, series, histograms] = await Promise.all([
    table('nodes'), table('rounds'), read('events.jsonl').then((bytes) => readEvents(bytes, where('events.jsonl'))), table('forks'), table('faults'), table('invariants'),
    table('violations'), table('liveness'), read('metrics.jsonl').then((bytes) => readSeries(bytes, where('metrics.jsonl'))),
    read('histograms.jsonl').then((bytes) => readHistograms(bytes, where('histograms.jsonl'))),
  ]);
  const looked = [...files.keys()];
  files.clear();
  checkLinks(nodes, rounds, where);
  checkEvents(events, nodes.count, rounds.count, where('events.jsonl'));
  const core: RunCore = { facts, summary, nodes, rounds, workRank: rankWork(rounds, where('rounds.jsonl')), events, forks, faults, invariants, violations, liveness, series, histograms, warnings };
  const openStore = once(() => openArrivals(folder, 'det/arrivals.bin', rounds.count, nodes.count));
  const port = makeModel({
    columns: modelColumns(core),
    finalityDepth: core.facts.parameters.finalityDepth,
    arrivals: openStore,
    table: async (name: LargeTable) => {
      const { file } = TABLE_FILES[name];
      return readTable(name, await folder.read(`det/${file}`, LINES_MAX), where(file)) as Table<LargeTable>;
    },
    scenarioText: async () => new TextDecoder().decode(await folder.read('det/scenario.resolved.yaml', JSON_MAX)),
  });
  return {
    core, port,
    async verifyRest() {
      const problems: Problem[] = [];
      const look = async (file: string, bytes: () => Promise<Uint8Array | undefined>): Promise<void> => {
        const content = await bytes();
        if (content && !(await matchesSlowly(content, sums.get(file)))) problems.push(PROBLEMS.altered(where(file)));
      };
      const rest = [...sums.keys()].filter((file) => !looked.includes(file) && KNOWN_FILE.test(file));
      for (const file of rest) await look(file, () => folder.read(`det/${file}`, LINES_MAX));
      await look('arrivals.bin', async () => (await openStore()).bytes());
      return problems;
    },
  };
}

/** Names of SHA256SUMS that are asked for: nothing that leads out of the folder. The arrivals are looked at by themselves. */
const KNOWN_FILE = /^[a-z-]+(\.[a-z]+)*\.(jsonl|json|yaml|chain)$/;

/** The same promise for everybody; a failed one is forgotten. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    made.catch(() => (made = undefined));
    return made;
  };
}

type Json = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

async function readJson(folder: Folder, path: string): Promise<Json> {
  const where = folder.name + path;
  const bytes = await folder.read(path, JSON_MAX);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw PROBLEMS.malformed(where, 'it is not JSON, or not all of it is there');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw PROBLEMS.malformed(where, 'it is not an object');
  return value as Json;
}

function expectSchema(document: Json, schema: string, where: string): void {
  if (document['schema'] !== schema) throw PROBLEMS.unknownVersion(where, text(document['schema']).slice(0, 60) || 'unnamed');
}

const object = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

async function readSummary(folder: Folder): Promise<Summary> {
  const where = `${folder.name}summary.json`;
  const summary = await readJson(folder, 'summary.json');
  expectSchema(summary, 'stratus/summary/v1', where);
  for (const part of ['scenario', 'virtual', 'hash', 'wall', 'next']) if (!object(summary[part])) throw PROBLEMS.malformed(where, `${part} is missing`);
  for (const part of ['reasons', 'invariants', 'sometimes', 'thresholds', 'faults']) if (!Array.isArray(summary[part])) throw PROBLEMS.malformed(where, `${part} is not a list`);
  const figures = summary['virtual'] as Json;
  for (const part of ['reorgs', 'nodes', 'transactions', 'ledgers', 'crossLedger', 'tpms', 'propagation', 'tokens']) if (!object(figures[part])) throw PROBLEMS.malformed(where, `virtual.${part} is missing`);
  return summary as unknown as Summary;
}

async function readFacts(folder: Folder): Promise<RunFacts> {
  const where = `${folder.name}det/run.json`;
  const facts = await readJson(folder, 'det/run.json').catch((problem: unknown) => {
    throw isProblem(problem) && problem.code === 'not-found' ? PROBLEMS.unknownVersion(where, 'older than this page: there is no det/run.json') : problem;
  });
  expectSchema(facts, 'stratus/run/v1', where);
  const { scenario, window, parameters } = facts;
  if (!object(scenario) || !object(window) || !object(parameters)) throw PROBLEMS.malformed(where, 'scenario, window or parameters are missing');
  const numbers = [facts['endUs'], facts['plannedEndUs'], window['fromUs'], window['toUs'], ...Object.values(parameters)];
  if (!numbers.every(isFinite) || (facts['endUs'] as number) < 0) throw PROBLEMS.malformed(where, 'a time or a parameter is not a number');
  if (![scenario['name'], scenario['question'], scenario['hash'], facts['seed'], facts['version']].every((value) => typeof value === 'string')) throw PROBLEMS.malformed(where, 'a name is not a text');
  return facts as unknown as RunFacts;
}

/** Lines of `sha256sum`: hash, two spaces, name. */
async function readSums(folder: Folder): Promise<ReadonlyMap<string, string>> {
  const lines = new TextDecoder().decode(await folder.read('det/SHA256SUMS', JSON_MAX)).split('\n');
  return new Map(lines.flatMap((line) => {
    const [, hash, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    return hash !== undefined && name !== undefined ? [[name, hash] as const] : [];
  }));
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const matches = (bytes: Uint8Array, expected: string | undefined): boolean => hex(sha256(bytes)) === expected;

/** Bytes hashed before other questions get their turn: some ten milliseconds. */
const BYTES_AT_ONCE = 1 << 20;

async function matchesSlowly(bytes: Uint8Array, expected: string | undefined): Promise<boolean> {
  const hash = sha256.create();
  for (let from = 0; from < bytes.length; from += BYTES_AT_ONCE) {
    hash.update(bytes.subarray(from, from + BYTES_AT_ONCE));
    await breathe();
  }
  return hex(hash.digest()) === expected;
}

/** Views follow parents and nodes without looking: so they must be there. */
function checkLinks(nodes: Table<'nodes'>, rounds: Table<'rounds'>, where: (file: string) => string): void {
  if (nodes.count === 0) throw PROBLEMS.truncated(where('nodes.jsonl'), 'there is no node');
  if (rounds.count === 0) throw PROBLEMS.truncated(where('rounds.jsonl'), 'there is no round, not even genesis');
  if (nodes.count > NODES_MAX || rounds.count > ROUNDS_MAX) throw PROBLEMS.tooLarge(where('nodes.jsonl'), `${nodes.count} nodes, ${rounds.count} rounds`);
  for (let i = 0; i < rounds.count; i++) {
    const line = `${where('rounds.jsonl')}:${i + 1}`;
    if (rounds.parent[i] >= i || (i > 0 && rounds.parent[i] < 0)) throw PROBLEMS.malformed(line, `round ${i} cannot have round ${rounds.parent[i]} as its parent`);
    if (rounds.node[i] >= nodes.count) throw PROBLEMS.malformed(line, `node ${rounds.node[i]} of ${nodes.count} found it`);
    if (i > 0 && !(rounds.foundAtUs[i] >= rounds.foundAtUs[i - 1])) throw PROBLEMS.malformed(line, 'rounds are not in the order of their finding');
  }
  for (let i = 0; i < nodes.count; i++) {
    if (nodes.head[i] >= rounds.count || nodes.final[i] >= rounds.count) throw PROBLEMS.malformed(`${where('nodes.jsonl')}:${i + 1}`, `round ${nodes.head[i]} of ${rounds.count}`);
  }
}

function checkEvents(events: RunCore['events'], nodes: number, rounds: number, where: string): void {
  const below = (column: Int32Array, end: number, least = -1): boolean => column.every((index) => index >= least && index < end);
  const { reorg, 'node-state': states, activation, fault, ban, violation, 'finality-conflict': conflict } = events;
  const ok = below(reorg.node, nodes, 0) && below(reorg.from, rounds) && below(reorg.to, rounds) && below(states.node, nodes, 0) && below(activation.activated.items, nodes, 0) && below(fault.nodes.items, nodes, 0)
    && below(ban.node, nodes) && below(violation.node, nodes) && below(violation.round, rounds) && below(conflict.node, nodes);
  if (!ok) throw PROBLEMS.malformed(where, `an event names a node or a round that does not exist (${nodes} nodes, ${rounds} rounds)`);
}

/** Exact order of work, which has more digits than a number. */
export function rankWork(rounds: Pick<Table<'rounds'>, 'count' | 'work'>, where: string): Int32Array {
  if (!rounds.work.values.every((value) => /^\d{1,80}$/.test(value))) throw PROBLEMS.malformed(where, 'a work is not a number');
  const works = rounds.work.values.map(BigInt);
  const order = works.map((_, code) => code).sort((a, b) => (works[a] < works[b] ? -1 : works[a] > works[b] ? 1 : 0));
  const rank = new Int32Array(works.length);
  let current = -1;
  order.forEach((code, i) => {
    if (i === 0 || works[code] !== works[order[i - 1]]) current++;
    rank[code] = current;
  });
  return Int32Array.from({ length: rounds.count }, (_, round) => rank[rounds.work.codes[round]]);
}
