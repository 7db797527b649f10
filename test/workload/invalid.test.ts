/** Each invalid transaction is refused for its own reason, by the engine's own checks and pool. */
import { describe, expect, test } from 'vitest';
import { Registry } from '../../engine/chain/registry.ts';
import { Clearance } from '../../engine/pool/clearance.ts';
import { Pool } from '../../engine/pool/pool.ts';
import { DEFAULT_POOL_POLICY } from '../../engine/params/params.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { checkStateless } from '../../engine/tx/stateless.ts';
import { INVALID_REASONS, type InvalidReason } from '../../sim/scenario/types.ts';
import type { Submission } from '../../sim/workload/workload.ts';
import { GENESIS_SECONDS, kind, LittleChain, scenario, steady, workloadOf, type Built, type Head } from './little-chain.ts';
import { crypto } from '../helpers/fixtures.ts';

/** A node's admission: stateless checks, then the pool on that head. */
function admission({ genesis }: Built, head: Head) {
  const registry = new Registry(genesis);
  const pool = new Pool(registry, DEFAULT_POOL_POLICY, head.state, new Clearance(registry, head.state, undefined), () => {});
  const context = { params: genesis.params, genesisHash: genesis.hash, crypto };
  return (transaction: Transaction) => checkStateless(transaction, context)?.code ?? pool.admit(registry.addTransaction(transaction))?.code;
}

function take({ workload }: Built, untilUs = Infinity): Submission[] {
  const all: Submission[] = [];
  for (let at = workload.peek(); at !== undefined && at <= untilUs; at = workload.peek()) all.push(workload.next()!);
  return all;
}

const REASONS = INVALID_REASONS.filter((reason): reason is Exclude<InvalidReason, 'replay'> => reason !== 'replay');

describe('invalid transactions', () => {
  test.each(REASONS)('%s: refused with exactly that code, always', (reason) => {
    const built = workloadOf(scenario([kind('transfer', 50, 'STR'), { invalid: [reason], weightPpm: 50 }], [steady(40, 5)]));
    const admit = admission(built, new LittleChain(built).genesis);
    for (const { tag, transaction } of take(built)) {
      const code = admit(transaction);
      expect(code, `#${tag.index}`).toBe(tag.intent === 'valid' ? undefined : reason);
      if (code !== undefined) expect(built.workload.refused(tag, code).verdict).toBe('as-expected');
    }
    const tally = built.workload.statistics.invalid.get(reason)!;
    expect(tally.offered).toBeGreaterThan(50);
    expect(tally).toMatchObject({ refused: tally.offered, unexpected: 0 });
  });

  test('replay: known while its original waits, nonce-used once that is in the chain', () => {
    const built = workloadOf(scenario([{ invalid: ['replay'], weightPpm: 1 }], [steady(300, 2)]));
    const { workload } = built;
    const chain = new LittleChain(built);
    const replays: Submission[] = [];
    const originals = new Map<string, Transaction>();
    let head = chain.genesis;
    for (let step = 1; step <= 10; step++) {
      for (const submission of take(built, step * 30e6)) {
        if (submission.tag.intent === 'replay') {
          replays.push(submission);
          expect(originals.get(submission.transaction.id)?.bytes).toEqual(submission.transaction.bytes);
          const code = admission(built, head)(submission.transaction)!;
          expect(code).toBe('nonce-used');
          expect(workload.refused(submission.tag, code).verdict).toBe('as-expected');
        } else originals.set(submission.transaction.id, submission.transaction);
      }
      head = chain.extend(head, GENESIS_SECONDS + step * 30, [...originals.values()]);
      for (const { transaction, status } of head.receipts) expect(workload.confirmed(transaction, status, head.number, head.seconds)?.verdict).toBe('as-expected');
    }
    expect(replays.length).toBeGreaterThan(50);
    const admit = admission(built, chain.genesis);
    const [{ transaction }] = replays;
    expect([admit(transaction), admit(transaction)]).toEqual([undefined, 'known']);
    expect(workload.statistics.substituted.get('replay→transfer')).toBe(originals.size);
  });

  test('another code, an admission, or a refusal of a valid one is unexpected, and told', () => {
    const built = workloadOf(scenario([kind('transfer', 50, 'STR'), { invalid: ['high-s'], weightPpm: 50 }], [steady(20, 5)]));
    const all = take(built);
    const invalid = all.find(({ tag }) => tag.intent === 'high-s')!.tag;
    const valid = all.find(({ tag }) => tag.intent === 'valid')!.tag;
    expect(built.workload.refused(invalid, 'bad-signature')).toEqual({ verdict: 'unexpected', outcome: 'bad-signature', expected: ['high-s'] });
    expect(built.workload.refused(valid, 'overdraft').verdict).toBe('unexpected');
    expect(built.workload.refused(valid, 'overdraft').verdict).toBe('unexpected');
    built.workload.admitted(invalid);
    expect(built.workload.confirmed(valid.id, 'value-not-covered', 1, GENESIS_SECONDS)).toMatchObject({ expected: ['success'] });
    expect(built.workload.statistics.unexpectedCount).toBe(4);
    expect(built.workload.statistics.unexpected.map(({ outcome }) => outcome)).toEqual(['bad-signature', 'overdraft', 'success', 'value-not-covered']);
  });
});
