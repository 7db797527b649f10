/**
 * What the six ledgers store: every table, its key, and its value. docs/state.md lists the same with bytes.
 *
 * Absent means zero: an account with nonce 0 and no STR, and a balance of 0, are stored as `undefined`, so that equal
 * states have equal bytes. Accounts in keys are the 40 hex characters of D1.
 */
import type { Reader, Writer } from '../primitives/codec.ts';
import { equalBytes, fromHex, toHex, utf8, utf8Decode } from '../primitives/bytes.ts';
import { assert } from '../primitives/result.ts';
import { GOVERNED_PARAMETERS, type Account, type Hash, type ProposalAction } from '../tx/transaction.ts';
import { amountCodec, amountColumn, defineTable, type ValueCodec } from '../state/table.ts';

// ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An account on the main ledger (D9). */
export interface AccountState {
  /** The nonce its next transaction must carry: one sequence over all six ledgers (D6). */
  readonly nonce: number;
  /** Free STR, base units. */
  readonly str: bigint;
}

/** An account's balance until its first change after a round with an open proposal (D19, P12). */
export interface Snapshot {
  /** The newest such round when the account last changed; from 1 on. */
  readonly round: number;
  /** Free STR at that round's end, base units. */
  readonly str: bigint;
}

/** A payment of the last round that earns a CCOS reward before the next one's first transaction (D13). */
export interface RewardDue {
  readonly transaction: Hash;
  readonly to: Account;
  /** STR base units that were paid. */
  readonly amount: bigint;
}

/** A registered name (D18). Expired from `expiresAt` on; free for anyone once the grace has passed too. */
export interface Domain {
  readonly owner: Account;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** STR base units; 0 = not listed. */
  readonly price: bigint;
}

export interface Nft {
  readonly creator: Account;
  readonly owner: Account;
  /** Share of each sale that goes to the creator, basis points, fixed at minting (D18). */
  readonly royaltyBps: number;
  readonly uri: string;
  /** STR base units; 0 = not listed. */
  readonly price: bigint;
}

/** STR locked for a foreign chain (D20). Kept after a refund, so that it is never paid twice. */
export interface Lock {
  readonly foreignChain: number;
  readonly sender: Account;
  readonly recipient: string;
  readonly amount: bigint;
  /** `now` of the locking round, Unix seconds. */
  readonly lockedAt: number;
  readonly refunded: boolean;
}

/** A proposal and its running count (D19). */
export interface Proposal {
  readonly proposer: Account;
  /** The round it was made in: balances at its end weigh the votes. */
  readonly round: number;
  /** Last round whose votes count. */
  readonly closes: number;
  readonly title: string;
  readonly action: ProposalAction;
  /** Weight of the votes for and against, STR base units. */
  readonly approved: bigint;
  readonly rejected: bigint;
  readonly executed: boolean;
}

export interface Ballot {
  readonly approve: boolean;
  readonly weight: bigint;
}

/** Code that runs under an account of its own. */
export interface Contract {
  /** SHA-256 of the module as it was deployed. */
  readonly code: Hash;
  readonly creator: Account;
  /** The round that deployed it. */
  readonly round: number;
}

// ── Codecs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const writeHex = (writer: Writer, hex: string): Writer => writer.bytes(fromHex(hex));
const readAccount = (reader: Reader): Account => toHex(reader.bytes(20));
const readHash = (reader: Reader): Hash => toHex(reader.bytes(32));

const writeText = (writer: Writer, text: string): Writer => writer.blob16(utf8(text));
function readText(reader: Reader): string {
  const text = utf8Decode(reader.blob16(0xffff));
  assert(text !== undefined, 'state text is not UTF-8');
  return text;
}

const writeFlag = (writer: Writer, flag: boolean): Writer => writer.u8(flag ? 1 : 0);
const readFlag = (reader: Reader): boolean => reader.u8() === 1;

function writeList<T>(writer: Writer, list: readonly T[], write: (item: T) => unknown): void {
  writer.u32(list.length);
  list.forEach(write);
}
const readList = <T>(reader: Reader, read: () => T): T[] => Array.from({ length: reader.u32() }, read);

const roundCodec: ValueCodec<number> = { write: (writer, round) => writer.u64(round), read: (reader) => reader.u53() };

