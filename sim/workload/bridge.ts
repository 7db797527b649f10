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
import { expectation, SUCCESS, type Expectation, type Inclusion } from './expectations.ts';
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

const NOT_FOUND = expectation({ 'not-found': 'a reorganisation undid the lock' });
const NOT_DUE = expectation({ 'bridge-timeout': 'a reorganisation put the lock into a later round' });
const NOT_COVERED = expectation({ 'value-not-covered': 'a reorganisation undid what it would be taken from' });

class Lock extends Shelved {
  /** Id of the locking transaction. */
  readonly id: Hash;
  readonly owner: number;
  readonly foreignChain: number;
  readonly amount: bigint;
  /** Chain time of the lock as seen, Unix seconds; and as final. */
  readonly lockedAt: number;
  lockedAtFinal: number | undefined = undefined;

  constructor(id: Hash, owner: number, foreignChain: number, amount: bigint, lockedAt: number) {
    super();
    this.id = id;
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

  constructor(owner: number, foreignChain: number, asset: string, amount: bigint) {
    super();
    this.owner = owner;
    this.foreignChain = foreignChain;
    this.asset = asset;
    this.amount = amount;
  }
}

/** A message from abroad, however often it is delivered. */
interface Message {
  readonly proof: BridgeProof;
  /** Its delivery is final. */
  consumed: boolean;
}

/** A proof on its way that a second carrier shall deliver too. */
interface Delivery {
  readonly carrier: number;
  readonly message: Message;
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
  /** Final balances that proofs and burns draw on: `chain` → STR locked for it, `chain/asset/owner` → wrapped asset. */
  private readonly balances = new Map<string, bigint>();

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
    const ours = accounts.relayerKeys;
    this.relaying = known.length === ours.length && known.every((key, i) => key === ours[i]);
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
    let lock: Lock | undefined;
    return {
      sender,
      payload: { kind: 'bridge_lock', foreignChain, recipient: foreignRecipient(arrival), amount },
      expected: SUCCESS,
      seen: (status, at, tag) => {
        if (status !== 'success') return;
        lock = new Lock(tag.id, sender, foreignChain, amount, at.nowSeconds);
        this.locks.put(lock);
      },
      final: (status, at) => {
        if (status !== 'success') return;
        this.add(`${foreignChain}`, amount);
        if (lock !== undefined) lock.lockedAtFinal = at.nowSeconds;
      },
    };
  }

  private unlock(arrival: Arrival): Draft | undefined {
    const carrier = this.roster.sender(arrival.index, arrival.nextAccount());
    if (carrier === undefined || this.locks.size === 0) return undefined;
    const lock = this.locks.at(arrival.below(this.locks.size));
    const to = this.roster.draw(arrival.index, arrival.nextAccount());
    this.roster.mayReceive(to, lock.amount);
    const { foreignChain, amount } = lock;
    const recipient = this.roster.account(to);
    const message = { ...this.origin(arrival), foreignChain, asset: 'STR', amount, recipient };
    return {
      sender: carrier,
      payload: { kind: 'bridge_unlock', ...this.proof('bridge_unlock', message, arrival) },
      ...this.drawsOn(`${foreignChain}`, amount),
      sent: () => takeOff(lock),
    };
  }

  private refund(arrival: Arrival): Draft | undefined {
    const carrier = this.roster.sender(arrival.index, arrival.nextAccount());
    const lock = this.dueLock();
    if (carrier === undefined || lock === undefined) return undefined;
    this.roster.mayReceive(lock.owner, lock.amount);
    const { foreignChain, amount, id } = lock;
    const recipient = this.roster.account(lock.owner);
    const message = { ...this.origin(arrival), foreignChain, messageId: id, asset: 'STR', amount, recipient };
    return {
      sender: carrier,
      payload: { kind: 'bridge_refund', ...this.proof('bridge_refund', message, arrival) },
      ...this.drawsOn(`${foreignChain}`, amount, (at) => this.refundable(lock, at)),
      sent: () => takeOff(lock),
    };
  }

