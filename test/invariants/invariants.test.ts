/**
 * Each invariant in two scenes: one in which it holds and is evaluated, and one for each way to break it, with the words
 * in which the violation is reported.
 */
import { describe, expect, it } from 'vitest';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { DEFAULT_PARAMS, LIMITS } from '../../engine/params/params.ts';
import type { RoundError } from '../../engine/chain/types.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import { Scene, named, readerOf, strChange, type SceneNode, type SceneOptions, type Values } from './scene.ts';

interface Case {
  readonly id: string;
  /** What happens; without `seen`, all is well. */
  readonly when: string;
  readonly with?: SceneOptions;
  play(scene: Scene, nodes: readonly SceneNode[]): void;
  readonly expected?: RegExp;
  readonly seen?: RegExp;
  /** Independent evaluations, where the count itself is the point. */
  readonly evaluated?: number;
}

const two: SceneOptions = { nodes: [{}, {}] };
const BAD_NONCE: RoundError = { code: 'transaction', index: 4, error: { code: 'nonce-used', got: 1, expected: 2 } };

// ── Agreement and fork choice ───────────────────────────────────────────────────────────────────────────────────────

const chain: Case[] = [
  {
    id: 'S1',
    when: 'two nodes finalise the same round',
    with: two,
    play: (scene, nodes) => {
      const round = scene.branch(1);
      for (const node of nodes) scene.finalize(node, round);
    },
    evaluated: 1,
  },
  {
    id: 'S1',
    when: 'two nodes finalise two rounds of one height',
    with: two,
    play: (scene, nodes) => nodes.forEach((node) => scene.finalize(node, scene.branch(1))),
    expected: /round 1 \(number 1, round-1\) final, as at node 0/,
    seen: /round 2 .* final/,
  },
  {
    id: 'S1',
    when: 'a faulty node finalises what it likes',
    with: { nodes: [{}, { honest: false }, {}] },
    play: (scene, [good, bad, other]) => {
      const round = scene.branch(1);
      scene.finalize(good, round);
      scene.finalize(bad, scene.branch(1));
      scene.finalize(other, round);
    },
  },
  {
    id: 'S2',
    when: 'a reorg stays above the final round, which then moves on',
    play: (scene, [node]) => {
      const final = scene.branch(1);
      scene.move(node, scene.branch(1, final));
      scene.finalize(node, final);
      scene.move(node, scene.branch(2, final));
      scene.finalize(node, node.head.parent!);
    },
  },
  {
    id: 'S2',
    when: 'the final round is disconnected (K10)',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(2));
      scene.finalize(node, node.head.parent!);
      scene.move(node, scene.branch(3));
    },
    expected: /nothing disconnected at or below the final round 1/,
    seen: /round 1 .* disconnected/,
  },
  {
    id: 'S2',
    when: 'another branch becomes final after a restart',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(2));
      scene.finalize(node, node.head);
      node.head = node.final = scene.genesis;
      scene.watch.restarted(node);
      scene.finalize(node, scene.branch(3));
    },
    expected: /on the branch of round 2/,
    seen: /round 5 .* final/,
  },
  {
    id: 'S2',
    when: 'a heavier branch without the final round, beyond what is claimed',
    with: { facts: { beyond: true } },
    play: (scene, [node]) => scene.watch.finalityConflict(node, scene.branch(1), scene.branch(2)),
  },
  {
    id: 'S2',
    when: 'a heavier branch without the final round',
    play: (scene, [node]) => scene.watch.finalityConflict(node, scene.branch(1), scene.branch(2)),
    expected: /every heavier branch contains the final round 1/,
    seen: /round 3 .* does not/,
  },
  {
    id: 'S2',
    when: 'a conflict is reported that is none',
    with: { facts: { beyond: true } },
    play: (scene, [node]) => {
      const final = scene.branch(1);
      scene.watch.finalityConflict(node, final, scene.branch(1, final));
    },
    expected: /only with a branch without round 1/,
    seen: /stands on it/,
  },
  { id: 'S3', when: 'work adds up', play: (scene, [node]) => scene.move(node, scene.branch(3)), evaluated: 3 },
  {
    id: 'S3',
    when: 'work is one hash short',
    play: (scene, [node]) => scene.move(node, scene.round(scene.genesis, { work: 2n * scene.genesis.work - 1n })),
    expected: /work 140081816705024 at round 1/,
    seen: /work 140081816705023/,
  },
  {
    id: 'S4',
    when: 'the node follows the heavier branch, and stays where two are equal',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(1));
      const rival = scene.branch(2);
      scene.watch.roundFound(rival, node);
      scene.move(node, rival);
      node.others = [scene.branch(2)];
      scene.watch.checkpoint();
    },
  },
  {
    id: 'S4',
    when: 'a heavier branch is here and not followed (K01)',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(2));
      const heavier = scene.round(scene.genesis, { header: { bits: 0x1b010000 } });
      scene.watch.roundFound(heavier, node);
      node.others = [heavier];
      scene.watch.checkpoint();
    },
    expected: /head round 3 .* which the node has/,
    seen: /head round 2/,
  },
  {
    id: 'S4',
    when: 'a tie goes to the later branch (K45)',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(1));
      scene.move(node, scene.branch(1));
    },
    expected: /stays at round 1 .* the first seen of equal work/,
    seen: /moved to round 2/,
  },
  {
    id: 'S5',
    when: 'work falls at a restart only',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(3));
      node.head = scene.genesis;
      node.branch.length = 1;
      scene.watch.restarted(node);
      scene.move(node, scene.branch(1));
    },
  },
  {
    id: 'S5',
    when: 'the head goes back',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(2));
      scene.move(node, scene.branch(1));
    },
    expected: /work of at least \d+, that of round 2/,
    seen: /work \d+, that of round 3/,
  },
  { id: 'S6', when: 'six chains link', play: (scene, [node]) => scene.move(node, scene.branch(4)) },
  {
    id: 'S6',
    when: 'a ledger block skips one',
    play: (scene, [node]) => scene.move(node, scene.round(scene.genesis, { block: [4, { number: 2 }] })),
    expected: /ccoin block number 1 at round 1/,
    seen: /number 2/,
  },
  {
    id: 'S6',
    when: 'a ledger block links to another ledger’s',
    play: (scene, [node]) => scene.move(node, scene.round(scene.genesis, { block: [1, { previous: 'block-main-0' }] })),
    expected: /asset block linked to block-asset-0/,
    seen: /linked to block-main-0/,
  },
  {
    id: 'S6',
    when: 'a round lacks a ledger',
    play: (scene, [node]) => scene.move(node, scene.round(scene.genesis, { ledgers: scene.genesis.round.ledgers.slice(1) })),
    expected: /blocks of main asset contract governance ccoin ccos/,
    seen: /blocks of asset contract/,
  },
  {
    id: 'S6',
    when: 'a node connects a round that is not on its tip',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(1));
      scene.watch.connected(node, scene.branch(2), false);
    },
    expected: /connected onto the tip, round 1/,
    seen: /round 3 .* connected/,
  },
  {
    id: 'S6',
    when: 'a node disconnects a round below its tip',
    play: (scene, [node]) => {
      scene.move(node, scene.branch(2));
      scene.watch.disconnected(node, node.head.parent!, false);
    },
    expected: /disconnected from the tip, round 2/,
    seen: /round 1 .* disconnected/,
  },
  {
    id: 'S7',
    when: 'invalid here, and descendants refused for it; valid elsewhere is S8’s matter',
    with: two,
    play: (scene, [node, other]) => {
      const bad = scene.branch(1);
      scene.verdict(node, bad, BAD_NONCE);
      scene.verdict(node, scene.round(bad), { code: 'invalid-ancestor', ancestor: bad.round.hash });
      scene.verdict(other, bad);
    },
  },
  {
    id: 'S7',
    when: 'an invalid round becomes valid',
    play: (scene, [node]) => {
      const round = scene.branch(1);
      scene.verdict(node, round, BAD_NONCE);
      scene.verdict(node, round);
    },
    expected: /round 1 .* stays invalid/,
    seen: /^valid$/,
  },
  {
    id: 'S7',
    when: 'an invalid round is connected all the same',
    play: (scene, [node]) => {
      const round = scene.branch(1);
      scene.verdict(node, round, BAD_NONCE);
      scene.move(node, round);
    },
    expected: /stays invalid/,
    seen: /^connected$/,
  },
  {
    id: 'S7',
    when: 'a mutated body poisons its twin (K04)',
    play: (scene, [node]) => scene.verdict(node, scene.branch(1), { code: 'body-mismatch', part: 'transactions' }),
    expected: /no verdict on round 1 .* from a body that is not its own/,
    seen: /body-mismatch \(part transactions\)/,
  },
  {
    id: 'S7',
    when: 'a round is refused for an ancestor that nobody found invalid',
    play: (scene, [node]) => scene.verdict(node, scene.branch(2), { code: 'invalid-ancestor', ancestor: 'round-1' }),
    expected: /an invalid ancestor of round 2/,
    seen: /no ancestor has an invalid verdict/,
  },
  {
    id: 'S8',
    when: 'a witness and the shared executor agree, on an invalid round too; sharing proves nothing',
    with: { nodes: [{}, {}, { isolated: true }] },
    play: (scene, nodes) => {
      const round = scene.branch(1);
      const bad = scene.branch(1);
      for (const node of nodes) scene.verdict(node, round);
      for (const node of nodes) scene.verdict(node, bad, BAD_NONCE);
    },
    evaluated: 2,
  },
  {
    id: 'S8',
    when: 'a local limit refuses a valid round (K07)',
    with: { nodes: [{}, { isolated: true }] },
    play: (scene, [node, other]) => {
      const round = scene.branch(1);
      scene.verdict(node, round);
      scene.verdict(other, round, { code: 'size', got: 9, max: 8 });
    },
    expected: /^valid, the first verdict on round 1/,
    seen: /^invalid: size \(got 9, max 8\)$/,
  },
  { id: 'S9', when: 'steady rounds keep genesis’ target, sealed', play: (scene, [node]) => scene.move(node, scene.branch(12)), evaluated: 12 },
  {
    id: 'S9',
    when: 'a seal does not hold',
    with: { facts: { sealHolds: ({ number }) => number !== 2 } },
    play: (scene, [node]) => scene.move(node, scene.branch(3)),
    expected: /a seal that holds at round 2/,
    seen: /does not/,
  },
  {
    id: 'S9',
    when: 'work is done for an easier target',
    play: (scene, [node]) => scene.move(node, scene.round(scene.genesis, { header: { bits: 0x1c0404cb } })),
    expected: /target 0x1b0404cb at round 1/,
    seen: /0x1c0404cb/,
  },
];

