/**
 * The bridge: locks, burns, and messages from foreign chains under the relayers' signatures, which the workload gives
 * itself (D20). What is unlocked or refunded is always one lock's amount, so the escrow surely covers it.
 */
import type { Params } from '../../engine/params/params.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type { BridgeMessage, BridgeProof, Hash } from '../../engine/tx/transaction.ts';
import { bridgeDigest } from '../../engine/tx/bridge-digest.ts';
import type { WorkloadAccounts } from './accounts.ts';
import type { Clock } from './clock.ts';
import { Contest, expectation, SUCCESS, type SubmissionTag } from './expectations.ts';
import { MEDIAN, type Arrival, type Draft, type Family, type KindEntry } from './draft.ts';
import type { Roster } from './roster.ts';
import { Shelf, Shelved, takeOff } from './shelf.ts';

/** Chain ids of EIP-155 and assets that exist there: names only, nothing of those chains is simulated. */
const FOREIGN = [
  { chain: 1, asset: 'ETH' },
  { chain: 1, asset: 'USDC' },
  { chain: 56, asset: 'BNB' },
  { chain: 137, asset: 'POL' },
] as const;

/** One message from abroad in this many is delivered by two carriers at once (assumption). */
const CONTESTED = 8;

const DELIVERED = expectation({ 'bridge-consumed': 'another carrier delivered the message first' });

class Lock extends Shelved {
  readonly tag: SubmissionTag;
  readonly owner: number;
  readonly foreignChain: number;
  readonly amount: bigint;
  /** Chain time of the lock as seen, Unix seconds. */
  readonly lockedAt: number;

  constructor(tag: SubmissionTag, owner: number, foreignChain: number, amount: bigint, lockedAt: number) {
    super();
    this.tag = tag;
    this.owner = owner;
    this.foreignChain = foreignChain;
    this.amount = amount;
    this.lockedAt = lockedAt;
  }
}

/** Wrapped assets of one holder, from one minting. */
class Holding extends Shelved {
  readonly owner: number;
  readonly foreignChain: number;
  readonly asset: string;
  amount: bigint;
  last: SubmissionTag;

  constructor(owner: number, foreignChain: number, asset: string, amount: bigint, last: SubmissionTag) {
    super();
    this.owner = owner;
    this.foreignChain = foreignChain;
    this.asset = asset;
    this.amount = amount;
    this.last = last;
  }
}

/** A proof on its way that a second carrier shall deliver too. */
interface Delivery {
  readonly proof: BridgeProof;
  readonly carrier: number;
  readonly contest: Contest;
}

export class Bridge implements Family {
  private readonly roster: Roster;
  private readonly clock: Clock;
  private readonly accounts: WorkloadAccounts;
  private readonly params: Params;
  private readonly genesisHash: Hash;
  private readonly crypto: Crypto;
  /** The chain knows our relayers, so their signatures count. */
  private readonly relaying: boolean;
  /** Locks seen, and neither unlocked nor refunded. Order of arrival, roughly. */
  private readonly locks = new Shelf<Lock>();
  private readonly holdings = new Shelf<Holding>();
  private delivery: Delivery | undefined = undefined;

  constructor(
    roster: Roster,
    clock: Clock,
    accounts: WorkloadAccounts,
    genesis: { readonly hash: Hash; readonly params: Params },
    crypto: Crypto,
  ) {
    this.roster = roster;
    this.clock = clock;
    this.accounts = accounts;
    this.params = genesis.params;
    this.genesisHash = genesis.hash;
    this.crypto = crypto;
    const known = genesis.params.relayers;
    this.relaying = known.length > 0 && known.length === accounts.relayerKeys.length && known.every((key, i) => key === accounts.relayerKeys[i]);
  }

