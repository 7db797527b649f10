import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { scenarioJsonSchema } from '../../sim/scenario/json-schema.ts';
import { formatMoment, parseMoment } from '../../sim/scenario/moment.ts';
import { writeScenario } from '../../sim/scenario/write.ts';
import { committed, loaded, problems, SMALL } from './helpers.ts';

const hash = (text: string, sets: readonly string[] = [], seed?: string): string => scenarioHash(loaded(text, { sets, seed }).scenario, nobleCrypto);
const withLines = (...extra: readonly string[]): string => `${SMALL}${extra.join('\n')}\n`;

describe('committed scenarios', () => {
  it.each(committed)('%s opens with its question, and its flat form is the same scenario', (name, text) => {
    expect(text).toMatch(/^(#[^\n]*\n)*#[^\n]*\?/);
    const { scenario } = loaded(text);
    expect(`${scenario.name}.yaml`).toBe(name);
    const flat = loaded(writeScenario(scenario)).scenario;
    expect(flat).toEqual(scenario);
    expect(scenarioHash(flat, nobleCrypto)).toBe(scenarioHash(scenario, nobleCrypto));
    expect(writeScenario(flat)).toBe(writeScenario(scenario));
  });

  it('first-run is what the issue asks for', () => {
    const { scenario } = loaded(committed.find(([name]) => name === 'first-run.yaml')![1]);
    const { nodes, network, run, workload } = scenario;
    expect({ total: network.totalNodes, mining: nodes.mining, regions: network.regions.name, run: run.durationUs, batch: network.txGossipBatchUs }).toEqual({
      total: 1313, mining: { count: 120, hashPower: { distribution: 'zipf', sMilli: 1100 } }, regions: 'measured-2019', run: 30 * 60e6, batch: 2e6,
    });
    const rates = workload!.stages.flatMap((s) => [s.fromMilliTps, s.toMilliTps]);
    expect([Math.min(...rates), Math.max(...rates)]).toEqual([20_000, 60_000]);
    const invalid = workload!.mix.reduce((sum, entry) => sum + ('invalid' in entry ? entry.weightPpm : 0), 0);
    expect(invalid / 1e6).toBeCloseTo(0.02, 2);
  });
});

describe('what the hash covers', () => {
  const base = hash(SMALL);
  it.each([
    ['the name', SMALL.replace('name: small', 'name: other')], ['the question', SMALL.replace('Is it', 'Was it')], ['a description', `${SMALL}description: words\n`],
    ['the seed', SMALL.replace('seed: "1"', 'seed: "2"')], ['the wall limit', SMALL.replace('duration', 'wallLimit: 1m, duration')], ['a comment', `# c\n${SMALL}`],
    ['a default written out', SMALL.replace('totalNodes: 8', 'relay: compact, totalNodes: 8')], ['another unit', SMALL.replace('10m', '600s')],
  ])('not %s', (_what, text) => expect(hash(text)).toBe(base));
  it.each([
    ['the duration', SMALL.replace('10m', '11m')], ['a parameter', withLines('consensus: { finalityDepth: 13 }')], ['an expectation', withLines('expect: violation:S1')],
    ['a threshold', withLines('thresholds: ["pool.size max < 5"]')], ['a region table', SMALL.replace('totalNodes: 8', 'totalNodes: 8, regions: measured-2015')],
  ])('%s', (_what, text) => expect(hash(text)).not.toBe(base));
  it('what it refers to: a changed cell of an own table', () => {
    const csv = (share: string): Record<string, string> => ({ 'own.csv': table(share) });
    const text = SMALL.replace('totalNodes: 8', 'totalNodes: 8, regions: own.csv');
    const of = (share: string): string => scenarioHash(loaded(text, {}, csv(share)).scenario, nobleCrypto);
    expect(of('52Mbit')).toBe(of('52000kbit'));
    expect(of('52Mbit')).not.toBe(of('53Mbit'));
    const inline = loaded(writeScenario(loaded(text, {}, csv('52Mbit')).scenario)).scenario;
    expect(scenarioHash(inline, nobleCrypto)).toBe(of('52Mbit'));
  });
});

const table = (download: string): string => `# source: own measurement
region,share,download,upload,NORTH_AMERICA,EUROPE,SOUTH_AMERICA,ASIA_PACIFIC,JAPAN,AUSTRALIA
NORTH_AMERICA,50%,${download},10Mbit,32ms,124ms,184ms,198ms,151ms,189ms
EUROPE,10%,40Mbit,10Mbit,124ms,11ms,227ms,237ms,252ms,294ms
SOUTH_AMERICA,10%,40Mbit,10Mbit,184ms,227ms,88ms,325ms,301ms,322ms
ASIA_PACIFIC,10%,40Mbit,10Mbit,198ms,237ms,325ms,85ms,58ms,198ms
JAPAN,10%,40Mbit,10Mbit,151ms,252ms,301ms,58ms,12ms,126ms
AUSTRALIA,10%,40Mbit,10Mbit,189ms,294ms,322ms,198ms,126ms,16ms
`;

describe('own region tables', () => {
  const text = SMALL.replace('totalNodes: 8', 'totalNodes: 8, regions: own.csv');
  it('are read', () => {
    const { regions } = loaded(text, {}, { 'own.csv': table('52Mbit') }).scenario.network;
    expect([regions.source, regions.downloadBps[0], regions.latencyMs[0][1], regions.nodeSharePpm]).toEqual(['own measurement', 52_000_000, 124, [500_000, 100_000, 100_000, 100_000, 100_000, 100_000]]);
  });
  it.each([
    [table('52'), /own\.csv:3:19: download: `52` has no unit/], [table('52Mbit').replace('EUROPE,10%', 'EUROP,10%'), /own\.csv:4:1: unknown region `EUROP`/],
    [table('52Mbit').replace(/JAPAN,10%.*\n/, ''), /no row for JAPAN/], [table('52Mbit').replace('50%', '51%'), /shares of the regions add up to 101%, not 100%/],
    [table('52Mbit').replace(',189ms\n', '\n'), /own\.csv:3:1: 9 columns/], ['a,b\n', /not the header of a region table/], ['', /not a region table/],
  ])('%#: a wrong one is refused at its place', (csv, message) => expect(problems(text, {}, { 'own.csv': csv })).toMatch(message));
});

describe('extends and --set', () => {
  it('lays keys over keys, the nearest file wins, lists are replaced', () => {
    const { scenario, files } = loaded('extends: base/mid.yaml\nname: top\nnetwork: { totalNodes: 9 }\n', { sets: ['nodes.mining.count=5', 'run.seed="x1"'] }, {
      'base/mid.yaml': 'extends: small.yaml\nname: mid\nrun: { warmup: 1m }\ninvariants: { mustExercise: [S1] }\n',
      'base/small.yaml': `${SMALL}invariants: { mustExercise: [S2, S3] }\n`,
    });
    expect([scenario.name, scenario.network.totalNodes, scenario.nodes.mining.count, scenario.run.seed, scenario.run.warmupUs, scenario.run.durationUs, scenario.invariants.mustExercise]).toEqual(['top', 9, 5, 'x1', 60e6, 600e6, ['S1']]);
    expect(files).toEqual(['s.yaml', 'base/mid.yaml', 'base/small.yaml']);
  });
  it('a problem points into the file that holds it', () => {
    expect(problems('extends: b.yaml\nname: top\n', {}, { 'b.yaml': SMALL.replace('totalNodes: 8', 'totalNodes: 0') })).toMatch(/^b\.yaml:5:24: /);
  });
  it.each([
    ['network.totalNode=3', /unknown key `totalNode`.*did you mean `totalNodes`/s], ['netwrok.totalNodes=3', /unknown key `netwrok`.*did you mean `network`/s],
    ['network.totalNodes=many', /expected a number, found the text `many`/], ['network.totalNodes', /not a setting/], ['=3', /not a setting/], ['network.totalNodes=', /no value/],
    ['network.totalNodes=[1', /not valid YAML/], ['a..b=1', /unknown key/], ['network..x=1', /not a key/], ['__proto__.x=1', /unknown key/], ['network.__proto__.x=1', /not a key/],
    ['run.duration=5', /has no unit/], ['run.seed=a.b', /not a seed/],
  ])('--set %s', (set, message) => expect(problems(SMALL, { sets: [set] })).toMatch(message));
  it('--set reaches into lists, and --seed wins', () => {
    const faults = withLines('faults: { scheduled: [{ id: a, at: 1m, for: 1m, kind: crash, select: { nodes: [0] } }] }');
    const { scenario } = loaded(faults, { sets: ['faults.scheduled.0.at=2m', 'run.seed=5'], seed: '0x10' });
    expect([scenario.faults.scheduled[0].atUs, scenario.run.seed]).toEqual([120e6, '0x10']);
    expect(problems(faults, { sets: ['faults.scheduled.7.at=2m'] })).toMatch(/not a position in a list of 1/);
  });
});

describe('cross checks', () => {
  const fault = (text: string): string => withLines(`faults: { scheduled: [${text}] }`);
  const cut = '{ id: cut, at: 1m, for: 10s, kind: partition, select: { share: 50% hashPower } }';
  it.each([
    ['counts above the total', SMALL.replace('count: 4', 'count: 9'), /mining 9 .* = 9 nodes, but network\.totalNodes is 8/], ['no miner', SMALL.replace('count: 4', 'count: 0'), /no node mines/],
    ['count and share', SMALL.replace('count: 4', 'count: 4, share: 10%'), /both `count` and `share`/], ['a wrong rest', SMALL.replace('count: 4 }', 'count: 4 }\n  full: { count: 3 }'), /`nodes\.full` is 3, but 4 of 8 nodes are left/],
    ['no length', SMALL.replace(', duration: 10m', ''), /neither `run\.duration` nor `run\.rounds`/], ['two lengths', SMALL.replace('duration', 'rounds: 3, duration'), /both `run\.duration` and `run\.rounds`/],
    ['warm-up too long', SMALL.replace('10m', '10m, warmup: 10m'), /leave nothing of 10m/], ['a fault twice', fault(`${cut}, ${cut}`), /fault id `cut` is used twice/],
    ['a fault too late', fault(cut.replace('at: 1m', 'at: 10m')), /after the run of 10m has ended/], ['no such node', fault('{ id: a, at: 1m, for: 1m, kind: crash, select: { nodes: [8] } }'), /there is no node 8.*nodes are 0 to 7/s],
    ['no such fault kind', fault('{ id: a, at: 1m, for: 1m, kind: partitoin }'), /did you mean `partition`/], ['an option of another kind', fault('{ id: a, at: 1m, for: 1m, kind: crash, select: { nodes: [0] }, between: [] }'), /unknown key `between`/],
    ['a partition of nothing', fault('{ id: a, at: 1m, for: 1m, kind: partition }'), /either `between` or `select`/], ['a region twice', fault('{ id: a, at: 1m, for: 1s, kind: partition, between: [[EUROPE], [JAPAN, EUROPE]] }'), /EUROPE stands in two groups/],
    ['an empty selection', fault('{ id: a, at: 1m, for: 1m, kind: crash, select: {} }'), /selects nothing/], ['a share of what', fault('{ id: a, at: 1m, for: 1m, kind: crash, select: { share: 10% } }'), /share of what/],
    ['an unknown invariant', withLines('invariants: { mustExercise: [S42] }'), /unknown invariant `S42`/], ['one not watched', withLines('invariants: { always: [S1], mustExercise: [S2] }'), /`S2` must be exercised but is not watched/],
    ['an unknown happening', withLines('invariants: { sometimes: [reorg-depth-9] }'), /unknown happening.*did you mean `reorg-depth-1`/s], ['eventually after nothing', withLines('invariants: { eventually: [{ id: V1, within: 1m, after: cut }] }'), /unknown fault `cut`/],
    ['a wrong metric', withLines('thresholds: ["tpms.confrmed mean > 1 tx/ms"]'), /unknown metric.*did you mean `tpms\.confirmed`/s], ['a wrong unit of a threshold', withLines('thresholds: ["round.coverage{q=0.9} p95 < 3"]'), /`3` has no unit/],
    ['a missing label', withLines('thresholds: ["round.coverage p95 < 3s"]'), /label `q` is missing/], ['a wrong label', withLines('thresholds: ["tpms.final{ledger=mian} mean > 1 tx/ms"]'), /did you mean `main`/],
    ['an exception of nothing', withLines('thresholds: [{ expr: "pool.size max < 3", except: [cut] }]'), /unknown fault `cut`/], ['relay without its constants', SMALL.replace('totalNodes', 'relay: simblock, totalNodes'), /needs `network\.simblock`/],
    ['a token that goes nowhere', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: vote, token: STR, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /only `transfer` takes a `token`/],
    ['a contract that nobody calls', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: vote, contract: dex, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /only `contract_deploy` and `contract_call` take a `contract`/],
    ['a contract that there is not', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: contract_call, contract: tokn, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /token/],
    ['a function of no contract', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: contract_call, function: buy, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /`function` goes with `contract`/],
    ['a function of another contract', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: contract_call, contract: dex, function: transfer, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /no function `transfer` of `dex` in a `contract_call`/],
    ['a function that is misspelt', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: contract_call, contract: staking, function: stkae, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /no function `stkae` of `staking`.*did you mean `stake`/s],
    ['a module of a template', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: contract_deploy, contract: dex, function: large, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 1 }] } }'), /no function `large` of `dex` in a `contract_deploy`.*remove `function`/s],
    ['a load longer than the run', withLines('workload: { accounts: { count: 2 }, mix: [{ kind: vote, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 11m, at: 1 }] } }'), /stages last 11m, but 10m are left/],
  ])('%s', (_what, text, message) => expect(problems(text)).toMatch(message));

  it('all problems of a file are told at once, in its order', () => {
    expect(problems(SMALL.replace('10m', '10').replace('totalNodes: 8', 'totalNodes: x, rely: full')).match(/^s\.yaml:\d+/gm)).toEqual(['s.yaml:4', 's.yaml:5', 's.yaml:5']);
  });
});