// ── State ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const isolated: SceneOptions = { nodes: [{ isolated: true }] };
const account = (str: bigint): { nonce: number; str: bigint } => ({ nonce: 0, str });

/** A → A1 (alice 5 → 7) and A → B1 → B2 (bob gets 1): the node goes to A1, then to B2, with the given state there. */
function reorg(scene: Scene, node: SceneNode, after: Values): void {
  const a1 = scene.branch(1);
  const b1 = scene.branch(1);
  const b2 = scene.round(b1);
  const parent: Values = new Map([['account:alice', account(5n)]]);
  scene.execute(a1, parent, [strChange('alice', 5n, 7n)]);
  scene.execute(b1, parent, [strChange('bob', undefined, 1n)]);
  scene.execute(b2, parent, []);
  scene.move(node, a1);
  node.values = after;
  scene.move(node, b2);
}

/** A node whose state moves: alice has 5 before round 1 and 7 after, but `undone` is what undo leaves. */
function undoing(scene: Scene, node: SceneNode, undone: bigint): void {
  const round = scene.branch(1);
  node.stateAt = (at) => readerOf(new Map([['account:alice', account(at === round ? 7n : undone)]]));
  scene.execute(round, new Map([['account:alice', account(5n)]]), [strChange('alice', 5n, 7n)]);
  scene.move(node, round);
}

