/** Vote weights are balances at the end of the proposal's round, whatever moves afterwards (D19, L15). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { ballots, earlierSnapshots, snapshots } from '../../engine/ledgers/tables.ts';
import { UNIT } from '../../engine/params/params.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { ALICE, BOB, CAROL, DAVE, FUNDS, MINER, STRANGER, TestChain, type Key } from '../helpers/fixtures.ts';

const pay = (to: Key, amount: bigint): Payload => ({ kind: 'transfer', token: 'STR', to: to.account, amount });
const PROPOSAL: Payload = { kind: 'proposal', title: '', action: { type: 'treasury', to: DAVE.account, amount: 1n } };
const propose = (chain: TestChain, from = DAVE): string =>
  chain.round([chain.sign(from, PROPOSAL)]).receipts[0].transaction;
const weight = (chain: TestChain, proposal: string, voter: Key): bigint | string => {
  const { status } = chain.run(voter, { kind: 'vote', proposal, approve: true });
  return status === 'success' ? chain.state.get(ballots, `${proposal}/${voter.account}`)!.weight : status;
};
const snapshot = (chain: TestChain, round: number, { account }: Key): bigint | undefined => {
  const last = chain.state.get(snapshots, account);
  return last?.round === round ? last.str : chain.state.get(earlierSnapshots, `${round}/${account}`);
};

describe('one proposal, made in round 1', () => {
  const open = (params = {}): [TestChain, string] => {
    const chain = new TestChain({ params });
    return [chain, propose(chain)];
  };

  test('no change: what the account has; its own vote’s fee does not count against it', () => {
    const [chain, id] = open();
    expect(weight(chain, id, ALICE)).toBe(FUNDS);
    expect(snapshot(chain, 1, ALICE)).toBe(FUNDS);
  });

  test('moving a balance on gives it no second weight', () => {
    const [chain, id] = open();
    expect(weight(chain, id, ALICE)).toBe(FUNDS);
    chain.run(ALICE, pay(STRANGER, FUNDS / 2n));
    expect(weight(chain, id, STRANGER)).toBe('no-vote-weight');
    chain.run(BOB, pay(CAROL, 7n));
    expect(weight(chain, id, CAROL)).toBe(FUNDS);
  });

  test('changes in the proposal’s own round count, before and after it stands there, the miner’s pay too', () => {
    const chain = new TestChain();
    const list = [chain.sign(ALICE, pay(BOB, 1n)), chain.sign(DAVE, PROPOSAL), chain.sign(ALICE, pay(BOB, 2n))];
    const { fees, subsidy } = chain.round(list, CAROL.account);
    expect(weight(chain, list[1].id, BOB)).toBe(FUNDS + 3n);
    expect(weight(chain, list[1].id, CAROL)).toBe(FUNDS + fees + subsidy);
  });

  test('a failed transaction’s fee forces a snapshot; what it tried does not', () => {
    const [chain] = open();
    expect(chain.run(ALICE, pay(BOB, FUNDS)).status).toBe('value-not-covered');
    expect(snapshot(chain, 1, ALICE)).toBe(FUNDS);
    expect(snapshot(chain, 1, BOB)).toBeUndefined();
  });

  test('nobody votes in the proposal’s own round', () => {
    const chain = new TestChain();
    const proposing = chain.sign(DAVE, PROPOSAL);
    chain.round([proposing, chain.sign(BOB, { kind: 'vote', proposal: proposing.id, approve: true })]);
    expect(chain.last.receipts[1].status).toBe('voting-closed');
  });

  test('in the last open round too, a change before the vote does not count', () => {
    const [chain, id] = open({ votingPeriodRounds: 2 });
    chain.skipTo(3);
    const vote = chain.sign(BOB, { kind: 'vote', proposal: id, approve: true });
    chain.round([chain.sign(ALICE, pay(BOB, 5n)), vote]);
    expect(chain.state.get(ballots, `${id}/${BOB.account}`)?.weight).toBe(FUNDS);
  });

  test('the first change is what counts, and none after the close', () => {
    const [chain] = open({ votingPeriodRounds: 2 });
    chain.run(ALICE, pay(BOB, 5n));
    chain.run(BOB, pay(ALICE, 9n));
    expect([snapshot(chain, 1, ALICE), snapshot(chain, 1, BOB)]).toEqual([FUNDS, FUNDS]);
    chain.run(CAROL, pay(DAVE, 1n));
    expect(snapshot(chain, 1, CAROL)).toBeUndefined();
    expect(snapshot(chain, 1, MINER), 'the miner of round 2 had been paid in round 1').toBeDefined();
  });
});

test('overlapping proposals: only the newest round stores, all weigh right', () => {
  const chain = new TestChain();
  const first = propose(chain);
  chain.run(ALICE, pay(BOB, 10n)); // round 2: both are stored under 1
  const second = propose(chain); // round 3
  chain.run(CAROL, pay(STRANGER, UNIT)); // round 4: stored under 3, which serves 1 too
  expect([snapshot(chain, 1, CAROL), snapshot(chain, 3, CAROL)]).toEqual([undefined, FUNDS]);
  expect(weight(chain, first, CAROL)).toBe(FUNDS);
  expect(weight(chain, first, BOB)).toBe(FUNDS);
  expect(weight(chain, second, BOB)).toBe(FUNDS + 10n);
  expect(weight(chain, second, CAROL)).toBe(FUNDS);
});

test('a snapshot is put aside while its round has an open proposal, and no longer', () => {
  const chain = new TestChain({ params: { votingPeriodRounds: 3 } });
  propose(chain); // round 1, votes to 4
  chain.run(ALICE, pay(BOB, 1n)); // round 2
  propose(chain); // round 3, votes to 6
  chain.run(ALICE, pay(BOB, 1n)); // round 4: the first is open
  chain.run(BOB, pay(CAROL, 1n)); // round 5: it is not
  const aside = (who: Key) => chain.state.get(earlierSnapshots, `1/${who.account}`);
  expect([aside(ALICE), aside(BOB)]).toEqual([FUNDS, FUNDS]);
  propose(chain); // round 6
  chain.run(CAROL, pay(ALICE, 1n)); // round 7
  expect([snapshot(chain, 3, CAROL), snapshot(chain, 6, CAROL)]).toEqual([undefined, FUNDS + 1n]);
});

test('whatever happens, a weight is the balance that the state after the proposal’s round holds', () => {
  const people = [ALICE, BOB, CAROL, STRANGER];
  const step = fc.record({
    from: fc.nat(2),
    to: fc.nat(3),
    amount: fc.constantFrom(0n, 1n, UNIT, FUNDS, FUNDS / 2n),
    proposes: fc.boolean(),
    miner: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), fc.nat(3), (steps, voter) => {
      const chain = new TestChain({ params: { votingPeriodRounds: 6 } });
      const made: { id: string; round: number }[] = [];
      for (const { from, to, amount, proposes, miner } of steps) {
        const list = [chain.sign(people[from], pay(people[to], amount), { gasLimit: 21_000 })];
        if (proposes) list.push(chain.sign(DAVE, PROPOSAL));
        chain.round(list, people[miner].account);
        if (proposes) made.push({ id: list[1].id, round: chain.number });
      }
      const who = people[voter];
      for (const { id, round } of made) {
        if (chain.number + 1 > round + 6) continue;
        const balance = accountOf(chain.states[round], who.account).str;
        const ballot = chain.fork();
        if (accountOf(ballot.state, who.account).str < 100_000n) continue;
        const { status } = ballot.run(who, { kind: 'vote', proposal: id, approve: true }, { gasLimit: 100_000 });
        expect(status).toBe(balance === 0n ? 'no-vote-weight' : 'success');
        if (balance > 0n) expect(ballot.state.get(ballots, `${id}/${who.account}`)!.weight).toBe(balance);
      }
    }),
    { numRuns: 150 },
  );
});