  draft(kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined {
    switch (kind) {
      case 'bridge_lock':
        return this.lock(entry, arrival);
      case 'bridge_burn':
        return this.burn(arrival);
      case 'bridge_unlock':
        return this.relaying ? this.unlock(arrival) : undefined;
      case 'bridge_mint':
        return this.relaying ? this.mint(entry, arrival) : undefined;
      case 'bridge_refund':
        return this.relaying ? this.refund(arrival) : undefined;
      default:
        return undefined;
    }
  }

  private lock(entry: KindEntry, arrival: Arrival): Draft | undefined {
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const foreignChain = FOREIGN[arrival.below(FOREIGN.length)].chain;
    const amount = this.roster.affordableStr(sender, arrival.amount(entry, MEDIAN.bridge));
    return {
      sender,
      payload: { kind: 'bridge_lock', foreignChain, recipient: foreignRecipient(arrival), amount },
      expected: SUCCESS,
      seen: (status, at, tag) => {
        if (status === 'success') this.locks.put(new Lock(tag, sender, foreignChain, amount, at.nowSeconds));
      },
    };
  }

  private unlock(arrival: Arrival): Draft | undefined {
    const carrier = this.roster.sender(arrival.index, arrival.nextAccount());
    if (carrier === undefined || this.locks.size === 0) return undefined;
    const lock = this.locks.at(arrival.below(this.locks.size));
    const recipient = this.roster.draw(arrival.index, arrival.nextAccount());
    this.roster.mayReceive(recipient, lock.amount);
    const { foreignChain, amount } = lock;
    const message = { ...this.origin(arrival), foreignChain, asset: 'STR', amount, recipient: this.roster.account(recipient) };
    return {
      sender: carrier,
      payload: { kind: 'bridge_unlock', ...this.proof('bridge_unlock', message, arrival) },
      premises: [lock.tag],
      expected: SUCCESS,
      sent: () => takeOff(lock),
    };
  }

  private refund(arrival: Arrival): Draft | undefined {
    const carrier = this.roster.sender(arrival.index, arrival.nextAccount());
    const lock = this.dueLock();
    if (carrier === undefined || lock === undefined) return undefined;
    this.roster.mayReceive(lock.owner, lock.amount);
    const { foreignChain, amount, tag } = lock;
    const message = { ...this.origin(arrival), foreignChain, messageId: tag.id, asset: 'STR', amount, recipient: this.roster.account(lock.owner) };
    return {
      sender: carrier,
      payload: { kind: 'bridge_refund', ...this.proof('bridge_refund', message, arrival) },
      premises: [tag],
      expected: SUCCESS,
      sent: () => takeOff(lock),
    };
  }

  /** A lock whose time is surely over. */
  private dueLock(): Lock | undefined {
    for (let slot = 0; slot < this.locks.size; slot++) {
      const lock = this.locks.at(slot);
      if (lock.lockedAt + this.params.bridgeTimeoutSeconds < this.clock.nowSeen) return lock;
      // Locks lie nearly in order of their time, so the first few tell.
      if (slot >= 8) return undefined;
    }
    return undefined;
  }

  private mint(entry: KindEntry, arrival: Arrival): Draft | undefined {
    const carrier = this.roster.sender(arrival.index, arrival.nextAccount());
    if (carrier === undefined) return undefined;
    const second = this.delivery;
    if (second !== undefined && second.carrier !== carrier) {
      this.delivery = undefined;
      return this.delivered(carrier, second.proof, second.contest);
    }
    const { chain, asset } = FOREIGN[arrival.below(FOREIGN.length)];
    const recipient = this.roster.account(this.roster.draw(arrival.index, arrival.nextAccount()));
    const message = { ...this.origin(arrival), foreignChain: chain, asset, amount: arrival.amount(entry, MEDIAN.bridge), recipient };
    const proof = this.proof('bridge_mint', message, arrival);
    const contest = new Contest();
    if (arrival.oneIn(CONTESTED)) this.delivery = { proof, carrier, contest };
    return this.delivered(carrier, proof, contest);
  }

  private delivered(carrier: number, proof: BridgeProof, contest: Contest): Draft {
    const { foreignChain, asset, amount, recipient } = proof.message;
    return {
      sender: carrier,
      payload: { kind: 'bridge_mint', ...proof },
      expected: () => contest.expect(DELIVERED),
      seen: (status, _at, tag) => {
        if (this.delivery?.contest === contest) this.delivery = undefined;
        const owner = this.roster.indexOf.get(recipient);
        if (status === 'success' && owner !== undefined) this.holdings.put(new Holding(owner, foreignChain, asset, amount, tag));
      },
      final: (status) => {
        if (status === 'success') contest.won = true;
      },
    };
  }

  /** Burns a holding, or half of it. */
  private burn(arrival: Arrival): Draft | undefined {
    if (this.holdings.size === 0) return undefined;
    const holding = this.holdings.at(arrival.below(this.holdings.size));
    if (!this.roster.maySend(holding.owner)) return undefined;
    const amount = arrival.oneIn(2) && holding.amount > 1n ? holding.amount / 2n : holding.amount;
    const { foreignChain, asset, owner, last } = holding;
    return {
      sender: owner,
      payload: { kind: 'bridge_burn', foreignChain, asset, recipient: foreignRecipient(arrival), amount },
      premises: [last],
      expected: SUCCESS,
      sent: (tag) => {
        takeOff(holding);
        holding.last = tag;
      },
      seen: (status) => {
        if (status !== 'success') return;
        holding.amount -= amount;
        if (holding.amount > 0n) this.holdings.put(holding);
      },
    };
  }

  /** Where a message comes from: a drawn block and id of its own. */
  private origin(arrival: Arrival): Pick<BridgeMessage, 'foreignBlock' | 'messageId' | 'epoch'> {
    return { foreignBlock: 1 + arrival.below(1_000_000_000), messageId: arrival.hash(), epoch: 0 };
  }

  /** The message under the signatures of as many relayers as must sign, drawn ones. */
  private proof(kind: 'bridge_unlock' | 'bridge_mint' | 'bridge_refund', message: BridgeMessage, arrival: Arrival): BridgeProof {
    const { relayers } = this.accounts;
    const digest = bridgeDigest(this.genesisHash, kind, message, this.crypto);
    const needed = Math.floor((2 * relayers.length) / 3) + 1;
    const signing = relayers.map((_, relayer) => relayer);
    while (signing.length > needed) signing.splice(arrival.below(signing.length), 1);
    return { message, signatures: signing.map((relayer) => ({ relayer, signature: this.crypto.sign(digest, relayers[relayer].secretKey) })) };
  }
}

/** A foreign address: 0x and 40 drawn hex characters. */
const foreignRecipient = (arrival: Arrival): string => `0x${arrival.hash().slice(0, 40)}`;
