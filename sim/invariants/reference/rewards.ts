/** CCOS rewards (D13): a payment of at least 100 STR in one round earns its sender CCOS at the start of the next. */
import { ccosBalances, rewardsDue, type RewardDue } from '../../../engine/ledgers/tables.ts';
import { CCOS_TREASURY } from '../../../engine/ledgers/protocol-accounts.ts';
import { concat, fromHex, utf8 } from '../../../engine/primitives/bytes.ts';
import type { Hash, Transaction } from '../../../engine/tx/transaction.ts';
import type { Scene } from './act.ts';
import type { Draft } from './layers.ts';
import { give, sheet, take } from './transfers.ts';

const LEAST = 100n * 100_000_000n;

export interface Reward {
  readonly transaction: Hash;
  readonly to: string;
  readonly bps: number;
  readonly amount: bigint;
}

/** 250 + (u64 mod 751), of the first 8 bytes of sha256("ccos-reward" ‖ round hash ‖ transaction id). */
function rate({ chain }: Scene, round: Hash, transaction: Hash): number {
  const digest = chain.crypto.sha256(concat(utf8('ccos-reward'), fromHex(round), fromHex(transaction)));
  const u64 = digest.subarray(0, 8).reduce((value, byte) => value * 256n + BigInt(byte), 0n);
  return 250 + Number(u64 % 751n);
}

/** Pays what the parent round earned, in its order, while the pool lasts. */
export function settleRewards(book: Draft, scene: Scene, parent: Hash): Reward[] {
  const balances = sheet(book, ccosBalances, '');
  return (book.get(rewardsDue, 'last') ?? []).map(({ transaction, to, amount }): Reward => {
    const bps = rate(scene, parent, transaction);
    const pool = balances.of(CCOS_TREASURY);
    const earned = (amount * BigInt(bps)) / 10_000n;
    const paid = earned < pool ? earned : pool;
    take(balances, CCOS_TREASURY, paid);
    give(balances, to, paid);
    return { transaction, to, bps, amount: paid };
  });
}

/** Notes what this round earned. */
export function noteRewards(book: Draft, succeeded: readonly Transaction[]): void {
  const due = succeeded.flatMap(({ id, sender, payload }): RewardDue[] =>
    payload.kind === 'financial-public-transaction' && payload.amount >= LEAST
      ? [{ transaction: id, to: sender, amount: payload.amount }]
      : [],
  );
  book.set(rewardsDue, 'last', due.length === 0 ? undefined : due);
}