describe('derived values', () => {
  test.prop([fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 })])('weights add up to exactly one million, whatever they are', (weights) => {
    const mix = weights.map((w) => `{ kind: vote, weight: ${w / 1000} }`).join(', ');
    const { scenario } = loaded(withLines(`workload: { accounts: { count: 2 }, mix: [${mix}], rate: { unit: tx/ms, stages: [{ for: 1m, to: 0.5 }, { for: 1m, at: 0.25 }, { for: 1m, to: 1 }] } }`));
    expect(scenario.workload!.mix.reduce((sum, entry) => sum + entry.weightPpm, 0)).toBe(1_000_000);
    expect(scenario.workload!.stages.map((s) => [s.fromMilliTps, s.toMilliTps])).toEqual([[0, 500_000], [250_000, 250_000], [250_000, 1_000_000]]);
    expect(loaded(writeScenario(scenario)).scenario).toEqual(scenario);
  });

  test.prop([fc.stringMatching(/^[0-9a-f]{12}$/), fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), fc.oneof(fc.nat().map((event) => ({ event })), fc.nat().map((atUs) => ({ atUs })))])('a moment reads back', (h, seed, at) => {
    const moment = { hash: h, seed, version: '0.1.0', at };
    expect(parseMoment(formatMoment(moment))).toEqual(moment);
  });
});

it('scenario.schema.json is what the schema generates (update: vitest -u)', async () => {
  await expect(scenarioJsonSchema()).toMatchFileSnapshot('../../sim/scenario/scenario.schema.json');
});