const state: Case[] = [
  { id: 'L5', when: 'a witness replays to the header’s roots', with: isolated, play: (scene, [node]) => scene.move(node, scene.branch(1)), evaluated: 1 },
  {
    id: 'L5',
    when: 'a witness replays to another root',
    with: isolated,
    play: (scene, [node]) => {
      node.roots = { 3: 'else' };
      scene.move(node, scene.branch(1));
    },
    expected: /governance state root state-governance-1 after round 1/,
    seen: /replayed by the node: else/,
  },
  {
    id: 'L5',
    when: 'the first execution gives another root than the header',
    play: (scene) => {
      const round = scene.branch(1);
      scene.execute(round, new Map(), [], scene.branch(1).round.ledgers);
    },
    expected: /main state root state-main-1/,
    seen: /execution gives state-main-2/,
  },
  {
    id: 'L6',
    when: 'after a reorg the abandoned round’s keys are as at the fork',
    with: isolated,
    play: (scene, [node]) => reorg(scene, node, new Map([['account:alice', account(5n)], ['account:bob', account(1n)]])),
    evaluated: 4,
  },
  {
    id: 'L6',
    when: 'undo omits one account (K11)',
    with: isolated,
    play: (scene, [node]) => reorg(scene, node, new Map([['account:alice', account(7n)], ['account:bob', account(1n)]])),
    expected: /account:alice = \w+05 after 1 rounds were undone, on round 3/,
    seen: /07$/,
  },
  { id: 'L6', when: 'a witness undoes and redoes what it connected', with: isolated, play: (scene, [node]) => undoing(scene, node, 5n), evaluated: 3 },
  {
    id: 'L6',
    when: 'a witness’s undo gives another value than before',
    with: isolated,
    play: (scene, [node]) => undoing(scene, node, 6n),
    expected: /account:alice = \w+05 after undo of round 1/,
    seen: /06$/,
  },
  {
    id: 'L6',
    when: 'an undo entry does not hold what was there',
    play: (scene) => scene.execute(scene.branch(1), new Map([['account:alice', account(5n)]]), [strChange('alice', undefined, 7n)]),
    expected: /account:alice = absent before round 1 .* as its undo entry says/,
    seen: /05$/,
  },
  {
    id: 'L8',
    when: 'two routes to one head give one state',
    with: { nodes: [{}, {}, { isolated: true }] },
    play: (scene, [first, second, witness]) => {
      const head = scene.branch(3);
      for (const node of [first, second]) scene.move(node, head);
      scene.move(witness, scene.branch(2));
      scene.move(witness, head);
    },
    evaluated: 1,
  },
  {
    id: 'L8',
    when: 'a reorg leaves something behind (K11, K13)',
    with: { nodes: [{}, { isolated: true }] },
    play: (scene, [node, witness]) => {
      const head = scene.branch(3);
      scene.move(node, head);
      scene.move(witness, scene.branch(2));
      witness.roots = { 0: 'else' };
      scene.move(witness, head);
    },
    expected: /main state root state-main-3 at round 3 .* as at node 0/,
    seen: /^else$/,
  },
];

