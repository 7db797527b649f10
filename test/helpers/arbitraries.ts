/** Well-formed payloads and transactions of every kind, for properties: whatever these give must encode and decode. */
import fc, { type Arbitrary } from 'fast-check';
import { LIMITS } from '../../engine/params/params.ts';
import { FIELD_ORDER, OUTPUT_COUNT, PROOF_BYTES, RING_SIZE } from '../../engine/params/zk.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { KINDS, LEDGERS, TOKENS, type Kind } from '../../engine/tx/kinds.ts';
import { LEG_KINDS } from '../../engine/tx/payload.ts';
import {
  GOVERNED_PARAMETERS,
  type BlockReference,
  type BridgeProof,
  type Payload,
  type ProposalAction,
} from '../../engine/tx/transaction.ts';
import type { TransactionFields } from '../../engine/wallet/sign.ts';

export const arbBytes = (length: number): Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
export const arbHash: Arbitrary<string> = arbBytes(32).map(toHex);
export const arbAccount: Arbitrary<string> = arbBytes(20).map(toHex);
/** Any u64, its ends included. */
export const arbAmount: Arbitrary<bigint> = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
/** Any integer that a nonce, a round or a gas limit may be. */
export const arbInteger: Arbitrary<number> = fc.maxSafeNat();
export const arbDomain: Arbitrary<string> = fc.stringMatching(/^[a-z0-9-]{1,63}$/);
const arbAsset = fc.stringMatching(/^[\x21-\x7e]{1,32}$/);
const arbText = fc
  .string({ unit: 'binary', maxLength: LIMITS.textBytes })
  .filter((text) => utf8(text).length <= LIMITS.textBytes);
/** Below the order of bn254's scalar field, the largest included. */
const arbElement = fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }).map((element) => element.toString(16).padStart(64, '0'));
const arbU32 = fc.nat(0xffff_ffff);
const arbBlob = fc.uint8Array({ maxLength: 600 });

const arbAction: Arbitrary<ProposalAction> = fc.oneof(
  fc.record({
    type: fc.constant('parameter' as const),
    parameter: fc.constantFrom(...GOVERNED_PARAMETERS),
    value: arbAmount,
  }),
  fc.record({ type: fc.constant('treasury' as const), to: arbAccount, amount: arbAmount }),
);

const arbProof: Arbitrary<BridgeProof> = fc.record({
  message: fc.record({
    foreignChain: arbU32,
    foreignBlock: arbInteger,
    messageId: arbHash,
    asset: arbAsset,
    amount: arbAmount,
    recipient: arbAccount,
    epoch: arbInteger,
  }),
  signatures: fc.array(fc.record({ relayer: fc.nat(255), signature: arbBytes(64) }), { maxLength: 6 }),
});

type Fields<K extends Kind> = {
  [F in Exclude<keyof Extract<Payload, { kind: K }>, 'kind'>]: Arbitrary<Extract<Payload, { kind: K }>[F]>;
};
const proof = { message: arbProof.map((p) => p.message), signatures: arbProof.map((p) => p.signatures) };

const FIELDS: { readonly [K in Exclude<Kind, 'atomic'>]: Fields<K> } = {
  transfer: { token: fc.constantFrom(...TOKENS), to: arbAccount, amount: arbAmount },
  'financial-public-transaction': { to: arbAccount, amount: arbAmount },
  domain_register: { name: arbDomain },
  domain_renew: { name: arbDomain },
  domain_transfer: { name: arbDomain, to: arbAccount },
  domain_list: { name: arbDomain, price: arbAmount },
  domain_buy: { name: arbDomain, seller: arbAccount, price: arbAmount },
  nft_mint: { nft: arbHash, royaltyBps: fc.nat(10_000), uri: arbText },
  nft_transfer: { nft: arbHash, to: arbAccount },
  nft_list: { nft: arbHash, price: arbAmount },
  nft_buy: { nft: arbHash, seller: arbAccount, price: arbAmount },
  proposal: { title: arbText, action: arbAction },
  vote: { proposal: arbHash, approve: fc.boolean() },
  execute_proposal: { proposal: arbHash },
  bridge_lock: { foreignChain: arbU32, recipient: arbText, amount: arbAmount },
  bridge_unlock: proof,
  bridge_mint: proof,
  bridge_burn: { foreignChain: arbU32, asset: arbAsset, recipient: arbText, amount: arbAmount },
  bridge_refund: proof,
  contract_deploy: { module: arbBlob, value: arbAmount, input: arbBlob },
  contract_call: { contract: arbAccount, value: arbAmount, input: arbBlob },
  shielded_transfer: {
    ring: fc.array(arbElement, { maxLength: RING_SIZE }),
    nullifier: arbElement,
    outputs: fc.array(arbElement, { minLength: OUTPUT_COUNT, maxLength: OUTPUT_COUNT }),
    deposit: arbAmount,
    withdrawal: arbAmount,
    proof: arbBytes(PROOF_BYTES),
  },
};

/** Any well-formed payload of one kind. */
export function arbPayload(kind: Kind): Arbitrary<Payload> {
  if (kind === 'atomic') {
    const legs = fc.array(fc.oneof(...[...LEG_KINDS].map(arbPayload)), { minLength: 1, maxLength: LIMITS.atomicLegs });
    return fc.record({ kind: fc.constant(kind), legs });
  }
  const fields: Record<string, Arbitrary<unknown>> = FIELDS[kind];
  return fc.record({ kind: fc.constant(kind), ...fields }) as unknown as Arbitrary<Payload>;
}

export const arbAnyPayload: Arbitrary<Payload> = fc.constantFrom(...KINDS).chain(arbPayload);

export const arbReference: Arbitrary<BlockReference> = fc.record({
  ledger: fc.constantFrom(...LEDGERS),
  number: arbInteger,
  hash: arbHash,
});

/**
 * What a wallet signs: encodes and decodes, and is otherwise as wild as its fields allow (it need not pass
 * `checkStateless`).
 */
export const arbTransactionFields = (payload: Arbitrary<Payload> = arbAnyPayload): Arbitrary<TransactionFields> =>
  fc.record({
    nonce: arbInteger,
    gasLimit: arbInteger,
    gasPrice: arbAmount,
    payload,
    reference: fc.option(arbReference, { nil: undefined }),
  });
