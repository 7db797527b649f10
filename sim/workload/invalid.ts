/**
 * Transactions that must be refused, each for its own reason and in no other way wrong. They come from accounts of
 * their own, few from each (`OFFENCES_PER_ACCOUNT`), so that bans (D16) never answer in place of the reason, and change
 * nothing for anybody else. All but the replays' originals are at nonces that no valid transaction of the account
 * takes.
 */
import { LIMITS } from '../../engine/params/params.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { Bug } from '../../engine/primitives/result.ts';
import type { Hash, Transaction, UnsignedTransaction } from '../../engine/tx/transaction.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import { encodeSigned, encodeUnsigned, signingDigest } from '../../engine/tx/encode.ts';
import type { InvalidReason } from '../scenario/types.ts';
import { OFFENDER_STR, type WorkloadAccounts } from './accounts.ts';
import { CURVE_ORDER, fromBig, toBig, type KeyPair } from './child-keys.ts';
import { gasPrice, MEDIAN, type Arrival } from './draft.ts';
import { expectation, SUCCESS, type Expectation, type SubmissionTag } from './expectations.ts';
import type { Roster } from './roster.ts';
import type { Signer } from './sign.ts';

/** A replay is sent this many rounds after its original was seen, at least: long past any pool (assumption). */
const REPLAY_AFTER_ROUNDS = 4;

/** A chain id that no Stratus network has. */
const FOREIGN_CHAIN_ID = 1;
/** Hash of a genesis that no network has. */
const OTHER_GENESIS: Hash = '00'.repeat(32);

const REFUSED: Readonly<Record<InvalidReason, Expectation>> = {
  'bad-signature': expectation({ 'bad-signature': 'a signature of other bytes, or by another key' }),
  'nonce-gap': expectation({ 'nonce-gap': `more than ${LIMITS.pendingPerAddress} nonces ahead` }),
  overdraft: expectation({ overdraft: 'fee, or fee and value, beyond all that the account holds' }),
  'wrong-chain': expectation({ 'wrong-chain': `signed for chain ${FOREIGN_CHAIN_ID}` }),
  'high-s': expectation({ 'high-s': 'the other of two signatures that ECDSA allows' }),
  replay: expectation({
    'nonce-used': 'its original is in the chain',
    known: 'this pool holds the original itself: its node has not yet connected the round that includes it',
  }),
};

export interface InvalidSubmission {
  readonly transaction: Transaction;
  readonly offender: number;
  /** A replay needs an original first: a valid transfer of the same account. */
  readonly original: boolean;
  readonly expected: Expectation;
}

interface Original {
  readonly transaction: Transaction;
  readonly offender: number;
  readonly roundNumber: number;
}

export class Offenders {
  private readonly accounts: WorkloadAccounts;
  private readonly roster: Roster;
  private readonly signer: Signer;
  private readonly crypto: Crypto;
  /** Submissions so far, by reason: the account takes turns. */
  private readonly turns = new Map<InvalidReason, number>();
  /** Originals seen in a round and not yet replayed, oldest first. */
  private readonly originals: Original[] = [];
  private readonly originalNonces: number[] = [];

  constructor(accounts: WorkloadAccounts, roster: Roster, signer: Signer, crypto: Crypto) {
    this.accounts = accounts;
    this.roster = roster;
    this.signer = signer;
    this.crypto = crypto;
  }

  /** `roundSeen`: number of the latest round that was seen. */
  make(reason: InvalidReason, arrival: Arrival, roundSeen: number): InvalidSubmission {
    if (reason === 'replay') return this.replay(arrival, roundSeen);
    const offender = this.turn(reason);
    const key = this.offender(reason, offender);
    const transaction = this.defective(reason, this.transfer(key, 0, arrival), key, arrival);
    return { transaction, offender, original: false, expected: REFUSED[reason] };
  }

  /** An original was seen in a round: it may be replayed some rounds later. */
  seenOriginal(tag: SubmissionTag, transaction: Transaction, roundNumber: number): void {
    this.originals.push({ transaction, offender: tag.sender, roundNumber });
  }

