/** Names that a scenario may refer to and that are defined elsewhere; tests hold both sides together. */

/** Invariants of sim/invariants, by id. */
export const INVARIANT_IDS = [
  'S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9',
  'L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'L9', 'L10', 'L11', 'L12', 'L13', 'L14', 'L15',
  'X2', 'P1', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'M1', 'M2', 'M3', 'M4', 'T1', 'T2', 'T3', 'T4', 'V1',
] as const;

/** What `invariants.sometimes` can ask for; sim/report counts them (`sometimes.ts`). */
export const SOMETIMES = {
  'stale-round': 'a round that is not on the final best chain',
  'reorg-depth-1': 'a node left a branch of at least one round',
  'reorg-depth-2': '… at least two rounds',
  'reorg-depth-3': '… at least three rounds',
  'finality-conflict': 'a heavier branch without a node’s final round was reported',
  'node-activated': 'the activation rule woke a node',
  'node-restarted': 'a crashed node came back',
  'node-banned': 'a node banned a peer',
  'all-ledgers': 'a transaction was included on each of the six ledgers',
  'cross-ledger': 'a transaction changed a ledger other than its home',
  'transaction-failed': 'an included transaction failed and left only nonce and fee',
  'invalid-refused': 'an invalid transaction was refused',
  'transaction-final': 'a transaction became final',
  'ccos-rewarded': 'a financial-public-transaction was rewarded',
  'module-refused': 'a module was refused when it was to be deployed',
  'contract-event': 'a contract told an event',
  'contract-reverted': 'a contract took back what it did',
  'contract-out-of-gas': 'a contract used up its gas',
  'contract-stopped': 'a contract was stopped by a trap, its stack or a limit of its host',
  'contract-paid': 'a contract of our templates paid STR out: a call with value inside a call',
  'contract-undone': 'a contract call that moved STR stood in a round that was undone',
  'token-moved': 'a token contract was told by another contract to move tokens: a pool was provided for, or tokens were staked or sold',
  swap: 'a pool of an exchange contract was swapped with',
} as const;
export type SometimesId = keyof typeof SOMETIMES;
export const SOMETIMES_IDS = Object.keys(SOMETIMES) as readonly SometimesId[];
