/** What a family of kinds hands to the workload for signing, and the draws it makes its choices with. */
import type { Payload } from '../../engine/tx/transaction.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import { UNIT } from '../../engine/params/params.ts';
import { draw32, PURPOSE, type DrawKey } from '../kernel/draw.ts';
import { factor, lognormalFactors } from '../kernel/distributions.ts';
import type { MixEntry } from '../scenario/types.ts';
import type { Expectation, Inclusion, Status, SubmissionTag } from './expectations.ts';

export type KindEntry = Extract<MixEntry, { readonly kind: Kind }>;

export interface Draft {
  /** Index of the sending account. */
  readonly sender: number;
  readonly payload: Payload;
  readonly expected: Expectation | ((at: Inclusion) => Expectation);
  /** Gas for the VM, beyond the intrinsic gas; undefined: it runs no contract. */
  readonly gas?: number | undefined;
  /** It has been signed: what it touches is taken until it is seen. */
  readonly sent?: (tag: SubmissionTag) => void;
  /** It was seen in a round, perhaps not a final one: what may be sent next. Called at most once. */
  readonly seen?: (status: Status, at: Inclusion, tag: SubmissionTag) => void;
  /** It is final, and has been judged: its effect on the model. Called at most once, after `seen`, in final order. */
  readonly final?: (status: Status, at: Inclusion) => void;
}

/** Builds payloads of some kinds; `undefined` where nothing fits at the moment. */
export interface Family {
  draft(kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined;
}

/**
 * Spread of drawn amounts around their median: the lognormal's sigma (assumption; 68 % within a factor e of the
 * median).
 */
const AMOUNTS = lognormalFactors(1);

/** One arrival's own draws, keyed by its number: no other arrival's choices move them. */
export class Arrival {
  readonly index: number;
  readonly atUs: number;
  private readonly key: DrawKey;
  private counter = 0;
  private senders = 0;

  constructor(key: DrawKey, index: number, atUs: number) {
    this.key = key;
    this.index = index;
    this.atUs = atUs;
  }

  /** A fresh 32-bit draw. */
  u32(): number {
    return draw32(this.key, this.index, PURPOSE.payload, this.counter++);
  }

  /** A fresh integer 0 … bound − 1. */
  below(bound: number): number {
    return Math.floor((this.u32() / 0x1_0000_0000) * bound);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Counter of the next draw of an account (`Roster.sender`, `Roster.draw`). */
  nextAccount(): number {
    return this.senders++;
  }

  /** A lognormal amount, base units, at least 1; the entry's median, or `otherwise`. */
  amount(entry: KindEntry, otherwise: bigint): bigint {
    return this.amountAround(entry.amountMedian === undefined ? otherwise : BigInt(entry.amountMedian));
  }

  amountAround(median: bigint): bigint {
    const amount = (median * BigInt(factor(AMOUNTS, this.u32()))) >> 16n;
    return amount < 1n ? 1n : amount;
  }

  /** 32 drawn bytes as 64 hex characters: an id that no other arrival draws (but with probability 2^-128). */
  hash(): string {
    let hex = '';
    for (let word = 0; word < 8; word++) hex += this.u32().toString(16).padStart(8, '0');
    return hex;
  }
}

/** Gas prices are drawn from 1 … this, base units (assumption; a wide range gives price priority something to sort). */
const GAS_PRICE_MAX = 100;

export const gasPrice = (arrival: Arrival): bigint => 1n + BigInt(arrival.below(GAS_PRICE_MAX));

/** Medians where a mix entry names none (assumptions). */
export const MEDIAN = {
  transfer: 10n * UNIT,
  ccos: UNIT / 10n,
  financial: 150n * UNIT,
  price: 25n * UNIT,
  bridge: 50n * UNIT,
} as const;