// ── Pool and bounds ─────────────────────────────────────────────────────────────────────────────────────────────────

const secretKey = new Uint8Array(32).fill(7);
const key = { secretKey, publicKey: nobleCrypto.publicKey(secretKey) };
const signed = (nonce: number, amount: bigint, genesis = '00'.repeat(32)): Transaction => {
  const payload = { kind: 'transfer', token: 'STR', to: '11'.repeat(20), amount } as const;
  return signTransaction({ nonce, gasLimit: 21_000, gasPrice: 1n, payload }, key, genesis, nobleCrypto);
};

/** Pools `pooled` at a node where their sender has nonce 3 and 50,000 base units, and looks at a checkpoint. */
function pooling(scene: Scene, node: SceneNode, pooled: readonly Transaction[]): void {
  node.values = new Map([[`account:${pooled[0].sender}`, { nonce: 3, str: 50_000n }]]);
  node.pooled = [...pooled];
  scene.watch.checkpoint();
}

/** A reorg from a branch with transactions x and y to one with x, after which `pooled` is in the pool. */
function abandoning(scene: Scene, node: SceneNode, pooled: readonly string[], evictions: readonly string[] = []): void {
  scene.move(node, scene.round(scene.genesis, { transactions: [named('x'), named('y')] }));
  const rival = scene.round(scene.round(), { transactions: [named('x')] });
  node.pooled = pooled.map((id) => named(id));
  for (const id of evictions) scene.watch.evicted(node, named(id), 'overdraft');
  scene.move(node, rival);
}

