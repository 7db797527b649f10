/** Small whole runs: what faults do to nodes while they last and after, and that sharing work changes nothing. */
import { describe, expect, test } from 'vitest';
import { makeGenesis, type Genesis } from '../../engine/chain/genesis.ts';
import { sampledSeal } from '../../engine/chain/seal.ts';
import { MESSAGE_NAMES } from '../../engine/p2p/messages.ts';
import type { Tell } from '../../engine/p2p/effects.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { seedKey } from '../../sim/kernel/draw.ts';
import { populate } from '../../sim/nodes/population.ts';
import { Simulation, type Listener } from '../../sim/nodes/simulation.ts';
import { runScenario } from '../../sim/run.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import { GENESIS_TIME, crypto } from '../helpers/fixtures.ts';
import { loaded } from '../scenario/helpers.ts';

/** 12 nodes, a round each 10 s; finality out of reach of the cuts below. */
const text = (more: string, run = 'duration: 12m'): string => `schema: stratus/scenario/v1
name: small
question: Does it hold?
run: { seed: "1", ${run}, warmup: 10s, settle: 2m }
consensus: { roundInterval: 10s, finalityDepth: 60 }
network: { totalNodes: 12, txGossip: { batch: 500ms } }
nodes: { mining: { count: 6 }, light: { count: 2 } }
${more}`;
const SECOND = 1_000_000;

