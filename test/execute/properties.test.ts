/** What holds whatever happens: conservation, undo, path independence, building. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildRound } from '../../engine/chain/build.ts';
import { executeRound } from '../../engine/chain/execute.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { BRIDGE_ESCROW } from '../../engine/ledgers/protocol-accounts.ts';
import {
  accounts,
  bridgeLocked,
  ccosBalances,
  mainTokens,
  TABLES,
  wrappedBalances,
  wstrBalances,
} from '../../engine/ledgers/tables.ts';
import { CCOS_SUPPLY, STR_SUPPLY, UNIT, type Params } from '../../engine/params/params.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import { commitDelta, EMPTY_COMMITMENTS, rootOf, type Commitments } from '../../engine/state/commitment.ts';
import { FlatState } from '../../engine/state/flat.ts';
import { stateKey } from '../../engine/state/table.ts';
import type { Table } from '../../engine/state/state.ts';
import type { LayeredState } from '../../engine/state/view.ts';
import { KINDS } from '../../engine/tx/kinds.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { acts, gasLimitOf, type Act } from '../helpers/acts.ts';
import { ALICE, crypto, MINER, TestChain } from '../helpers/fixtures.ts';

/** Short enough that proposals close and locks time out within a few rounds. */
const PARAMS: Partial<Params> = {
  votingPeriodRounds: 2,
  executionDelayRounds: 1,
  quorumBps: 0,
  bridgeTimeoutSeconds: 60,
  domainTermSeconds: 150,
  domainGraceSeconds: 30,
};
const newChain = (): TestChain => new TestChain({ params: PARAMS });

const signAll = (chain: TestChain, list: readonly Act[]): Transaction[] =>
  list.map(({ on, gasPrice }) => {
    const { from, payload } = on(chain);
    return chain.sign(from, payload, { gasPrice, gasLimit: gasLimitOf(payload) });
  });
/** A round of what may stand in it, the rest left out. */
const play = (chain: TestChain, list: readonly Act[]): void => {
  const context = chain.context();
  const { transactions, executed } = buildRound(chain.environment, context, chain.state, signAll(chain, list));
  chain.append(context, executed, transactions);
};

type AnyState = LayeredState | FlatState;
const dump = (state: AnyState): Map<string, string> =>
  new Map(
    [...state.entries()].map(({ table, key, value }) => [stateKey(table, key), toHex(table.encode(value))]).sort() as [
      string,
      string,
    ][],
  );
const roots = (commitments: Commitments): string[] => commitments.map((tree) => toHex(rootOf(tree, crypto)));
const total = (state: LayeredState, table: Table<bigint>, prefix = ''): bigint =>
  [...state.entries()].reduce(
    (sum, entry) =>
      entry.table.name === table.name && entry.key.startsWith(prefix) ? sum + (entry.value as bigint) : sum,
    0n,
  );

const history = fc.array(acts, { minLength: 1, maxLength: 6 });
const longHistory = fc.array(acts, { minLength: 6, maxLength: 12, size: 'max' });

test('supply per token, and the escrow against what is locked, after every round', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(longHistory, (rounds) => {
      const chain = newChain();
      for (const list of rounds) {
        play(chain, list);
        const { state, last } = chain;
        for (const { kind, status } of last.receipts) {
          const outcome = `${kind} ${status === 'success' ? 'succeeds' : 'fails'}`;
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        }
        const all = [...state.entries()].filter(({ table }) => table.name === accounts.name);
        expect(all.reduce((sum, { key }) => sum + accountOf(state, key).str, 0n)).toBe(STR_SUPPLY);
        expect(total(state, ccosBalances)).toBe(CCOS_SUPPLY);
        for (const token of ['ARSS', '$TR']) expect(total(state, mainTokens, token)).toBe(4_000n * UNIT);
        expect(total(state, wstrBalances)).toBe(4_000n * UNIT);
        expect(accountOf(state, BRIDGE_ESCROW).str).toBe(total(state, bridgeLocked));
        const bridge = chain.executed
          .flatMap(({ receipts }) => receipts.flatMap(({ events }) => events))
          .flatMap((event) => (event.type === 'bridge' ? [event] : []));
        const sum = (step: string): bigint =>
          bridge.reduce((amount, event) => (event.step === step ? amount + event.amount : amount), 0n);
        expect(total(state, wrappedBalances)).toBe(sum('mint') - sum('burn'));
        expect(last.fees).toBe(last.receipts.reduce((fees, { fee }) => fees + fee, 0n));
      }
    }),
    { numRuns: 100, seed: 1 },
  );
  // The property means something only where things happen: every kind succeeded and failed, as far as it can.
  const never = new Set(['contract_deploy', 'contract_call']);
  const missing = KINDS.filter((kind) => !never.has(kind)).flatMap((kind) =>
    [`${kind} succeeds`, `${kind} fails`].filter((outcome) => !seen.has(outcome)),
  );
  expect(missing).toEqual([]);
});

test('apply, then undo: the same bytes and roots, round by round back to genesis', () => {
  fc.assert(
    fc.property(history, (rounds) => {
      const chain = newChain();
      rounds.forEach((list) => play(chain, list));
      const flat = FlatState.from(chain.genesis.state, crypto);
      for (const { delta, commitments } of chain.executed) flat.apply(delta, commitments);
      for (let i = chain.executed.length - 1; i >= 0; i--) {
        expect(dump(flat)).toEqual(dump(chain.states[i + 1]));
        flat.undo(chain.executed[i].delta);
        expect(roots(flat.commitments)).toEqual(roots(chain.states[i].commitments));
      }
      expect(dump(flat)).toEqual(dump(chain.genesis.state));
    }),
    { numRuns: 60 },
  );
});

