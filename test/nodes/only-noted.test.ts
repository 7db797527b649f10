/** The driver's shortcut (`onlyNoted`) against handing every message to the node: the same trace, whatever goes wrong on the way. */
import { expect, test, vi } from 'vitest';
import type * as NodeModule from '../../engine/node/node.ts';
import { runScenario } from '../../sim/run.ts';
import { crypto } from '../helpers/fixtures.ts';
import { loaded } from '../scenario/helpers.ts';

const shortcut = vi.hoisted(() => ({ taken: true, hits: { round: 0, transactions: 0 } }));

vi.mock('../../engine/node/node.ts', async (original) => {
  const real = await original<typeof NodeModule>();
  return {
    ...real,
    onlyNoted: (...args: Parameters<typeof real.onlyNoted>) => {
      if (!shortcut.taken || !real.onlyNoted(...args)) return false;
      shortcut.hits[args[3].set === undefined ? 'round' : 'transactions']++;
      return true;
    },
  };
});

test.each(['1', '2', '3'])('with and without the shortcut, a cut, a crash and packet loss leave the same trace (seed %s)', (seed) => {
  const { scenario } = loaded(`schema: stratus/scenario/v1
name: small
question: Is it the same?
run: { seed: "${seed}", duration: 8m, warmup: 10s, settle: 2m }
consensus: { roundInterval: 6s, finalityDepth: 60 }
network: { totalNodes: 24, topology: { kind: random, outbound: 5, inboundMax: 20 }, txGossip: { batch: 500ms } }
nodes: { mining: { count: 12 }, light: { count: 3 } }
workload: { accounts: { count: 40 }, mix: [{ kind: transfer, token: STR, weight: 9 }, { invalid: [bad-signature], weight: 1 }], rate: { unit: tx/s, stages: [{ for: 6m, at: 6 }] } }
faults:
  scheduled:
    - { id: cut, at: 1m, for: 1m, kind: partition, select: { share: 40% hashPower } }
    - { id: dark, at: 3m, for: 30s, kind: crash, select: { share: 20% nodes } }
  random: { packet: { drop: 2% } }
`);
  const traceHash = (taken: boolean): string => {
    shortcut.taken = taken;
    return runScenario(scenario, { crypto }).traceHash;
  };
  expect(traceHash(true)).toBe(traceHash(false));
  expect([shortcut.hits.round > 500, shortcut.hits.transactions > 500]).toEqual([true, true]);
});
