/**
 * Accounts of the protocol itself (D17): no key, no signature, no vote.
 *
 * An id is the first 20 bytes of sha256("stratus-protocol-account/" ‖ name). A user's account is the same cut of the
 * hash of a 33-byte public key, so a key for one of these would be a second preimage of 160 bits. The document prints
 * parts of other addresses for the treasury and the rewards wallet; those would have keys, and are not used.
 */
import type { Account } from '../tx/transaction.ts';

/** 67 % of all STR at genesis; pays subsidies and allocations, receives domain fees. */
export const STR_TREASURY: Account = '49e82014e8e3c2be525461b73bed6812f8616655';
/** `STR.rewards`: staking (D29), empty until that is built. */
export const STR_REWARDS: Account = '77c19ebf3fe6f805f1c5fcfd81ea72f5f61e0717';
/** 67 % of all CCOS at genesis; pays D13's rewards. */
export const CCOS_TREASURY: Account = '85119af1f222747d71e79b21bcc902e3e2067516';
/** Holds the STR that is locked for foreign chains (D20). */
export const BRIDGE_ESCROW: Account = '2b1830b81fff752f89027a803b329b15477c7c79';

/** Holds the STR of shielded notes. */
export const SHIELDED_POOL: Account = 'c90775bef7a75e3df9e44ac4d20739ee3ea14258';

/** By the name that the id is made of. */
export const PROTOCOL_ACCOUNTS: ReadonlyMap<string, Account> = new Map([
  ['STR.treasury', STR_TREASURY],
  ['STR.rewards', STR_REWARDS],
  ['CCOS.treasury', CCOS_TREASURY],
  ['bridge.escrow', BRIDGE_ESCROW],
  ['shielded.pool', SHIELDED_POOL],
]);
