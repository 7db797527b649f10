/** A simulation as the page has it: its columns are those of the run folder, it stops where it is asked to, and what is wrong with a text is said at its place. */
import { describe, expect, test } from 'vitest';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { runScenario } from '../../sim/run.ts';
import { detFiles, sumsText } from '../../sim/report/det.ts';
import { summarize } from '../../sim/report/summary.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { fileFolder } from '../../viz/data/folder.ts';
import { openRun } from '../../viz/data/load.ts';
import type { RunCore } from '../../viz/data/port.ts';
import { checkText, costOf, refusalOf } from '../../viz/live/check.ts';
import type { Status } from '../../viz/live/messages.ts';
import { Simulated } from '../../viz/live/simulate.ts';
import { committed, loaded } from '../scenario/helpers.ts';
import { createHash } from 'node:crypto';

const crypto = bestCrypto();
const TEXT = `schema: stratus/scenario/v1
name: live
question: Is it alive?
run: { seed: "5", duration: 90s, settle: 10s, witnesses: 1 }
consensus: { roundInterval: 10s, finalityDepth: 4 }
network: { totalNodes: 18, txGossip: { batch: 500ms } }
nodes: { mining: { count: 5 }, light: { count: 2 } }
workload:
  accounts: { count: 30 }
  mix: [{ kind: transfer, token: STR, weight: 3 }, { kind: domain_register, weight: 1 }]
  rate: { unit: tx/s, stages: [{ for: 60s, at: 2 }] }
`;
const { scenario } = loaded(TEXT);
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** A run whose wall clock a test moves, and what it tells. */
function make(tickMs = 1) {
  let nowMs = 0;
  const queue: (() => void)[] = [];
  const statuses: Status[] = [];
  const versions: { readonly version: number; readonly live: boolean; readonly core: RunCore }[] = [];
  const simulated = new Simulated(scenario, crypto, '1', {
    status: (status) => void statuses.push(status),
    version: (version, live, core) => void versions.push({ version, live, core }),
  }, {
    now: () => (nowMs += tickMs),
    after(ms, callback) {
      queue.push(() => {
        nowMs += ms;
        callback();
      });
    },
  });
  const settle = (most = 1_000_000): void => {
    for (let i = 0; i < most && queue.length > 0; i++) queue.shift()!();
  };
  return { simulated, statuses, versions, settle, last: () => statuses[statuses.length - 1], now: () => nowMs };
}

/** The run folder's way: files, then columns. */
async function fromFolder(record: ReturnType<typeof runScenario>) {
  const input = { hash: scenarioHash(scenario, crypto), version: '1', wall: { cpuS: 0, elapsedS: 0, peakRssBytes: 0 }, detHash: '', folder: '' };
  const summary = summarize(record, scenario, input);
  const det = detFiles(record, scenario, summary);
  const files = new Map<string, Blob>([...det, ['SHA256SUMS', sumsText(det, sha256)] as const].map(([name, content]) => [`det/${name}`, new Blob([content as BlobPart])]));
  files.set('manifest.json', new Blob([JSON.stringify({ schema: 'stratus/manifest/v1' })])).set('summary.json', new Blob([JSON.stringify(summary)]));
  return openRun(fileFolder('made/', files));
}

describe('columns', () => {
  test('are those that the run folder is read into, tables and answers too; the summary has the hashes of the command', async () => {
    const record = runScenario(scenario, { crypto });
    const folder = await fromFolder(record);
    const { simulated, versions, settle } = make();
    simulated.go(Infinity);
    settle();
    const { core, live, version } = versions[versions.length - 1];
    expect(live).toBe(false);
    const { summary, ...columns } = core;
    const { summary: _summary, ...expected } = folder.core;
    expect(columns).toEqual(expected);
    expect(summary!.hash.trace).toBe(record.traceHash);
    const det = detFiles(record, scenario, summarize(record, scenario, { hash: summary!.scenario.hash, version: '1', wall: { cpuS: 0, elapsedS: 0, peakRssBytes: 0 }, detHash: '', folder: '' }));
    expect(summary!.hash.det).toBe(sha256(sumsText(det, sha256)));
    const port = simulated.portOf(version);
    for (const name of ['ledgerBlocks', 'legs', 'domains', 'transactions', 'links', 'messages', 'checkpoints'] as const) expect(await port.table(name), name).toEqual(await folder.port.table(name));
    expect(await port.coverage()).toEqual(await folder.port.coverage());
    expect(await port.moment(45_000_000)).toEqual(await folder.port.moment(45_000_000));
    expect(await port.scenarioText()).toBe(await folder.port.scenarioText());
  });
});

