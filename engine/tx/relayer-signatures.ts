/**
 * Relayers' signatures under a foreign message (D20), verified once for each proof that was read: in one batch with the
 * signatures of the transactions that carry them, where those are checked many at once (stateless.ts), or else when the rule
 * asks.
 */
import type { Params } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { fromHex } from '../primitives/bytes.ts';
import { writeBridgeDigest } from './bridge-digest.ts';
import { ReadProof, type ProvenPayload } from './payload/proven.ts';
import { nextRows, type SignatureRows } from './signature-rows.ts';
import type { BridgeProof, Hash, Payload } from './transaction.ts';

/** Whose signatures they must be, and for which chain. */
export interface RelayerContext {
  readonly params: Pick<Params, 'relayers'>;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
}

function recall(payload: ProvenPayload, { params: { relayers }, genesisHash, crypto: { backend } }: RelayerContext): boolean | undefined {
  const verdict = ReadProof.recall(payload);
  // Backends are compared with each other, so none takes another's word.
  const same = verdict?.relayers === relayers && verdict.genesisHash === genesisHash && verdict.backend === backend.signatures;
  return same ? verdict.hold : undefined;
}

/** Notes what verifying a proof's rows gave, those from `from` on: one that does not hold refuses the whole. */
export function noteVerdict(payload: ProvenPayload, { params: { relayers }, genesisHash, crypto: { backend } }: RelayerContext, verdicts: Uint8Array, from: number): boolean {
  const hold = payload.signatures.every((_, i) => verdicts[from + i] === 1);
  ReadProof.note(payload, { hold, relayers, genesisHash, backend: backend.signatures });
  return hold;
}

/** More than two thirds of the relayers, ascending by relayer index, each once. */
export function isQuorum({ signatures }: BridgeProof, relayers: readonly string[]): boolean {
  if (signatures.length * 3 <= relayers.length * 2) return false;
  return signatures.every(({ relayer }, i) => relayer < relayers.length && (i === 0 || relayer > signatures[i - 1].relayer));
}

/** Whether all of a quorum's signatures hold. */
export function relayersSigned(payload: ProvenPayload, context: RelayerContext): boolean {
  const known = recall(payload, context);
  if (known !== undefined) return known;
  const rows = nextRows();
  addRelayerRows(payload, context, rows);
  const verdicts = new Uint8Array(rows.count);
  context.crypto.verifyMany(rows.batch(context.crypto), verdicts);
  return noteVerdict(payload, context, verdicts, 0);
}

/**
 * The proofs in a payload, its own or its legs', whose signatures are worth verifying ahead: quorums without a verdict. A
 * signature is 65 bytes of a transaction, so whoever sends many makes others verify two or three times as many as plain
 * transactions of as many bytes hold.
 */
export function openProofs(payload: Payload, context: RelayerContext): readonly ProvenPayload[] {
  switch (payload.kind) {
    case 'bridge_unlock':
    case 'bridge_mint':
    case 'bridge_refund':
      return isQuorum(payload, context.params.relayers) && recall(payload, context) === undefined ? [payload] : NONE;
    case 'atomic':
      return payload.legs.flatMap((leg) => openProofs(leg, context));
    default:
      return NONE;
  }
}

const NONE: readonly ProvenPayload[] = [];

/** A row for each signature of a quorum. */
export function addRelayerRows({ kind, message, signatures }: ProvenPayload, { params, genesisHash }: RelayerContext, rows: SignatureRows): void {
  for (const { relayer, signature } of signatures) {
    writeBridgeDigest(genesisHash, kind, message, rows.signed);
    rows.add(signature, 0, fromHex(params.relayers[relayer]), 0, undefined, 0);
  }
}