test('the commitments are those of the stored bytes, and every stored value decodes to itself', () => {
  fc.assert(
    fc.property(history, (rounds) => {
      const chain = newChain();
      rounds.forEach((list) => play(chain, list));
      const all = new Map(
        [...chain.state.entries()].map(({ table, key, value }) => [
          stateKey(table, key),
          { table, key, before: undefined, after: value },
        ]),
      );
      expect(roots(commitDelta(EMPTY_COMMITMENTS, all, crypto))).toEqual(roots(chain.state.commitments));
      for (const { table, value } of chain.state.entries()) {
        expect(table.decode(table.encode(value))).toEqual(value);
        expect(TABLES.map(({ name }) => name as string)).toContain(table.name);
      }
    }),
    { numRuns: 40 },
  );
});

/** A tree of rounds, each on any earlier one, and a walk over its nodes. */
const forest = fc.array(fc.record({ parent: fc.nat(), acts }), { minLength: 1, maxLength: 10 });

test('path independence: a state that redo and undo move over random reorganisations is the shared view of its head', () => {
  fc.assert(
    fc.property(forest, fc.array(fc.nat(), { maxLength: 12 }), (tree, walk) => {
      const nodes = [newChain()];
      for (const { parent, acts: list } of tree) {
        const chain = nodes[parent % nodes.length].fork();
        play(chain, list);
        nodes.push(chain);
      }
      const flat = FlatState.from(nodes[0].genesis.state, crypto);
      let at = nodes[0];
      for (const step of walk) {
        const to = nodes[step % nodes.length];
        let fork = 0;
        while (fork < Math.min(at.number, to.number) && at.rounds[fork + 1] === to.rounds[fork + 1]) fork++;
        for (let n = at.number; n > fork; n--) flat.undo(at.executed[n - 1].delta);
        for (let n = fork; n < to.number; n++) {
          // A node alone executes for itself, on its own state; then it must agree with the shared result to the bit.
          const twin = at === to ? to : new TestChain({ params: PARAMS }, to.genesis);
          twin.rounds.splice(1, twin.rounds.length, ...to.rounds.slice(1, n + 1));
          const context = { ...twin.context(), nowSeconds: 1_700_000_000 + n * 30 };
          const own = executeRound(to.environment, context, flat, to.rounds[n + 1].transactions);
          if (!own.ok) throw new Error(own.error.code);
          expect(own.value.ledgers).toEqual(to.executed[n].ledgers);
          flat.apply(own.value.delta);
        }
        at = to;
        expect(dump(flat)).toEqual(dump(to.state));
        expect(roots(flat.commitments)).toEqual(roots(to.state.commitments));
      }
    }),
    { numRuns: 60 },
  );
});

test('what is built is executed to the same result; the order of candidates does not matter', () => {
  fc.assert(
    fc.property(
      acts,
      acts,
      fc.constantFrom(60_000, 500_000, 200_000_000),
      fc.constantFrom(600, 4_000_000),
      fc.infiniteStream(fc.nat()),
      (given, list, gasLimitPerLedger, roundBytesMax, random) => {
        const chain = new TestChain({ params: { ...PARAMS, gasLimitPerLedger, roundBytesMax } });
        play(chain, given);
        const candidates = signAll(chain, list);
        const context = chain.context();
        const built = buildRound(chain.environment, context, chain.state, candidates);
        const executed = executeRound(chain.environment, context, chain.state, built.transactions);
        const { commitments, ...rest } = built.executed;
        expect(executed).toMatchObject({ ok: true, value: rest });
        expect(executed.ok && roots(executed.value.commitments)).toEqual(roots(commitments));
        const shuffled = candidates
          .map((tx) => ({ tx, at: random.next().value }))
          .sort((x, y) => x.at - y.at || (x.tx.id < y.tx.id ? -1 : 1))
          .map(({ tx }) => tx);
        expect(buildRound(chain.environment, context, chain.state, shuffled).transactions).toEqual(built.transactions);
        // D10: within each ledger, a step down in price and up in id, unless the nonce order of one sender forbids it.
        const { transactions } = built;
        for (const [i, tx] of transactions.entries()) {
          const better = transactions
            .slice(i + 1)
            .find((later) => later.gasPrice > tx.gasPrice || (later.gasPrice === tx.gasPrice && later.id < tx.id));
          if (better !== undefined) {
            const blocked = transactions
              .slice(i)
              .some((earlier) => earlier.sender === better.sender && earlier.nonce < better.nonce);
            expect(blocked, `${better.id} could have stood before ${tx.id}`).toBe(true);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the sender as its own miner, and the miner as recipient, conserve', () => {
  const chain = newChain();
  const pay = chain.sign(ALICE, { kind: 'transfer', token: 'STR', to: ALICE.account, amount: 9n });
  const tip = chain.sign(ALICE, { kind: 'transfer', token: 'STR', to: MINER.account, amount: 9n });
  const before = accountOf(chain.state, ALICE.account).str;
  const { subsidy } = chain.round([pay, tip], ALICE.account);
  expect(accountOf(chain.state, ALICE.account).str).toBe(before - 9n + subsidy);
  expect(accountOf(chain.state, MINER.account).str).toBe(9n);
});
