/** Contracts of the workload against the engine's own execution: each outcome is the one that was known, also where branches are undone. */
import { expect, test } from 'vitest';
import { checkContract } from '../../engine/starw/gate.ts';
import { meterModule } from '../../engine/starw/meter.ts';
import { CONTRACT_FUNCTIONS, CONTRACT_NAMES, HOSTILE_MODULES, type ContractName } from '../../sim/scenario/contracts.ts';
import type { MixEntry } from '../../sim/scenario/types.ts';
import { largeModule, refusedModule, swellingModule } from '../../sim/workload/hostile-modules.ts';
import { run, scenario, steady, workloadOf } from './little-chain.ts';

type ContractKind = 'contract_call' | 'contract_deploy';
const entry = (kind: ContractKind, contract: ContractName, name: string | undefined, weightPpm: number): MixEntry => ({
  kind, contract, function: name, token: undefined, weightPpm, amountMedian: undefined,
});

/** Every function and every module by name, and whatever the workload chooses by itself. */
function mixOf(contract: ContractName): MixEntry[] {
  const modules = contract === 'hostile' ? [...HOSTILE_MODULES, undefined] : [undefined];
  const calls = [...CONTRACT_FUNCTIONS[contract], undefined].map((name) => entry('contract_call', contract, name, 4));
  return [...calls, ...modules.map((name) => entry('contract_deploy', contract, name, 1))];
}

/** Ways in which attacks end. */
const FAILING = ['out-of-gas', 'stack-overflow', 'event-count', 'trap', 'reverted', 'module-refused', 'success'];

test.each(CONTRACT_NAMES)('%s: nothing is unexpected, with branches undone', (contract) => {
  const built = workloadOf(scenario(mixOf(contract), [steady(600, 1)]), { gasLimitPerLedger: 4_000_000 });
  const seen = new Map<string, number>();
  run(built, 30, 8, (number) => (number % 9 === 0 ? 3 : 0), (status) => seen.set(status, (seen.get(status) ?? 0) + 1));
  const { statistics } = built.workload;
  expect(statistics.unexpected).toEqual([]);
  const called = statistics.kinds.get('contract_call')!;
  if (contract === 'none') expect([...seen.keys()].sort()).toEqual(['module-refused', 'not-found']);
  else if (contract === 'hostile') expect([...seen.keys()]).toEqual(expect.arrayContaining(FAILING));
  else {
    expect(called.succeeded).toBeGreaterThan(3 * called.failed);
    expect(seen.get('out-of-gas')).toBeGreaterThan(0);
  }
});

test.each([
  ['large', largeModule, true, 'ok'],
  ['refused', refusedModule, false, 'f32.const'],
  ['swelling', swellingModule, true, 'growth'],
] as const)('a %s module', (_, make, passes, what) => {
  const module = make(60_000, 0x2beef);
  expect(module.length).toBeGreaterThan(55_000);
  expect(module.length).toBeLessThan(61_000);
  expect(make(60_000, 1)).not.toEqual(module);
  const checked = checkContract(module);
  expect(checked.ok).toBe(passes);
  const told = checked.ok ? meterModule(checked.value) : checked;
  expect(told.ok ? 'ok' : JSON.stringify(told.error)).toContain(what);
});
