/**
 * What nodes say to each other (D23): rounds and transactions are announced, then fetched. Transactions and rounds are
 * named by registry handles inside a process; a host turns those into ids and bytes at the socket (`wireBytes` is what
 * that costs, and what the simulator charges).
 */
import type { TxSet } from '../chain/tx-set.ts';
import type { RoundRef } from '../chain/registry.ts';

export const MESSAGE = {
  /** Head of the sender, on connecting. */
  status: 0,
  txAnnounce: 1,
  txRequest: 2,
  transactions: 3,
  roundAnnounce: 4,
  compactRequest: 5,
  compactRound: 6,
  missingRequest: 7,
  missing: 8,
  roundRequest: 9,
  fullRound: 10,
  /** Locator: rounds from the sender's head backwards, thinning out. */
  headersRequest: 11,
  headers: 12,
  proofRequest: 13,
  proof: 14,
  /** The peer does not have what was asked for. */
  notFound: 15,
} as const;
export type MessageType = (typeof MESSAGE)[keyof typeof MESSAGE];
export const MESSAGE_NAMES = Object.keys(MESSAGE) as readonly (keyof typeof MESSAGE)[];

export interface Message {
  readonly type: MessageType;
  /** A transaction set, or undefined. */
  readonly set: TxSet | undefined;
  /** The round it is about, or −1. */
  readonly round: RoundRef;
  /** Rounds of a locator or of a headers message. */
  readonly rounds: readonly RoundRef[] | undefined;
  /** Payload of proof messages. */
  readonly detail: unknown;
  /** Digest of all of the above, for the trace hash. */
  readonly digest: number;
}

export function message(
  type: MessageType,
  set: TxSet | undefined,
  round: RoundRef,
  rounds?: readonly RoundRef[],
  detail?: unknown,
): Message {
  let digest = Math.imul(type + 1, 0x9e3779b1) ^ Math.imul(round + 2, 0x85ebca77);
  if (set !== undefined) digest ^= set.digest;
  if (rounds !== undefined) for (const ref of rounds) digest = Math.imul(digest ^ ref, 0xc2b2ae3d);
  return { type, set, round, rounds, detail, digest };
}

/** Wire sizes, bytes. Frame: length u32, type u8, checksum u32 (assumption, as in Bitcoin's 24-byte frame less magic and name). */
export const WIRE = {
  frame: 9,
  hash: 32,
  /** Round header: see docs/encoding-rounds.md. */
  header: 336,
  /** Six ledger headers. */
  ledgerHeaders: 6 * 145,
  /** Short id of a transaction in a compact round (as in BIP 152). */
  shortId: 6,
  /** R's y beside a whole transaction, which lets its receiver check signatures in batches (D4). */
  hint: 32,
  /** Index of a missing transaction. */
  index: 3,
} as const;
