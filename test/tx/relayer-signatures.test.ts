/** Relayers' signatures: verified with the transactions' own, and the rule then hears the same as if it had asked itself. */
import { expect, test } from 'vitest';
import { portableCrypto } from '../../engine/crypto/portable.ts';
import type { SignatureBatch } from '../../engine/crypto/crypto.ts';
import { DEFAULT_PARAMS } from '../../engine/params/params.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { ProvenPayload } from '../../engine/tx/payload/proven.ts';
import { relayersSigned } from '../../engine/tx/relayer-signatures.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import { checkManyStateless } from '../../engine/tx/stateless.ts';
import type { Payload, Transaction } from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import { ALICE, bridgeProof, crypto, RELAYERS } from '../helpers/fixtures.ts';

const GENESIS = '5a'.repeat(32);
const params = { ...DEFAULT_PARAMS, relayers: RELAYERS.map(({ publicKey }) => toHex(publicKey)) };
let messages = 0;
const proven = (kind: 'bridge_mint' | 'bridge_unlock', signers: readonly number[], bad = -1): ProvenPayload => {
  const messageId = toHex(crypto.sha256(Uint8Array.of(++messages)));
  const proof = bridgeProof({ hash: GENESIS } as never, kind, { messageId, asset: kind === 'bridge_mint' ? 'ETH' : 'STR' }, signers);
  return { kind, ...proof, signatures: proof.signatures.map((one, i) => (i === bad ? { ...one, signature: proof.signatures[(i + 1) % signers.length].signature } : one)) };
};
/** As others receive it. */
function readAgain({ bytes }: Transaction): Transaction {
  const decoded = decodeTransaction(bytes, crypto);
  if (!decoded.ok) throw new Error(decoded.error.code);
  return decoded.value;
}
const signed = (payload: Payload): Transaction =>
  readAgain(signTransaction({ nonce: 0, gasLimit: 10_000_000, gasPrice: 1n, payload }, ALICE, GENESIS, crypto));
const proofsIn = (payload: Payload): ProvenPayload[] => (payload.kind === 'atomic' ? (payload.legs as ProvenPayload[]) : [payload as ProvenPayload]);

/** What is carried, how many relayers' signatures are verified with the transactions, and which proofs hold. */
test.each<[string, Payload, number, boolean[]]>([
  ['a quorum', proven('bridge_mint', [0, 1, 2]), 3, [true]],
  ['all of them', proven('bridge_unlock', [0, 1, 2, 3]), 4, [true]],
  ...[0, 1, 2].map((bad): [string, Payload, number, boolean[]] => [`number ${bad} is bad`, proven('bridge_mint', [0, 2, 3], bad), 3, [false]]),
  ['signed for another kind', { ...proven('bridge_mint', [0, 1, 2]), kind: 'bridge_unlock' }, 3, [false]],
  ['legs, each for itself', { kind: 'atomic', legs: [proven('bridge_mint', [1, 2, 3]), proven('bridge_unlock', [0, 1, 3], 1)] }, 6, [true, false]],
])('%s', (_, payload, count, holds) => {
  for (const backend of [crypto, portableCrypto()]) {
    const asked: SignatureBatch[] = [];
    const context = { params, genesisHash: GENESIS, crypto: { ...backend, verifyMany: (batch: SignatureBatch, verdicts: Uint8Array) => (asked.push(batch), backend.verifyMany(batch, verdicts)) } };
    const [plain, tx] = [signed({ kind: 'domain_register', name: 'a' }), signed(payload)];
    expect(checkManyStateless([tx, plain, tx], context)).toEqual([undefined, undefined, undefined]);
    expect(asked.map((batch) => batch.count)).toEqual([3 + 2 * count]);
    expect(proofsIn(tx.payload).map((proof) => relayersSigned(proof, context))).toEqual(holds);
    expect(checkManyStateless([tx], context)).toEqual([undefined]);
    expect(asked.map((batch) => batch.count)).toEqual([3 + 2 * count, 1]); // known by now
    expect(proofsIn(payload).map((proof) => relayersSigned(proof, context))).toEqual(holds); // not read: asked anew
    // Of another chain, or of other relayers, nothing is known and nothing holds.
    expect(proofsIn(tx.payload).some((proof) => relayersSigned(proof, { ...context, genesisHash: '5b'.repeat(32) }))).toBe(false);
    expect(proofsIn(tx.payload).some((proof) => relayersSigned(proof, { ...context, params: { relayers: [...params.relayers].reverse() } }))).toBe(false);
    expect(asked.length).toBe(2 + 3 * holds.length);
  }
});

test('what is no quorum is not verified', () => {
  const context = { params, genesisHash: GENESIS, crypto: { ...crypto, verifyMany: (batch: SignatureBatch, verdicts: Uint8Array) => (expect(batch.count).toBe(3), crypto.verifyMany(batch, verdicts)) } };
  const none = [[0, 1], [1, 0, 2], [0, 1, 1]].map((signers) => signed(proven('bridge_mint', signers)));
  expect(checkManyStateless(none, context)).toEqual(none.map(() => undefined));
});