describe('going on', () => {
  test('one event, one second, one round; then to the end', () => {
    const { simulated, last, settle } = make();
    const step = (what: 'event' | 'second' | 'round'): Status => {
      simulated.step(what);
      settle();
      return last();
    };
    expect([step('event').events, step('event').events]).toEqual([1, 2]);
    const seconds = [step('second'), step('second'), step('second')].map(({ virtualUs }) => virtualUs);
    expect([seconds[1] - seconds[0], seconds[2] - seconds[1]]).toEqual([1_000_000, 1_000_000]);
    const { rounds } = last();
    expect([step('round').rounds, step('round').rounds]).toEqual([rounds + 1, rounds + 2]);
    expect(last().phase).toBe('paused');
    simulated.go(Infinity);
    settle();
    expect([last().phase, last().traceHash]).toEqual(['ended', runScenario(scenario, { crypto }).traceHash]);
  });

  test('a speed is virtual seconds a second, whatever the machine could do', () => {
    const { simulated, last, settle, now } = make();
    simulated.go(10);
    const from = now();
    while (now() - from < 3_000) settle(1);
    simulated.pause();
    expect(last().virtualUs / 1e6 / ((now() - from) / 1e3)).toBeCloseTo(10, 0);
    expect(last().phase).toBe('paused');
  });

  test('versions come about twice a second, statuses more often, and both when it stops', () => {
    const { simulated, statuses, versions, settle, now } = make(0.25);
    simulated.go(30);
    settle();
    const seconds = now() / 1_000;
    expect(versions.length / seconds).toBeGreaterThan(1);
    expect(versions.length / seconds).toBeLessThan(2.5);
    expect(statuses.length / seconds).toBeLessThan(8);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, i) => i));
    expect(versions.at(-1)!.live).toBe(false);
  });
});

describe('by hand', () => {
  test('what is done is saved as a file with the same trace hash', () => {
    const { simulated, last, settle } = make();
    simulated.step('second');
    settle();
    expect(simulated.act({ kind: 'partition', regions: ['EUROPE'], forUs: 20_000_000 })).toBeUndefined();
    expect(simulated.act({ kind: 'crash', nodes: [3] })).toBeUndefined();
    simulated.step('round');
    settle();
    simulated.end('by-hand-2');
    expect(simulated.act({ kind: 'pause', nodes: [0], forUs: 1_000_000 })).toBeUndefined();
    simulated.go(Infinity);
    settle();
    expect(last().faults.map(({ what }) => what)).toEqual(['EUROPE cut off', 'node 3 crashed', 'node 0 paused']);
    const saved = simulated.saved();
    expect(saved.text).toContain(last().traceHash);
    expect(runScenario(loaded(saved.text).scenario, { crypto }).traceHash).toBe(last().traceHash);
    expect(simulated.act({ kind: 'pause', nodes: [0] })).toBe('The run is over.');
  });

  test('what the schema or a cross check refuses is not done', () => {
    const { simulated, last } = make();
    expect(simulated.act({ kind: 'crash', nodes: [18] })).toMatch(/there is no node 18; nodes are 0 to 17/);
    expect(simulated.act({ kind: 'partition', regions: ['MARS'] })).toBeTypeOf('string');
    expect(simulated.act({ kind: 'crash', nodes: [] })).toBeTypeOf('string');
    expect(last().faults).toEqual([]);
  });
});

describe('texts', () => {
  const others = new Map(committed.map(([name, content]) => [`scenarios/${name}`, content]));
  test('problems at their place', () => {
    const text = TEXT.replace('mining: { count: 5 }', 'mining: { cuont: 5 }');
    const checked = checkText(text, '', others);
    if (checked.ok) throw new Error('a slip was taken');
    expect(checked.problems[0]).toMatchObject({ line: 7, column: text.split('\n')[6].indexOf('cuont') + 1, mend: 'did you mean `count`?' });
    expect(text.slice(checked.problems[0].from, checked.problems[0].to)).toBe('cuont');
  });
  test('a seed beside the text, what it extends, and a wrong one', () => {
    expect(checkText('schema: stratus/scenario/v1\nextends: smoke.yaml\nname: other\n', '9', others)).toMatchObject({ ok: true, name: 'other', seed: '9', nodes: 32 });
    expect(checkText(TEXT, 'not a seed', others)).toMatchObject({ ok: false, problems: [{ line: 0 }] });
    expect(checkText('extends: nowhere.yaml', '', others)).toMatchObject({ ok: false });
  });
  test.each(committed)('%s: what it costs here, or why not', (_, text) => {
    const { scenario: one } = loaded(text, {}, Object.fromEntries(committed));
    const refused = one.network.relay === 'simblock' || costOf(one).memoryBytes > 2 ** 30;
    expect(refusalOf(one) === undefined).toBe(!refused);
    if (refused) expect(refusalOf(one)).toMatch(/npx stratus run FILE/);
  });
});
