/**
 * The CCOS reward of a financial public transaction (D13; TOKEN ECONOMICS › CCOS Reward Mechanism).
 *
 * The document mints by `Math.random()`; here the rate follows from the hash of the round that holds the payment, seal
 * included, and CCOS comes out of a finite pool. That the pool drains fast and that two accounts can farm it by paying
 * each other is so by the document's own formula.
 */
import { CCOS_REWARD } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { concat, fromHex, utf8 } from '../primitives/bytes.ts';
import type { Hash } from '../tx/transaction.ts';

const DOMAIN = utf8('ccos-reward');

/** Whether a successful payment of this much STR (base units) earns a reward: 100 STR or more. */
export const earnsReward = (amount: bigint): boolean => amount >= CCOS_REWARD.minAmount;

/**
 * Rate in basis points, 250…1000: 250 + (first 8 bytes of sha256("ccos-reward" ‖ round hash ‖ transaction id) mod 751).
 */
export function rewardBps(roundHash: Hash, transaction: Hash, crypto: Crypto): number {
  const digest = crypto.sha256(concat(DOMAIN, fromHex(roundHash), fromHex(transaction)));
  let value = 0n;
  for (let i = 0; i < 8; i++) value = (value << 8n) | BigInt(digest[i]);
  return CCOS_REWARD.minBps + Number(value % BigInt(CCOS_REWARD.spanBps));
}

/**
 * min(pool, floor(amount × bps / 10000)): the STR amount read as a number of CCOS, as the document's formula has it.
 */
export function rewardAmount(amount: bigint, bps: number, pool: bigint): bigint {
  const reward = (amount * BigInt(bps)) / 10_000n;
  return reward < pool ? reward : pool;
}