const actionCodec: ValueCodec<ProposalAction> = {
  write(writer, action) {
    if (action.type === 'parameter') {
      writer.u8(0);
      writer.u8(GOVERNED_PARAMETERS.indexOf(action.parameter));
      writer.u64(action.value);
    } else {
      writer.u8(1);
      writeHex(writer, action.to);
      writer.u64(action.amount);
    }
  },
  read: (reader) =>
    reader.u8() === 0
      ? { type: 'parameter', parameter: GOVERNED_PARAMETERS[reader.u8()], value: reader.u64() }
      : { type: 'treasury', to: readAccount(reader), amount: reader.u64() },
};

// ── Main ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Account → nonce and free STR. */
export const accounts = defineTable<AccountState>('main', 'account', {
  write(writer, { nonce, str }) {
    writer.u64(nonce);
    writer.u64(str);
  },
  read: (reader) => ({ nonce: reader.u53(), str: reader.u64() }),
  equal: (x, y) => x.nonce === y.nonce && x.str === y.str,
  columns: { number: ({ nonce }) => nonce, amount: ({ str }) => str, value: (nonce, str) => ({ nonce, str }), width: 16 },
});

/** `TOKEN/account` for ARSS and $TR → balance. */
export const mainTokens = defineTable('main', 'main-token', amountColumn);

/** Account → its newest vote snapshot. */
export const snapshots = defineTable<Snapshot>('main', 'snapshot', {
  write: (writer, { round, str }) => writer.u64(round).u64(str),
  read: (reader) => ({ round: reader.u53(), str: reader.u64() }),
  equal: (x, y) => x.round === y.round && x.str === y.str,
  columns: { number: ({ round }) => round, amount: ({ str }) => str, value: (round, str) => ({ round, str }), width: 16 },
});

/** `round/account` → the STR of an earlier snapshot whose round had an open proposal when a newer one was taken. */
export const earlierSnapshots = defineTable('main', 'earlier-snapshot', amountCodec);

/** Commitment of a note → the round that made it. Never erased, spent or not. */
export const notes = defineTable<number>('main', 'note', roundCodec);

/** Nullifier of a note that was spent → the round. Never erased. */
export const nullifiers = defineTable<number>('main', 'nullifier', roundCodec);

/** `total` → the STR of all unspent notes, which lies in the pool's account. */
export const shieldedTotal = defineTable('main', 'shielded', amountCodec);

// ── CCOS ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Account → CCOS. */
export const ccosBalances = defineTable('ccos', 'ccos', amountColumn);

/** `last` → the last round's payments that earn a reward, in execution order; absent when there are none (D13). */
export const rewardsDue = defineTable<readonly RewardDue[]>('ccos', 'reward-due', {
  write: (writer, list) =>
    writeList(writer, list, ({ transaction, to, amount }) => {
      writeHex(writer, transaction);
      writeHex(writer, to);
      writer.u64(amount);
    }),
  read: (reader) =>
    readList(reader, () => ({ transaction: readHash(reader), to: readAccount(reader), amount: reader.u64() })),
});

// ── CCOIN ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Account → wSTR. */
export const wstrBalances = defineTable('ccoin', 'wstr', amountColumn);

/** `chain/asset/account` → a foreign asset's wrapped form here. */
export const wrappedBalances = defineTable('ccoin', 'wrapped', amountCodec);

/** Id of the locking transaction → lock. */
export const locks = defineTable<Lock>('ccoin', 'lock', {
  write(writer, lock) {
    writer.u32(lock.foreignChain);
    writeHex(writer, lock.sender);
    writeText(writer, lock.recipient);
    writer.u64(lock.amount);
    writer.u64(lock.lockedAt);
    writeFlag(writer, lock.refunded);
  },
  read: (reader) => ({
    foreignChain: reader.u32(),
    sender: readAccount(reader),
    recipient: readText(reader),
    amount: reader.u64(),
    lockedAt: reader.u53(),
    refunded: readFlag(reader),
  }),
});

/** `chain/messageId` → the round that consumed the message. Never erased (D20). */
export const consumed = defineTable<number>('ccoin', 'consumed', roundCodec);

/** Foreign chain → STR that is locked here for it. The sum over all chains is the escrow account's balance. */
export const bridgeLocked = defineTable('ccoin', 'bridge', amountCodec);

