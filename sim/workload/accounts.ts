/**
 * The accounts that the workload signs with, all from one mnemonic that follows from the run's seed, so that a wallet
 * can import them: regular ones at m/44'/1313'/0'/0/i, those that send invalid transactions at m/44'/1313'/1'/0/i, and
 * the bridge's relayers at m/44'/1313'/2'/0/i. Keys are derived up front, since genesis needs every account id
 * (`child-keys.ts` says what that costs).
 */
import { CCOS_SUPPLY, MARKET_PERCENT, STR_SUPPLY, UNIT } from '../../engine/params/params.ts';
import type { Allocation } from '../../engine/chain/genesis.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { compareBytes, concat, fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { entropyToMnemonic, mnemonicToSeed } from '../../engine/wallet/mnemonic.ts';
import { deriveBranch } from '../../engine/wallet/derive.ts';
import type { InvalidReason, ResolvedScenario } from '../scenario/types.ts';
import { arrivalsBound, expectedArrivals } from './arrivals.ts';
import { childKeys, type KeyPair } from './child-keys.ts';
import { reasonShares } from './mix.ts';

/**
 * Most invalid transactions from one account in a whole run. A pool bans a sender after 10 signed offences within 10
 * minutes (D16); with half of that a ban never speaks in place of the offence's own code.
 */
export const OFFENCES_PER_ACCOUNT = 5;

/** Relayers of epoch 0; more than two thirds of them, 3, must sign (D20; the number: assumption). */
const RELAYERS = 4;

/** Share of the market's genesis holdings that regular accounts get, percent (assumption; equal parts). */
const FUNDED_PERCENT = 50n;
/**
 * STR of an account that only sends invalid transactions: enough for each to be wrong in one way alone (assumption).
 */
export const OFFENDER_STR = 100n * UNIT;

/** Wallet accounts (third level of the path) by purpose. */
const BRANCH = { regular: 0, offenders: 1, relayers: 2 } as const;

export interface WorkloadAccounts {
  /** 24 words (BIP-39), from the seed. Test keys: worthless anywhere else. */
  readonly mnemonic: string;
  readonly regular: readonly KeyPair[];
  readonly offenders: ReadonlyMap<InvalidReason, readonly KeyPair[]>;
  /** Ascending by public key, as `Params.relayers` wants them. */
  readonly relayers: readonly KeyPair[];
  /** For `Params.relayers`: compressed public keys, hex, ascending. */
  readonly relayerKeys: readonly string[];
  /** Base units of each regular account at genesis. */
  readonly fundedStr: bigint;
  readonly fundedCcos: bigint;
  /** All of the above accounts' genesis holdings, to come out of the market's share (D17). */
  readonly allocations: readonly Allocation[];
}

/**
 * Accounts of a scenario; with no workload in it, relayers only. `rootSeedHex` is any hex that follows from the seed.
 */
export function makeAccounts(
  scenario: Pick<ResolvedScenario, 'workload'>,
  rootSeedHex: string,
  crypto: Crypto,
): WorkloadAccounts {
  const entropy = crypto.sha256(concat(utf8('stratus-workload'), fromHex(rootSeedHex)));
  const mnemonic = entropyToMnemonic(entropy);
  const seed = mnemonicToSeed(mnemonic, '');
  const keys = (branch: number, count: number) => childKeys(deriveBranch(seed, branch), count, crypto);

  const { workload } = scenario;
  const regular = keys(BRANCH.regular, workload?.accounts.count ?? 0);
  const relayers = keys(BRANCH.relayers, RELAYERS).sort((a, b) => compareBytes(a.publicKey, b.publicKey));

  const counts = workload === undefined ? [] : offenderCounts(workload);
  const pool = keys(BRANCH.offenders, counts.reduce((sum, [, count]) => sum + count, 0));
  const offenders = new Map<InvalidReason, readonly KeyPair[]>();
  let taken = 0;
  for (const [reason, count] of counts) offenders.set(reason, pool.slice(taken, (taken += count)));

  const parts = BigInt(Math.max(1, regular.length)) * 100n * 100n;
  const fundedStr = (STR_SUPPLY * MARKET_PERCENT * FUNDED_PERCENT) / parts;
  const fundedCcos = (CCOS_SUPPLY * MARKET_PERCENT * FUNDED_PERCENT) / parts;
  const allocations: Allocation[] = [];
  for (const { account } of regular) {
    allocations.push({ account, token: 'STR', amount: fundedStr }, { account, token: 'CCOS', amount: fundedCcos });
  }
  for (const { account } of pool) allocations.push({ account, token: 'STR', amount: OFFENDER_STR });

  return {
    mnemonic,
    regular,
    offenders,
    relayers,
    relayerKeys: relayers.map((relayer) => toHex(relayer.publicKey)),
    fundedStr,
    fundedCcos,
    allocations,
  };
}

/** How many accounts each reason needs, so that none exceeds `OFFENCES_PER_ACCOUNT` however the draws fall. */
function offenderCounts(workload: NonNullable<ResolvedScenario['workload']>): [InvalidReason, number][] {
  const expected = expectedArrivals(workload.stages);
  return reasonShares(workload.mix).map(([reason, share]) => [
    reason,
    Math.ceil(arrivalsBound(expected * share) / OFFENCES_PER_ACCOUNT),
  ]);
}