  private refundable({ lockedAtFinal }: Lock, { nowSeconds }: Inclusion): Expectation | undefined {
    if (lockedAtFinal === undefined) return NOT_FOUND;
    return nowSeconds < lockedAtFinal + this.params.bridgeTimeoutSeconds ? NOT_DUE : undefined;
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
      return this.delivered(carrier, second.message);
    }
    const { chain, asset } = FOREIGN[arrival.below(FOREIGN.length)];
    const recipient = this.roster.account(this.roster.draw(arrival.index, arrival.nextAccount()));
    const amount = arrival.amount(entry, MEDIAN.bridge);
    const fields = { ...this.origin(arrival), foreignChain: chain, asset, amount, recipient };
    const message: Message = { proof: this.proof('bridge_mint', fields, arrival), consumed: false };
    if (arrival.oneIn(CONTESTED)) this.delivery = { message, carrier };
    return this.delivered(carrier, message);
  }

  private delivered(carrier: number, message: Message): Draft {
    const { foreignChain, asset, amount, recipient } = message.proof.message;
    return {
      sender: carrier,
      payload: { kind: 'bridge_mint', ...message.proof },
      expected: () => (message.consumed ? DELIVERED : SUCCESS),
      seen: (status) => {
        if (this.delivery?.message === message) this.delivery = undefined;
        const owner = this.roster.indexOf.get(recipient);
        if (status !== 'success' || owner === undefined) return;
        this.holdings.put(new Holding(owner, foreignChain, asset, amount));
      },
      final: (status) => {
        if (status !== 'success') return;
        message.consumed = true;
        this.add(`${foreignChain}/${asset}/${recipient}`, amount);
      },
    };
  }

  /** Burns a holding, or half of it. */
  private burn(arrival: Arrival): Draft | undefined {
    if (this.holdings.size === 0) return undefined;
    const holding = this.holdings.at(arrival.below(this.holdings.size));
    if (!this.roster.maySend(holding.owner)) return undefined;
    const amount = arrival.oneIn(2) && holding.amount > 1n ? holding.amount / 2n : holding.amount;
    const { foreignChain, asset, owner } = holding;
    return {
      sender: owner,
      payload: { kind: 'bridge_burn', foreignChain, asset, recipient: foreignRecipient(arrival), amount },
      ...this.drawsOn(`${foreignChain}/${asset}/${this.roster.account(owner)}`, amount),
      sent: () => takeOff(holding),
      seen: (status) => {
        if (status !== 'success') return;
        holding.amount -= amount;
        if (holding.amount > 0n) this.holdings.put(holding);
      },
    };
  }

  /**
   * Takes `amount` from a balance: covered or not, by what is final before it; `sooner` says what would fail it first.
   */
  private drawsOn(
    key: string,
    amount: bigint,
    sooner: (at: Inclusion) => Expectation | undefined = () => undefined,
  ): Pick<Draft, 'expected' | 'final'> {
    return {
      expected: (at) => sooner(at) ?? ((this.balances.get(key) ?? 0n) < amount ? NOT_COVERED : SUCCESS),
      final: (status) => {
        if (status === 'success') this.add(key, -amount);
      },
    };
  }

  private add(key: string, amount: bigint): void {
    this.balances.set(key, (this.balances.get(key) ?? 0n) + amount);
  }

  /** Where a message comes from: a drawn block and id of its own. */
  private origin(arrival: Arrival): Pick<BridgeMessage, 'foreignBlock' | 'messageId' | 'epoch'> {
    return { foreignBlock: 1 + arrival.below(1_000_000_000), messageId: arrival.hash(), epoch: 0 };
  }

  /** The message under the signatures of as many relayers as must sign, drawn ones. */
  private proof(kind: Kind, message: BridgeMessage, arrival: Arrival): BridgeProof {
    const { relayers } = this.accounts;
    const digest = bridgeDigest(this.genesisHash, kind, message, this.crypto);
    const needed = Math.floor((2 * relayers.length) / 3) + 1;
    const signing = relayers.map((_, relayer) => relayer);
    while (signing.length > needed) signing.splice(arrival.below(signing.length), 1);
    const sign = (relayer: number) => ({ relayer, signature: this.crypto.sign(digest, relayers[relayer].secretKey) });
    return { message, signatures: signing.map(sign) };
  }
}

/** A foreign address: 0x and 40 drawn hex characters. */
const foreignRecipient = (arrival: Arrival): string => `0x${arrival.hash().slice(0, 40)}`;