const pool: Case[] = [
  { id: 'M1', when: 'nonces run on from the account’s and all is covered', play: (scene, [node]) => pooling(scene, node, [signed(4, 1n), signed(3, 2n)]), evaluated: 2 },
  { id: 'M1', when: 'a gap waits', play: (scene, [node]) => pooling(scene, node, [signed(3, 1n), signed(900, 2n)]) },
  {
    id: 'M1',
    when: 'a used nonce stays pooled',
    play: (scene, [node]) => pooling(scene, node, [signed(2, 1n)]),
    expected: /nonce of at least 3, pending of/,
    seen: /nonce 2/,
  },
  {
    id: 'M1',
    when: 'one slot is taken twice',
    play: (scene, [node]) => pooling(scene, node, [signed(3, 1n), signed(3, 2n)]),
    expected: /nonce of at least 4/,
    seen: /nonce 3/,
  },
  {
    id: 'M1',
    when: 'pending values and fees are not covered together',
    play: (scene, [node]) => pooling(scene, node, [signed(3, 1n), signed(4, 8_000n)]),
    expected: /at most 50000 STR base units pending/,
    seen: /50001/,
  },
  {
    id: 'M1',
    when: 'a transaction of another network is pooled',
    play: (scene, [node]) => pooling(scene, node, [signed(3, 1n, '01'.repeat(32))]),
    expected: /a signature that verifies, pooled transaction/,
    seen: /does not/,
  },
  { id: 'M2', when: 'what the new branch lacks is pooled again', play: (scene, [node]) => abandoning(scene, node, ['y']), evaluated: 1 },
  { id: 'M2', when: 'what is valid no longer is evicted with a reason', play: (scene, [node]) => abandoning(scene, node, [], ['y']) },
  {
    id: 'M2',
    when: 'the pool is not restored (K34)',
    play: (scene, [node]) => abandoning(scene, node, []),
    expected: /transactions of 1 abandoned rounds in the branch of round 3 .* pooled, or evicted/,
    seen: /1 forgotten: y/,
  },
  { id: 'M2', when: 'an eviction has no reason', play: (scene, [node]) => scene.watch.evicted(node, named('x'), ''), expected: /a reason for evicting x/, seen: /^none$/ },
  {
    id: 'M3',
    when: 'queues are full and no fuller',
    with: { nodes: [{ sizes: [{ name: 'orphans', value: 64, max: 64 }], pooled: Array.from({ length: 1_001 }, (_, i) => named(`${i}`, `${i % 2}`)), isolated: true }] },
    play: (scene) => scene.watch.checkpoint(),
  },
  {
    id: 'M3',
    when: 'orphans are never evicted (K36)',
    with: { nodes: [{ sizes: [{ name: 'orphans', value: 65, max: 64 }] }] },
    play: (scene) => scene.watch.checkpoint(),
    expected: /orphans of at most 64/,
    seen: /^65$/,
  },
  {
    id: 'M3',
    when: 'an address has 1,001 pending',
    with: { nodes: [{ pooled: Array.from({ length: 1_001 }, (_, i) => named(`${i}`)), isolated: true }] },
    play: (scene) => scene.watch.checkpoint(),
    expected: /pending of a of at most 1000/,
    seen: /^1001$/,
  },
  {
    id: 'M4',
    when: 'a witness finds a miner’s round valid',
    with: { nodes: [{ kind: 'mining' }, { isolated: true }] },
    play: (scene, [miner, witness]) => {
      const round = scene.find(miner);
      scene.verdict(miner, round);
      scene.verdict(witness, round);
    },
    evaluated: 1,
  },
  {
    id: 'M4',
    when: 'an honest miner builds an invalid round',
    with: { nodes: [{ kind: 'mining' }, { isolated: true }] },
    play: (scene, [miner, witness]) => scene.verdict(witness, scene.find(miner), { code: 'seal' }),
    expected: /round 1 .* valid, as the honest node 0 built it/,
    seen: /^invalid: seal$/,
  },
  {
    id: 'M4',
    when: 'a round is built on something else than the head',
    play: (scene, [miner]) => scene.watch.roundFound(scene.branch(2), miner),
    expected: /built on the head round 0/,
    seen: /on round-1/,
  },
  {
    id: 'M4',
    when: 'a round is too large',
    play: (scene, [miner]) => {
      const bytes = new Uint8Array(DEFAULT_PARAMS.roundBytesMax + 1);
      scene.find(miner, { transactions: [{ ...named('x'), bytes }] });
    },
    expected: /at most 4194304 bytes in round 1/,
    seen: /4194305/,
  },
];