// ── Asset ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Name → domain. */
export const domains = defineTable<Domain>('asset', 'domain', {
  write(writer, { owner, expiresAt, price }) {
    writeHex(writer, owner);
    writer.u64(expiresAt);
    writer.u64(price);
  },
  read: (reader) => ({ owner: readAccount(reader), expiresAt: reader.u53(), price: reader.u64() }),
});

/** Id → NFT. */
export const nfts = defineTable<Nft>('asset', 'nft', {
  write(writer, nft) {
    writeHex(writer, nft.creator);
    writeHex(writer, nft.owner);
    writer.u16(nft.royaltyBps);
    writeText(writer, nft.uri);
    writer.u64(nft.price);
  },
  read: (reader) => ({
    creator: readAccount(reader),
    owner: readAccount(reader),
    royaltyBps: reader.u16(),
    uri: readText(reader),
    price: reader.u64(),
  }),
});

// ── Contract ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Account → contract. Never erased. Its STR lies in the account itself. */
export const contracts = defineTable<Contract>('contract', 'contract', {
  write(writer, { code, creator, round }) {
    writeHex(writer, code);
    writeHex(writer, creator);
    writer.u64(round);
  },
  read: (reader) => ({ code: readHash(reader), creator: readAccount(reader), round: reader.u53() }),
});

const bytesCodec: ValueCodec<Uint8Array> = {
  write: (writer, bytes) => writer.blob32(bytes),
  read: (reader) => reader.blob32(reader.left),
  equal: equalBytes,
};

/** SHA-256 of a module → the module, once for all contracts that it is the code of. Never erased. */
export const codes = defineTable('contract', 'code', bytesCodec);

/** `contract/key`, the key as 2 to 128 hex digits → an entry of that contract's storage. */
export const contractStorage = defineTable('contract', 'storage', bytesCodec);

// ── Governance ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Id of the proposing transaction → proposal. */
export const proposals = defineTable<Proposal>('governance', 'proposal', {
  write(writer, proposal) {
    writeHex(writer, proposal.proposer);
    writer.u64(proposal.round);
    writer.u64(proposal.closes);
    writeText(writer, proposal.title);
    actionCodec.write(writer, proposal.action);
    writer.u64(proposal.approved);
    writer.u64(proposal.rejected);
    writeFlag(writer, proposal.executed);
  },
  read: (reader) => ({
    proposer: readAccount(reader),
    round: reader.u53(),
    closes: reader.u53(),
    title: readText(reader),
    action: actionCodec.read(reader),
    approved: reader.u64(),
    rejected: reader.u64(),
    executed: readFlag(reader),
  }),
});

/** `proposal/account` → the account's one vote. */
export const ballots = defineTable<Ballot>('governance', 'ballot', {
  write(writer, { approve, weight }) {
    writeFlag(writer, approve);
    writer.u64(weight);
  },
  read: (reader) => ({ approve: readFlag(reader), weight: reader.u64() }),
});

/** Name of a governed parameter → the value that governance gave it; absent: the genesis value. */
export const parameters = defineTable('governance', 'parameter', amountCodec);

/** Round number → proposals whose effects apply at that round's start, in the order of their executions (D12). */
export const dueEffects = defineTable<readonly Hash[]>('governance', 'due', {
  write: (writer, list) => writeList(writer, list, (proposal) => writeHex(writer, proposal)),
  read: (reader) => readList(reader, () => readHash(reader)),
});

/** `rounds` → rounds that made a proposal that was open when the last one was made, ascending (D19). */
export const votingRounds = defineTable<readonly number[]>('governance', 'voting', {
  write: (writer, list) => writeList(writer, list, (round) => writer.u64(round)),
  read: (reader) => readList(reader, () => reader.u53()),
});

/** All tables, in ledger order. */
export const TABLES = [
  accounts,
  mainTokens,
  snapshots,
  earlierSnapshots,
  notes,
  nullifiers,
  shieldedTotal,
  domains,
  nfts,
  contracts,
  codes,
  contractStorage,
  proposals,
  ballots,
  parameters,
  dueEffects,
  votingRounds,
  wstrBalances,
  wrappedBalances,
  locks,
  consumed,
  bridgeLocked,
  ccosBalances,
  rewardsDue,
] as const;
