/** Cost profiles: what the benchmark writes is what a scenario reads, and part of its hash. */
import { expect, it } from 'vitest';
import { costProfile, type CostProfile } from '../../bench/method/costs.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { err, ok } from '../../engine/primitives/result.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { writeScenario } from '../../sim/scenario/write.ts';
import { fakeCase, fakeResult } from './fake-result.ts';

const SCENARIO = `
schema: stratus/scenario/v1
name: charged
question: What does a node pay?
run: { rounds: 3 }
network: { totalNodes: 8, cost: costs.json }
nodes: { mining: { count: 4 } }
`;
const profile = costProfile(fakeResult([fakeCase('micro/x'), fakeCase('node/x/wasm/exec')]))!;

function load(costs: string | undefined, text = SCENARIO) {
  const files: Record<string, string | undefined> = { 'a/charged.yaml': text, 'a/costs.json': costs };
  return loadScenario('a/charged.yaml', (path) => (files[path] === undefined ? err({ code: 'not-found', detail: '' }) : ok(utf8(files[path]))));
}

function loaded(costs: CostProfile, text = SCENARIO) {
  const result = load(JSON.stringify(costs), text);
  if (!result.ok) throw new Error(result.error.problems[0].problem);
  return result.value;
}

it('is made of the stages: checking, and all the rest; none without an exec case', () => {
  expect(profile).toMatchObject({ schema: 'stratus/costs/v1', signature: '8000ns', execute: '2000ns', message: '5us' });
  expect(profile.source).toMatch(/node\/x\/wasm\/exec.*made-up.*profile [0-9a-f]{12}/);
  expect(costProfile(fakeResult([fakeCase('micro/x')]))).toBeUndefined();
  expect(profile.gas).toBeUndefined();
});

it('has the price of a million gas where token transfers were measured', () => {
  // 8 items of 10 µs each, which used 100,000 gas: 80 µs per 100,000.
  const both = costProfile(fakeResult([fakeCase('node/x/wasm/exec'), fakeCase('vm/token-transfer-8calls', { exact: { gas: 100_000 } })]))!;
  expect(both).toMatchObject({ signature: '8000ns', gas: '800000ns' });
  expect(both.source).toMatch(/gas: token transfers$/);
  expect(loaded(both).scenario.network.cost.millionGasNs).toBe(800_000);
});

it('is what a scenario is charged, from beside the file that names it', () => {
  const { scenario, files } = loaded(profile);
  expect(scenario.network.cost).toEqual({ signatureNs: 8_000, executeNs: 2_000, messageNs: 5_000, millionGasNs: 1_300_000, proofNs: 40_000_000, proveNs: 460_000_000, source: profile.source });
  expect(files).toEqual(['a/charged.yaml', 'a/costs.json']);
});

it('is what a node carries, where the scenario says `measured`, and stays so in the resolved file', () => {
  const { scenario } = loaded(profile, SCENARIO.replace('totalNodes: 8', 'totalNodes: 8, baseNodeCapacity: measured'));
  expect(scenario.network).toMatchObject({ baseNodeCapacityMilliTpms: 100_000, capacityMeasured: true });
  const again = loadScenario('again.yaml', () => ok(utf8(writeScenario(scenario))));
  expect(again.ok && again.value.scenario).toEqual(scenario);
  const without = loadScenario('a.yaml', () => ok(utf8(SCENARIO.replace('cost: costs.json', 'baseNodeCapacity: measured'))));
  expect(without).toMatchObject({ ok: false, error: { problems: [{ problem: '`measured` needs a profile', mend: expect.stringContaining('--emit-costs') as string }] } });
});

it('is part of the scenario’s hash', () => {
  const hash = (costs: CostProfile): string => scenarioHash(loaded(costs).scenario, nobleCrypto);
  expect(hash(profile)).toBe(hash({ ...profile }));
  expect(hash({ ...profile, signature: '8001ns' })).not.toBe(hash(profile));
});

it.each([
  [undefined, /no such file/],
  [JSON.stringify({ ...profile, schema: 'stratus/costs/v2' }), /schema/],
  ['{ "schema": "stratus/costs/v1" }', /`signature` is missing/],
  [JSON.stringify({ ...profile, execute: '2 apples' }), /processing time|`2 apples`/],
  [JSON.stringify({ ...profile, extra: 1 }), /extra/],
  ['[1]', /./],
])('%s is a problem of that file', (costs, problem) => {
  const result = load(costs);
  expect(result.ok).toBe(false);
  if (!result.ok) expect(result.error.problems[0]).toMatchObject({ problem: expect.stringMatching(problem) as string });
});