  private replay(arrival: Arrival, roundSeen: number): InvalidSubmission {
    const oldest = this.originals[0];
    if (oldest !== undefined && oldest.roundNumber + REPLAY_AFTER_ROUNDS <= roundSeen) {
      this.originals.shift();
      return { transaction: oldest.transaction, offender: oldest.offender, original: false, expected: REFUSED.replay };
    }
    const offender = this.turn('replay');
    const nonce = this.originalNonces[offender] ?? 0;
    this.originalNonces[offender] = nonce + 1;
    const key = this.offender('replay', offender);
    const transaction = this.signer.sign(this.transfer(key, nonce, arrival), key);
    return { transaction, offender, original: true, expected: SUCCESS };
  }

  /** Accounts take turns, so that each gets no more than its share. */
  private turn(reason: InvalidReason): number {
    const turn = this.turns.get(reason) ?? 0;
    this.turns.set(reason, turn + 1);
    return turn % this.count(reason);
  }

  private count(reason: InvalidReason): number {
    return this.accounts.offenders.get(reason)?.length ?? 0;
  }

  private offender(reason: InvalidReason, index: number): KeyPair {
    const key = this.accounts.offenders.get(reason)?.[index];
    if (key === undefined) throw new Bug(`no accounts for ${reason}`);
    return key;
  }

  /** A small payment to a regular account, with nothing wrong. */
  private transfer(from: KeyPair, nonce: number, arrival: Arrival): UnsignedTransaction {
    const to = this.roster.draw(arrival.index, arrival.nextAccount());
    const drawn = arrival.amountAround(MEDIAN.transfer / 100n);
    const amount = drawn < OFFENDER_STR / 100n ? drawn : OFFENDER_STR / 100n;
    this.roster.mayReceive(to, amount);
    const payload = { kind: 'transfer', token: 'STR', to: this.roster.account(to), amount } as const;
    return this.signer.fields(from, nonce, payload, gasPrice(arrival));
  }

  private defective(
    reason: Exclude<InvalidReason, 'replay'>,
    fields: UnsignedTransaction,
    key: KeyPair,
    arrival: Arrival,
  ): Transaction {
    switch (reason) {
      case 'bad-signature':
        return this.badlySigned(fields, key, arrival);
      case 'nonce-gap':
        return this.signer.sign({ ...fields, nonce: LIMITS.pendingPerAddress + 1 + arrival.below(1_000_000) }, key);
      case 'overdraft':
        return this.signer.sign(overdrawn(fields, arrival), key);
      case 'wrong-chain':
        return this.signer.sign({ ...fields, chainId: FOREIGN_CHAIN_ID }, key);
      case 'high-s': {
        const { signature } = this.signer.sign(fields, key);
        const high = fromBig(CURVE_ORDER - toBig(signature, 32));
        return this.assembled(fields, Uint8Array.from([...signature.subarray(0, 32), ...high]));
      }
    }
  }

  /** Well-formed signatures that do not verify: of another network, of another nonce, by another key. */
  private badlySigned(fields: UnsignedTransaction, key: KeyPair, arrival: Arrival): Transaction {
    switch (arrival.below(3)) {
      case 0:
        return this.assembled(fields, this.signature(fields, key, OTHER_GENESIS));
      case 1:
        return this.assembled(fields, this.signature({ ...fields, nonce: fields.nonce + 1 }, key));
      default:
        return this.assembled(fields, this.signature(fields, this.accounts.relayers[0]));
    }
  }

  private signature(fields: UnsignedTransaction, key: KeyPair, genesisHash = this.signer.genesisHash): Uint8Array {
    return this.crypto.sign(signingDigest(genesisHash, encodeUnsigned(fields), this.crypto), key.secretKey);
  }

  private assembled(fields: UnsignedTransaction, signature: Uint8Array): Transaction {
    const decoded = decodeTransaction(encodeSigned(encodeUnsigned(fields), signature), this.crypto);
    if (!decoded.ok) throw new Bug(`an invalid transaction of the workload must decode: ${decoded.error.code}`);
    return decoded.value;
  }
}

/** Half the time the fee alone, which no round may hold (D11), half the time fee and value, which no pool admits. */
function overdrawn(fields: UnsignedTransaction, arrival: Arrival): UnsignedTransaction {
  const beyond = OFFENDER_STR + BigInt(arrival.below(1_000_000));
  const { payload, gasLimit } = fields;
  if (payload.kind === 'transfer' && arrival.oneIn(2)) return { ...fields, payload: { ...payload, amount: beyond } };
  return { ...fields, gasPrice: beyond / BigInt(gasLimit) + 1n };
}