// ── Time and liveness ───────────────────────────────────────────────────────────────────────────────────────────────

/** The node is the only miner; `rounds` arrive at a steady interval, seconds. */
function mining(scene: Scene, node: SceneNode, rounds: number, seconds: number): void {
  for (let i = 0; i < rounds; i++) scene.find(node);
  scene.watch.clock.nowUs = rounds * seconds * 1e6;
  scene.watch.end();
}

/** A partition from which the nodes come back to `heads`, judged 60 s later. */
function healing(scene: Scene, play: () => void): void {
  play();
  scene.watch.clock.nowUs = 660e6;
  scene.watch.healed('split');
}
const healed: SceneOptions = { nodes: [{}, {}, {}], eventually: [{ id: 'V1', after: 'split', withinUs: 60e6 }] };

const time: Case[] = [
  { id: 'T1', when: 'time goes on', play: (scene, [node]) => scene.move(node, scene.branch(20)), evaluated: 40 },
  {
    id: 'T1',
    when: 'a round is as early as the median (K40)',
    play: (scene, [node]) => {
      // The last 11 times before it are those of rounds 4 … 14; the middle one is round 9's.
      const parent = scene.branch(14);
      scene.move(node, scene.round(parent, { header: { time: parent.round.header.time - 5 * 30 } }));
    },
    expected: /time above the median 1700000270 at round 15/,
    seen: /time 1700000270/,
  },
  {
    id: 'T1',
    when: 'a round is one second too far ahead of the node’s clock',
    play: (scene, [node]) => {
      const round = scene.branch(1);
      scene.move(node, round, true);
      node.clockSeconds = round.round.header.time - LIMITS.futureSeconds - 1;
      scene.watch.headChanged(node, scene.genesis, []);
    },
    expected: /time of at most 1700000029, 2 minutes ahead of the node’s clock/,
    seen: /time 1700000030/,
  },
  { id: 'T2', when: 'steady rounds keep their target', play: (scene, [node]) => scene.move(node, scene.branch(9)), evaluated: 9 },
  {
    id: 'T2',
    when: 'a late round does not make the next one easier (K39)',
    play: (scene, [node]) => scene.move(node, scene.round(scene.round(scene.genesis, { header: { time: 1_700_003_630 } }))),
    expected: /target 0x1b080996 at round 2/,
    seen: /target 0x1b0404cb/,
  },
  { id: 'T3', when: '100 rounds come at 30 s', play: (scene, [node]) => mining(scene, node, 100, 30), evaluated: 1 },
  {
    id: 'T3',
    when: '100 rounds come at 19 s',
    play: (scene, [node]) => mining(scene, node, 100, 19),
    expected: /mean interval of 19.712–43.467 s over 100 rounds/,
    seen: /19.000 s/,
  },
  { id: 'T3', when: 'power changes: 19 s, and no opinion', with: { facts: { constantPower: false } }, play: (scene, [node]) => mining(scene, node, 100, 19), evaluated: 0 },
  {
    id: 'T4',
    when: 'time goes on, and ties keep their order',
    play: ({ watch }) => {
      [[0, 5], [0, 6], [7, 2], [7, 3]].forEach(([us, sequence]) => watch.event(us, sequence));
      watch.end();
    },
    evaluated: 4,
  },
  { id: 'T4', when: 'time goes back', play: ({ watch }) => [7, 6].forEach((us, i) => watch.event(us, i)), expected: /after \(7 µs, insertion 0\)/, seen: /\(6 µs, insertion 1\)/ },
  { id: 'T4', when: 'a tie is out of order', play: ({ watch }) => [9, 8].forEach((sequence) => watch.event(7, sequence)), expected: /after \(7 µs, insertion 9\)/, seen: /insertion 8/ },
  {
    id: 'V1',
    when: 'all nodes meet once since the fault ended, whatever travels when the bound runs out',
    with: healed,
    play: (scene, nodes) =>
      healing(scene, () => {
        scene.watch.clock.nowUs = 610e6;
        const head = scene.branch(3);
        for (const node of nodes) scene.move(node, head);
        scene.move(nodes[0], scene.round(head));
      }),
    evaluated: 1,
  },
];

