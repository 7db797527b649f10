/**
 * A decoded transaction and its payloads. Byte layout: `encode.ts` and docs/encoding.md.
 *
 * Conventions: an `Account` is the 40 lower-case hex characters inside a zk13str address (D1), so it can be
 * a map key; a `Hash` is 64 lower-case hex characters; amounts are `bigint` base units within u64 (D2); nonces, round
 * numbers, gas and seconds are `number` integers at most 2^53 − 1 (a larger value on the wire is an encoding error).
 */
import type { Kind, Ledger, Token } from './kinds.ts';

/** 40 lower-case hex characters: the first 20 bytes of sha256(compressed public key) (D1). */
export type Account = string;
/** 64 lower-case hex characters of a SHA-256 digest. */
export type Hash = string;

/** Names a block of a ledger of an earlier round on the same branch (D10): `hash` is that ledger header's hash. */
export interface BlockReference {
  readonly ledger: Ledger;
  readonly number: number;
  readonly hash: Hash;
}

/** A domain or an NFT, for sales. Domain: its name. NFT: its id (hex of 32 bytes). */
export type Payload =
  | { readonly kind: 'transfer'; readonly token: Token; readonly to: Account; readonly amount: bigint }
  /** Moves STR like a transfer; at 100 STR or more it earns a CCOS reward one round later (D13). */
  | { readonly kind: 'financial-public-transaction'; readonly to: Account; readonly amount: bigint }
  | { readonly kind: 'domain_register'; readonly name: string }
  | { readonly kind: 'domain_renew'; readonly name: string }
  | { readonly kind: 'domain_transfer'; readonly name: string; readonly to: Account }
  /** Price 0 withdraws the listing. */
  | { readonly kind: 'domain_list'; readonly name: string; readonly price: bigint }
  | { readonly kind: 'domain_buy'; readonly name: string; readonly seller: Account; readonly price: bigint }
  /** `nft` is chosen by the creator (32 bytes hex); minting an existing id fails. Royalty 0…10000 basis points. */
  | { readonly kind: 'nft_mint'; readonly nft: Hash; readonly royaltyBps: number; readonly uri: string }
  | { readonly kind: 'nft_transfer'; readonly nft: Hash; readonly to: Account }
  | { readonly kind: 'nft_list'; readonly nft: Hash; readonly price: bigint }
  | { readonly kind: 'nft_buy'; readonly nft: Hash; readonly seller: Account; readonly price: bigint }
  | { readonly kind: 'proposal'; readonly title: string; readonly action: ProposalAction }
  /** `proposal` is the id of the proposing transaction. */
  | { readonly kind: 'vote'; readonly proposal: Hash; readonly approve: boolean }
  | { readonly kind: 'execute_proposal'; readonly proposal: Hash }
  /** Locks STR here for `recipient` (foreign address, at most 256 bytes of UTF-8) on `foreignChain`. */
  | { readonly kind: 'bridge_lock'; readonly foreignChain: number; readonly recipient: string; readonly amount: bigint }
  | ({ readonly kind: 'bridge_unlock' } & BridgeProof)
  | ({ readonly kind: 'bridge_mint' } & BridgeProof)
  | {
      readonly kind: 'bridge_burn';
      readonly foreignChain: number;
      readonly asset: string;
      readonly recipient: string;
      readonly amount: bigint;
    }
  /** `message.messageId` names the lock transaction; relayers attest that it was not delivered. */
  | ({ readonly kind: 'bridge_refund' } & BridgeProof)
  | { readonly kind: 'atomic'; readonly legs: readonly Payload[] }
  /**
   * Spends a note of the ring, if any, and makes two (docs/proofs.md): `deposit` STR enter the pool from the sender,
   * `withdrawal` STR leave it to the sender. Commitments and nullifier are elements of bn254's scalar field, as hex.
   */
  | {
      readonly kind: 'shielded_transfer';
      /** At most `RING_SIZE`. */
      readonly ring: readonly Hash[];
      readonly nullifier: Hash;
      /** `OUTPUT_COUNT`. */
      readonly outputs: readonly Hash[];
      readonly deposit: bigint;
      readonly withdrawal: bigint;
      /** `PROOF_BYTES`. */
      readonly proof: Uint8Array;
    }
  | {
      readonly kind: 'contract_deploy';
      readonly module: Uint8Array;
      /** STR that goes to the contract, base units. */
      readonly value: bigint;
      /** For the module's `deploy`, if it has one. */
      readonly input: Uint8Array;
    }
  | { readonly kind: 'contract_call'; readonly contract: Account; readonly value: bigint; readonly input: Uint8Array };

/** What a passed proposal does: a parameter of the closed list, or STR out of the treasury (D19). */
export type ProposalAction =
  | { readonly type: 'parameter'; readonly parameter: GovernedParameter; readonly value: bigint }
  | { readonly type: 'treasury'; readonly to: Account; readonly amount: bigint };

/** Parameters that governance may change (D19: a closed list); the index is the wire number. */
export const GOVERNED_PARAMETERS = ['domainFee', 'quorumBps', 'majorityBps', 'gasLimitPerLedger'] as const;
export type GovernedParameter = (typeof GOVERNED_PARAMETERS)[number];

/**
 * A foreign message under more than two thirds of the relayers' signatures, ascending by relayer index, each once
 * (D20).
 */
export interface BridgeProof {
  readonly message: BridgeMessage;
  readonly signatures: readonly { readonly relayer: number; readonly signature: Uint8Array }[];
}

/** The signed fields, in signing order after the genesis hash and the transaction kind's number (D20). */
export interface BridgeMessage {
  readonly foreignChain: number;
  readonly foreignBlock: number;
  /** Unique per foreign chain; kept in the consumed set (32 bytes hex). */
  readonly messageId: Hash;
  /** Foreign asset's name; 'STR' for unlock and refund. At most 32 bytes ASCII. */
  readonly asset: string;
  readonly amount: bigint;
  readonly recipient: Account;
  readonly epoch: number;
}

/** The fields that are signed (D3). */
export interface UnsignedTransaction {
  readonly chainId: number;
  readonly kind: Kind;
  readonly ledger: Ledger;
  readonly nonce: number;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly reference: BlockReference | undefined;
  readonly payload: Payload;
}

/** A decoded, well-formed transaction. Well-formed says nothing of its signature: see `stateless.ts`. */
export interface Transaction extends UnsignedTransaction {
  /** Compact r ‖ s, 64 bytes. */
  readonly signature: Uint8Array;
  /** The canonical signed bytes; `decode(bytes)` gives this object back. */
  readonly bytes: Uint8Array;
  /** The same without an array of its own: `size` bytes of `data` from `at`. */
  readonly data: Uint8Array;
  readonly at: number;
  readonly size: number;
  /** sha256(bytes), hex (D4). */
  readonly id: Hash;
  readonly idBytes: Uint8Array;
  /** The same without an array of its own: 32 bytes of `ids` from `idAt`. */
  readonly ids: Uint8Array;
  readonly idAt: number;
  /**
   * Where somebody sent them along: 32 bytes from `idAt` are R's y of the signature, zeros for none. They travel beside the
   * bytes, cost or save time when signatures are checked, and decide nothing (D4).
   */
  readonly hints: Uint8Array | undefined;
  /** Account of `publicKey` (D4). */
  readonly sender: Account;
  /** D11's intrinsic gas. */
  readonly intrinsicGas: number;
}