/** Difficulty as simulated chains have it: fine enough for ASERT to follow hash power. */
function genesisOf({ params }: ResolvedScenario): Genesis {
  const made = makeGenesis({ timeSeconds: GENESIS_TIME, bits: 0x1d00ffff, params, allocations: [] }, crypto);
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

interface Watched {
  readonly simulation: Simulation;
  readonly states: string[];
  readonly tells: (Tell & { readonly node: number; readonly atUs: number })[];
  readonly received: { readonly from: number; readonly to: number; readonly atUs: number; readonly type: string }[];
}

/** A run without workload, every reception and telling noted. */
function watch(scenario: ResolvedScenario, payTo = '0'): Watched {
  const key = seedKey(scenario.run.seed, crypto);
  const population = populate(scenario, key);
  const simulation = new Simulation({
    scenario, crypto, key, population,
    genesis: genesisOf(scenario),
    seal: sampledSeal(crypto.sha256(utf8('oracle')), crypto),
    miners: population.kind.map((_, node) => `${node}`.padStart(40, payTo)),
    workload: undefined,
    isolated: false,
  });
  const states: string[] = [];
  const tells: Watched['tells'] = [];
  const received: Watched['received'] = [];
  simulation.nodes.forEach((node, to) => {
    const receive = node.receive.bind(node);
    node.receive = (peer, msg, clock, nowUs, out) => {
      received.push({ from: simulation.peerOf(to, peer), to, atUs: nowUs, type: MESSAGE_NAMES[msg.type] });
      receive(peer, msg, clock, nowUs, out);
    };
  });
  const nothing = (): void => {};
  const listener: Listener = {
    event: nothing, submitting: nothing, unplaced: nothing, fault: nothing, activation: nothing, tick: nothing, checkpoint: nothing, restarted: nothing, healed: nothing,
    tell: (node, tell, atUs) => void tells.push({ ...tell, node, atUs }),
    nodeState: (node, state, reason, atUs) => void states.push(`${node} ${state} ${reason} ${Math.floor(atUs / SECOND)}`),
  };
  simulation.begin(listener, { crypto });
  simulation.advance();
  return { simulation, states, tells, received };
}
const scheduled = (fault: string): ResolvedScenario => loaded(text(`faults: { scheduled: [{ id: f, at: 3m, for: 2m, ${fault} }] }`)).scenario;
const within = (atUs: number): boolean => atUs > 181 * SECOND && atUs < 300 * SECOND; // a second for what was under way
const agreed = ({ simulation }: Watched): boolean => {
  const numbers = simulation.nodes.map(({ chain }) => simulation.registry.rounds[chain.head].number);
  return Math.max(...numbers) - Math.min(...numbers) <= 1;
};

describe('faults', () => {
  test('partition: nothing crosses while it lasts, both sides grow, one side is abandoned after', () => {
    const run = watch(scheduled('kind: partition, select: { nodes: [0, 1, 2, 6, 7] }'));
    const inside = new Set([0, 1, 2, 6, 7]);
    expect(run.received.filter(({ from, to, atUs }) => within(atUs) && inside.has(from) !== inside.has(to))).toEqual([]);
    expect(run.received.filter(({ from, to, atUs }) => atUs > 300 * SECOND && inside.has(from) !== inside.has(to)).length).toBeGreaterThan(20);
    const built = run.tells.filter(({ type, atUs }) => type === 'built' && within(atUs)).map(({ node }) => inside.has(node));
    expect([built.includes(true), built.includes(false)]).toEqual([true, true]);
    const reorgs = run.tells.filter((tell) => tell.type === 'head' && tell.abandoned.length > 0 && tell.atUs > 300 * SECOND && tell.atUs < 330 * SECOND);
    expect(new Set(reorgs.map(({ node }) => inside.has(node))).size).toBe(1);
    expect([run.simulation.fired.get('f')! > 0, agreed(run)]).toEqual([true, true]);
  });

  test('crash: the node neither hears nor mines, is known to be down, and catches up after', () => {
    const run = watch(scheduled('kind: crash, select: { nodes: [0, 7] }'));
    expect(run.received.filter(({ to, atUs }) => within(atUs) && [0, 7].includes(to))).toEqual([]);
    expect(run.tells.filter(({ node, atUs }) => within(atUs) && [0, 7].includes(node))).toEqual([]);
    expect(run.states.filter((line) => !line.includes('synced'))).toEqual(['0 down crashed 180', '7 down crashed 180', '0 syncing restarted 300', '7 syncing restarted 300']);
    expect(run.states.filter((line) => line.includes('synced')).length).toBe(2);
    expect(run.tells.some(({ type, node, atUs }) => type === 'built' && node === 0 && atUs > 300 * SECOND)).toBe(true);
    expect([run.simulation.fired.get('f'), agreed(run)]).toEqual([2, true]);
  });

  test('pause: frozen with all it holds; what reached it meanwhile it hears at once, and it found no round in its sleep', () => {
    const run = watch(scheduled('kind: pause, select: { nodes: [0, 1, 7] }'));
    const frozen = [0, 1, 7];
    expect(run.tells.filter(({ node, atUs }) => within(atUs) && frozen.includes(node))).toEqual([]);
    expect(run.received.filter(({ to, atUs }) => within(atUs) && frozen.includes(to))).toEqual([]);
    const woken = run.received.filter(({ to, atUs }) => atUs === 300 * SECOND && frozen.includes(to));
    expect(woken.length).toBeGreaterThan(10);
    expect(run.tells.filter(({ type, atUs }) => type === 'built' && atUs === 300 * SECOND)).toEqual([]);
    expect(run.tells.some(({ type, node, atUs }) => type === 'built' && node < 2 && atUs > 300 * SECOND)).toBe(true);
    expect([run.simulation.fired.get('f'), agreed(run)]).toEqual([3, true]);
  });

  test('all miners frozen at once: the chain stands still, and goes on when they do', () => {
    const run = watch(scheduled('kind: pause, select: { kinds: [mining] }'));
    const built = run.tells.filter(({ type }) => type === 'built').map(({ atUs }) => atUs);
    expect([built.filter((atUs) => atUs >= 180 * SECOND && atUs <= 300 * SECOND), built.filter((atUs) => atUs > 300 * SECOND).length > 15]).toEqual([[], true]);
  });

  test('a fault that another covers: a node is restarted by whoever crashed it, a link opens when both cuts are mended', () => {
    const { scenario } = loaded(text(`faults:
  random: { crash: { perNodeHour: 30 } }
  scheduled:
    - { id: down, at: 2m, for: 4m, kind: crash, select: { nodes: [0] } }
    - { id: a, at: 7m, for: 1m, kind: partition, select: { nodes: [5] } }
    - { id: b, at: 450s, for: 1m, kind: partition, select: { nodes: [5] } }`));
    const run = watch(scenario);
    const ups = run.states.filter((line) => line.startsWith('0 ') && line.includes('restarted')).map((line) => Number(line.split(' ').at(-1)));
    const downs = run.states.filter((line) => line.startsWith('0 ') && line.includes('crashed')).map((line) => Number(line.split(' ').at(-1)));
    expect([downs.includes(120), ups.filter((at) => at > 120 && at < 360), ups.includes(360)]).toEqual([true, [], true]);
    expect(run.simulation.fired.get('random-crash')).toBeGreaterThan(10);
    expect(run.received.filter(({ from, to, atUs }) => (from === 5 || to === 5) && atUs > 421 * SECOND && atUs < 510 * SECOND)).toEqual([]);
    expect(agreed(run)).toBe(true);
  });
});

test('the trace hash takes in what rounds hold: other miners’ accounts, with every event at the same time, are another run', () => {
  const [one, same, other] = ['0', '0', 'a'].map((payTo) => watch(loaded(text('', 'duration: 3m').replace(', light: { count: 2 }', '')).scenario, payTo)); // proofs differ in size
  expect([other.simulation.eventNumber, other.received]).toEqual([one.simulation.eventNumber, one.received]);
  expect(same.simulation.hash.digest()).toBe(one.simulation.hash.digest());
  expect(other.simulation.hash.digest()).not.toBe(one.simulation.hash.digest());
});

test('waking nodes boot, sync and count; the awake are joined among themselves all the time', () => {
  const { scenario } = loaded(`schema: stratus/scenario/v1
name: small
question: Does it wake?
run: { seed: "2", duration: 6m, warmup: 10s }
consensus: { roundInterval: 10s }
network: { totalNodes: 24, baseNodeCapacity: 0.001 }
nodes: { mining: { count: 4 }, full: { standby: true } }
workload: { accounts: { count: 40 }, mix: [{ kind: transfer, token: STR, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 1m, at: 2 }, { for: 2m, at: 9 }] } }
`);
  const record = runScenario(scenario, { crypto });
  const states = record.trace.flatMap((event) => (event.type === 'node-state' ? [event.state] : []));
  const activations = record.trace.flatMap((event) => (event.type === 'activation' ? [event.activated.length] : []));
  expect([Math.max(...activations) <= 10, activations.reduce((x, y) => x + y) >= 5]).toEqual([true, true]);
  const count = (state: string): number => states.filter((s) => s === state).length;
  expect([count('booting') === count('syncing'), count('active') >= count('syncing') - 1, count('active') > 0]).toEqual([true, true, true]);
  expect(record.violations).toEqual([]);
});

test.each(['1', '2', '3'])('12 nodes, payments, a partition, a crash and a pause: isolated nodes leave the same trace (seed %s)', (seed) => {
  const { scenario } = loaded(
    text(
      `workload: { accounts: { count: 60 }, mix: [{ kind: transfer, token: STR, weight: 3 }, { kind: nft_mint, weight: 1 }, { kind: financial-public-transaction, weight: 1 }, { kind: bridge_lock, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 8m, at: 1 }] } }
faults:
  scheduled:
    - { id: cut, at: 2m, for: 2m, kind: partition, select: { share: 50% hashPower } }
    - { id: gone, at: 5m, for: 1m, kind: crash, select: { nodes: [0, 6, 10] } }
    - { id: still, at: 390s, for: 1m, kind: pause, select: { nodes: [1, 11] } }`,
    ).replace('seed: "1"', `seed: "${seed}"`),
  );
  const shared = runScenario(scenario, { crypto });
  const isolated = runScenario(scenario, { crypto, isolated: true });
  expect(isolated.traceHash).toBe(shared.traceHash);
  expect(isolated.rounds).toEqual(shared.rounds);
  expect([shared.violations, isolated.violations, shared.unexpected]).toEqual([[], [], []]);
  expect(shared.trace.some((event) => event.type === 'reorg' && event.depth > 1)).toBe(true);
  expect(shared.faults.every(({ fired }) => fired > 0)).toBe(true);
});

test('a window on the events: numbered, in order, each caused by an earlier one, and the trace is the same with it', () => {
  const { scenario } = loaded(text('', 'duration: 3m'));
  const plain = runScenario(scenario, { crypto });
  const record = runScenario(scenario, { crypto, window: { from: 300, to: 420 } });
  expect([record.traceHash, plain.window]).toEqual([plain.traceHash, []]);
  expect(record.window.map(({ event }) => event)).toEqual(Array.from({ length: 121 }, (_, i) => 300 + i));
  record.window.forEach(({ cause, event, atUs }, i) => {
    expect(cause >= 0 && cause < event).toBe(true);
    if (i > 0) expect(atUs).toBeGreaterThanOrEqual(record.window[i - 1].atUs);
  });
  const ticks = record.window.filter(({ type }) => type === 'tick');
  expect(ticks.slice(1).map(({ cause }) => cause)).toEqual(ticks.slice(0, -1).map(({ event }) => event));
});