/** What V1 says of heads that did not meet: a finding about liveness, so no violation. */
const stalls: { readonly when: string; play(scene: Scene, nodes: readonly SceneNode[]): void; readonly reason: RegExp }[] = [
  {
    when: 'they met before the fault only',
    play: (scene, nodes) => {
      const head = scene.branch(1);
      for (const node of nodes) scene.move(node, head);
      scene.move(nodes[0], scene.round(head));
    },
    reason: /one head at all honest nodes within 60 s after split; 1 of 3 nodes are on round 2 .*; 2 not \(data missing: 1 rounds behind on the same branch; nodes 1, 2\)/,
  },
  {
    when: 'a tie',
    play: (scene, [a, b, c]) => {
      for (const node of [a, b]) scene.move(node, scene.branch(1));
      scene.move(c, a.head);
    },
    reason: /2 of 3 nodes .*; 1 not \(a tie of equal work; node 1\)/,
  },
  {
    when: 'a finality conflict, a node that will not follow, and one that lacks the data',
    play: (scene, [a, b, c]) => {
      scene.move(a, scene.branch(3));
      scene.move(b, scene.branch(1));
      scene.move(c, scene.branch(1));
      b.final = b.head;
      c.others = [a.head];
    },
    reason: /1 not \(its final round 4 .* is not in the heavier branch; node 1\); 1 not \(has the heavier branch and does not follow it; node 2\)/,
  },
  {
    when: 'a node that lacks the other branch’s data',
    play: (scene, [a, b, c]) => {
      scene.move(a, scene.branch(3));
      scene.move(b, a.head);
      scene.move(c, scene.branch(2));
    },
    reason: /1 not \(data missing: the heavier branch is not complete here, head round 5 .*; node 2\)/,
  },
];

describe.each([...chain, ...state, ...pool, ...time])('$id $when', ({ id, with: options, play, expected, seen, evaluated }) => {
  const scene = new Scene([id], options);
  play(scene, scene.nodes);
  const [row] = scene.watch.rows();
  const [violation] = scene.watch.violations();

  it(seen === undefined ? 'holds' : 'is violated', () => {
    if (seen === undefined) {
      expect(scene.watch.violations()).toEqual([]);
      expect(scene.watch.liveness()).toEqual([]);
      if (evaluated === undefined) expect(row.evaluated + row.byConstruction).toBeGreaterThan(0);
      else expect(row.evaluated).toBe(evaluated);
    } else {
      expect(violation).toMatchObject({ invariant: id });
      expect(violation.expected).toMatch(expected!);
      expect(violation.seen).toMatch(seen);
    }
  });
});

describe.each(stalls)('V1 $when', ({ play, reason }) => {
  it('says why not', () => {
    const scene = new Scene(['V1'], healed);
    healing(scene, () => play(scene, scene.nodes));
    expect(scene.watch.violations()).toEqual([]);
    expect(scene.watch.liveness()).toMatchObject([{ invariant: 'V1', after: 'split', atUs: 660e6 }]);
    expect(scene.watch.liveness()[0].reason).toMatch(reason);
  });
});

it('every ledger has its place in a scene', () => expect(new Scene('all').genesis.round.ledgers.map(({ ledger }) => ledger)).toEqual(LEDGERS));
