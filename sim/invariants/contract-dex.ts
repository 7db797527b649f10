/**
 * C3 exchange contracts: no swap makes the product of the reserves smaller, no change of liquidity takes from those whose shares
 * it does not touch, and the tokens that the pool believes to have are there.
 *
 * Once per distinct round, of the contracts that it touched: its events are replayed on the reserves and shares before it,
 * swap by swap, and must lead to those after it. Where liquidity comes or goes, the product per square of all shares must not fall.
 * STR that the reserves owe: C4. Not checked: that a swap paid as much as it should have (test/contracts does).
 */
import { accountAt, letter, touchedContracts, u64, type TouchedContract } from './internal/contracts.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, Reporter, RoundFacts } from './invariant.ts';

const [RESERVES, SHARES, CONFIG, BALANCE] = ['r', 'l', 'c', 'b'].map(letter);
/** Shares that nobody ever gets, made with the first liquidity (dex.ts). */
const LOCKED = 1_000n;

interface Pool {
  readonly str: bigint;
  readonly tokens: bigint;
  readonly shares: bigint;
}
const poolOf = (entry: Uint8Array | undefined): Pool => ({ str: u64(entry), tokens: u64(entry, 8), shares: u64(entry, 16) });
const text = ({ str, tokens, shares }: Pool): string => `${str} STR, ${tokens} tokens, ${shares} shares`;

export const contractDex: InvariantFactory = () => ({
  id: 'C3',
  title: 'the product of a pool never falls by a swap, and its tokens are there',
  roundExecuted(round, result, parent, report) {
    for (const contract of touchedContracts(result, parent)) if (contract.template === 'dex') check(contract, round, report);
  },
});

function check(contract: TouchedContract, round: RoundFacts, report: Reporter): void {
  const at = `${contract.account} in ${roundText(round)}`;
  const where = { round: round.index };
  let pool = poolOf(contract.before(RESERVES));
  for (const { topic, data } of contract.events) {
    const next = step(pool, topic, data);
    report.evaluated();
    // Per square of all shares: what one share stands for on both sides, multiplied.
    const [was, is] = [pool.str * pool.tokens * next.shares * next.shares, next.str * next.tokens * pool.shares * pool.shares];
    if (is < was) report.violation(`a product per square of shares that does not fall by ${topic} of ${at}, from ${text(pool)}`, text(next), where);
    pool = next;
  }
  const stored = poolOf(contract.after(RESERVES));
  report.evaluated();
  if (text(stored) !== text(pool)) report.violation(`a pool of ${text(pool)}, as events of ${at} tell`, text(stored), where);
  const given = contract.growth(SHARES);
  const made = contract.growth(RESERVES, 16);
  if (given !== made) report.violation(`shares of ${at} that changed by ${made}, as their sum`, String(given), where);
  const held = u64(contract.after(`${BALANCE}${contract.account}`, accountAt(contract.after(CONFIG))));
  if (held < stored.tokens) report.violation(`at least ${stored.tokens} tokens held by ${at}`, String(held), where);
  if (stored.tokens > 0n) report.headroom(Number(((held - stored.tokens) * 1_000n) / stored.tokens) / 1_000);
}

/** What an event says that it did to a pool. Account first, then figures in the order of dex.ts. */
function step({ str, tokens, shares }: Pool, topic: string, data: Uint8Array): Pool {
  const [first, second, third] = [u64(data, 20), u64(data, 28), u64(data, 36)];
  switch (topic) {
    case 'Added':
      return { str: str + first, tokens: tokens + second, shares: shares + third + (shares === 0n ? LOCKED : 0n) };
    case 'Removed':
      return { str: str - first, tokens: tokens - second, shares: shares - third };
    case 'Bought':
      return { str: str + first, tokens: tokens - second, shares };
    case 'Sold':
      return { str: str - second, tokens: tokens + first, shares };
    default:
      return { str, tokens, shares };
  }
}
