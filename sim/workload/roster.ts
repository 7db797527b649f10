/**
 * What the workload keeps of each regular account: the nonce it will use next, how much of what it sent was not yet
 * seen in a round, and bounds on what it holds.
 *
 * `low` counts all that was ever sent as spent in full (fees at their limit) and nothing received, so it is a lower
 * bound of the balance at any head, on any branch, in any order: a submission within it is covered wherever it is
 * looked at. `high` counts all that may have been received and nothing spent. Votes need both.
 */
import { UNIT } from '../../engine/params/params.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import { draw32, PURPOSE, type DrawKey } from '../kernel/draw.ts';
import { pick, zipfTable, type PickTable } from '../kernel/distributions.ts';
import type { Distribution } from '../scenario/types.ts';
import type { WorkloadAccounts } from './accounts.ts';
import type { KeyPair } from './child-keys.ts';

/**
 * Most submissions of one account that were not yet seen in a round. A pool holds 1,000 per address (SECURITY › Rate
 * Limiting); half leaves room for nodes that lag. A popular account at its bound is passed over for the next in rank.
 */
const OUTSTANDING_MAX = 500;

/** Below this and the largest domain fee, an account no longer sends, so that every fee stays covered (assumption). */
const RESERVE_STR = 100n * UNIT;

/** One payment moves at most this part of the sender's lower bound, so that no account runs dry (assumption). */
const PAYMENT_PART = 64n;

export class Roster {
  readonly keys: readonly KeyPair[];
  readonly indexOf: ReadonlyMap<Account, number>;
  /** Draws that fell on an account at a bound, and were passed on to another. */
  diverted = 0;
  private readonly reserve: bigint;
  private readonly popularity: PickTable | undefined;
  private readonly key: DrawKey;
  private readonly nonces: Uint32Array;
  private readonly outstanding: Uint32Array;
  private readonly lowStr: bigint[];
  private readonly highStr: bigint[];
  private readonly lowCcos: bigint[];
  /** STR that any account may have come to hold besides. */
  private common = 0n;

  /** `feeMax`: most that a submission may cost beyond what it pays and its gas, base units. */
  constructor(accounts: WorkloadAccounts, popularity: Distribution, feeMax: bigint, key: DrawKey) {
    const count = accounts.regular.length;
    this.reserve = RESERVE_STR + feeMax;
    this.keys = accounts.regular;
    this.indexOf = new Map(accounts.regular.map(({ account }, index) => [account, index]));
    this.popularity = popularity.distribution === 'zipf' ? zipfTable(count, popularity.sMilli) : undefined;
    this.key = key;
    this.nonces = new Uint32Array(count);
    this.outstanding = new Uint32Array(count);
    this.lowStr = Array.from({ length: count }, () => accounts.fundedStr);
    this.highStr = Array.from({ length: count }, () => accounts.fundedStr);
    this.lowCcos = Array.from({ length: count }, () => accounts.fundedCcos);
  }

  get size(): number {
    return this.keys.length;
  }

  account(index: number): Account {
    return this.keys[index].account;
  }

  /** Draw number `counter` of arrival `arrival`: an account by popularity, whether it may send or not. */
  draw(arrival: number, counter: number): number {
    const u32 = draw32(this.key, arrival, PURPOSE.sender, counter);
    return this.popularity === undefined ? Math.floor((u32 / 0x1_0000_0000) * this.size) : pick(this.popularity, u32);
  }

  /** An account by popularity that may send: the drawn one, else the next in rank. `undefined` if none may. */
  sender(arrival: number, counter: number): number | undefined {
    const drawn = this.draw(arrival, counter);
    for (let step = 0; step < this.size; step++) {
      const index = (drawn + step) % this.size;
      if (!this.maySend(index)) continue;
      if (step > 0) this.diverted++;
      return index;
    }
    return undefined;
  }

  maySend(index: number): boolean {
    return this.outstanding[index] < OUTSTANDING_MAX && this.lowStr[index] >= this.reserve;
  }

  /** Whether `str` and the fees of what follows are surely covered. */
  canPay(index: number, str: bigint): boolean {
    return this.lowStr[index] >= str + this.reserve;
  }

  /** An account by popularity other than `sender`. */
  recipient(sender: number, arrival: number, counter: number): number {
    const drawn = this.draw(arrival, counter);
    return drawn === sender ? (drawn + 1) % this.size : drawn;
  }

  nonce(index: number): number {
    return this.nonces[index];
  }

  low(index: number): bigint {
    return this.lowStr[index];
  }

  high(index: number): bigint {
    return this.highStr[index] + this.common;
  }

  /** `wanted`, or as much of it as keeps the account going; at least 1 base unit. */
  affordableStr(index: number, wanted: bigint): bigint {
    return within(wanted, this.lowStr[index] / PAYMENT_PART);
  }

  affordableCcos(index: number, wanted: bigint): bigint {
    return within(wanted, this.lowCcos[index] / PAYMENT_PART);
  }

  lowCcosOf(index: number): bigint {
    return this.lowCcos[index];
  }

  /** Takes note of a submission: one nonce, and at most this much STR (fee included) and CCOS. */
  spend(index: number, str: bigint, ccos: bigint): void {
    this.nonces[index]++;
    this.outstanding[index]++;
    this.lowStr[index] -= str;
    this.lowCcos[index] -= ccos;
  }

  /** A submission was seen in a round, or refused for good: it no longer waits. */
  settled(index: number): void {
    this.outstanding[index]--;
  }

  /** STR that an account may come to hold. */
  mayReceive(index: number, str: bigint): void {
    this.highStr[index] += str;
  }

  /** STR that a contract holds from now on: whoever it pays may get it. */
  everyoneMayReceive(str: bigint): void {
    this.common += str;
  }
}

function within(wanted: bigint, most: bigint): bigint {
  const amount = wanted < most ? wanted : most;
  return amount < 1n ? 1n : amount;
}
