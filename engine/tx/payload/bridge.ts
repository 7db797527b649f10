/** Bridge: locking and burning here, and what a foreign message under relayers' signatures brings about (D20). */
import { LIMITS } from '../../params/params.ts';
import type { Reader, Writer } from '../../primitives/codec.ts';
import type { BridgeMessage, BridgeProof } from '../transaction.ts';
import type { PayloadCodecs } from './codec.ts';
import { readAccount, readAssetName, readHash, readText, writeHex, writeText } from './fields.ts';
import { ReadProof } from './proven.ts';

type BridgeKind = 'bridge_lock' | 'bridge_unlock' | 'bridge_mint' | 'bridge_burn' | 'bridge_refund';

/** The message's fields in signing order; `bridgeDigest` covers exactly these bytes. */
export function writeBridgeMessage(message: BridgeMessage, out: Writer): void {
  writeHex(message.messageId, out.u32(message.foreignChain).u64(message.foreignBlock));
  writeHex(message.recipient, writeText(message.asset, out).u64(message.amount)).u64(message.epoch);
}

function readBridgeMessage(input: Reader): BridgeMessage {
  return {
    foreignChain: input.u32(),
    foreignBlock: input.u53(),
    messageId: readHash(input),
    asset: readAssetName(input),
    amount: input.u64(),
    recipient: readAccount(input),
    epoch: input.u53(),
  };
}

/** u8 count, then relayer u8 and signature 64 each. Their order is a rule of the ledger, not of the encoding. */
function writeProof({ message, signatures }: BridgeProof, out: Writer): void {
  writeBridgeMessage(message, out);
  out.u8(signatures.length);
  for (const { relayer, signature } of signatures) out.u8(relayer).bytes(signature);
}

function readProof(input: Reader): BridgeProof {
  const message = readBridgeMessage(input);
  const count = input.u8();
  return {
    message,
    signatures: Array.from({ length: count }, () => ({ relayer: input.u8(), signature: input.bytes(64) })),
  };
}

export const bridgeCodecs: PayloadCodecs<BridgeKind> = {
  bridge_lock: {
    write: (p, out) => void writeText(p.recipient, out.u32(p.foreignChain)).u64(p.amount),
    read: (input) => ({
      kind: 'bridge_lock',
      foreignChain: input.u32(),
      recipient: readText(input, LIMITS.textBytes),
      amount: input.u64(),
    }),
  },
  bridge_unlock: { write: writeProof, read: (input) => new ReadProof('bridge_unlock', readProof(input)) },
  bridge_mint: { write: writeProof, read: (input) => new ReadProof('bridge_mint', readProof(input)) },
  bridge_burn: {
    write: (p, out) => void writeText(p.recipient, writeText(p.asset, out.u32(p.foreignChain))).u64(p.amount),
    read: (input) => ({
      kind: 'bridge_burn',
      foreignChain: input.u32(),
      asset: readAssetName(input),
      recipient: readText(input, LIMITS.textBytes),
      amount: input.u64(),
    }),
  },
  bridge_refund: { write: writeProof, read: (input) => new ReadProof('bridge_refund', readProof(input)) },
};
