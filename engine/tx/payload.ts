/**
 * Payload encodings, one writer and one reader per family of kinds (docs/encoding.md). Canonical: each payload has exactly
 * one encoding, and whatever is not exactly that is refused with its offset.
 */
import { fromHex, toHex, utf8, utf8Decode } from '../primitives/bytes.ts';
import { CodecError, Reader, Writer } from '../primitives/codec.ts';
import { LIMITS } from '../params/params.ts';
import { KINDS, TOKENS, type Kind, type Token } from './kinds.ts';
import { GOVERNED_PARAMETERS, type BridgeMessage, type BridgeProof, type Payload, type ProposalAction } from './transaction.ts';

type Of<K extends Kind> = Extract<Payload, { kind: K }>;
interface Codec<K extends Kind> {
  write(payload: Of<K>, out: Writer): void;
  read(input: Reader): Of<K>;
}

const ASSET_BYTES_MAX = 32;
/** A module or an input is bounded by the transaction's own size. */
const BLOB_MAX = 0xffff_ffff;

// ── fields ────────────────────────────────────────────────────────────────────────────────────────────────────────

const account = (input: Reader): string => toHex(input.bytes(20));
const hash = (input: Reader): string => toHex(input.bytes(32));

function token(input: Reader): Token {
  const index = input.u8();
  return TOKENS[index] ?? input.fail(`token ${index}`);
}

function flag(input: Reader): boolean {
  const value = input.u8();
  if (value > 1) input.fail(`flag ${value}`);
  return value === 1;
}

function text(input: Reader, max: number): string {
  return utf8Decode(input.blob16(max)) ?? input.fail('malformed UTF-8');
}

/** A domain's name: `[a-z0-9-]{1,63}` (D18). */
export const DOMAIN_NAME = /^[a-z0-9-]{1,63}$/;

function domain(input: Reader): string {
  const name = text(input, 63);
  return DOMAIN_NAME.test(name) ? name : input.fail('not a domain name: [a-z0-9-]{1,63}');
}

const ASSET_NAME = /^[\x21-\x7e]{1,32}$/;

function asset(input: Reader): string {
  const name = text(input, ASSET_BYTES_MAX);
  return ASSET_NAME.test(name) ? name : input.fail('not an asset name: 1–32 printable ASCII characters');
}

function action(input: Reader): ProposalAction {
  const type = input.u8();
  if (type === 1) return { type: 'treasury', to: account(input), amount: input.u64() };
  if (type !== 0) input.fail(`proposal action ${type}`);
  const index = input.u8();
  const parameter = GOVERNED_PARAMETERS[index] ?? input.fail(`governed parameter ${index}`);
  return { type: 'parameter', parameter, value: input.u64() };
}

/** The signed fields of a bridge message, in signing order (D20). */
export function writeBridgeMessage(message: BridgeMessage, out: Writer): void {
  out.u32(message.foreignChain).u64(message.foreignBlock).bytes(fromHex(message.messageId)).blob16(utf8(message.asset));
  out.u64(message.amount).bytes(fromHex(message.recipient)).u64(message.epoch);
}

function bridgeCodec<K extends 'bridge_unlock' | 'bridge_mint' | 'bridge_refund'>(kind: K): Codec<K> {
  return {
    write(payload, out) {
      const { message, signatures } = payload as BridgeProof;
      writeBridgeMessage(message, out);
      out.u8(signatures.length);
      for (const { relayer, signature } of signatures) out.u8(relayer).bytes(signature);
    },
    read(input) {
      const message = {
        foreignChain: input.u32(),
        foreignBlock: input.u53(),
        messageId: hash(input),
        asset: asset(input),
        amount: input.u64(),
        recipient: account(input),
        epoch: input.u53(),
      };
      const count = input.u8();
      const signatures = Array.from({ length: count }, () => ({ relayer: input.u8(), signature: input.bytes(64).slice() }));
      return { kind, message, signatures } as unknown as Of<K>;
    },
  };
}

// ── kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const CODECS: { readonly [K in Kind]: Codec<K> } = {
  transfer: {
    write: (p, out) => void out.u8(TOKENS.indexOf(p.token)).bytes(fromHex(p.to)).u64(p.amount),
    read: (input) => ({ kind: 'transfer', token: token(input), to: account(input), amount: input.u64() }),
  },
  'financial-public-transaction': {
    write: (p, out) => void out.bytes(fromHex(p.to)).u64(p.amount),
    read: (input) => ({ kind: 'financial-public-transaction', to: account(input), amount: input.u64() }),
  },
  domain_register: {
    write: (p, out) => void out.blob16(utf8(p.name)),
    read: (input) => ({ kind: 'domain_register', name: domain(input) }),
  },
  domain_renew: {
    write: (p, out) => void out.blob16(utf8(p.name)),
    read: (input) => ({ kind: 'domain_renew', name: domain(input) }),
  },
  domain_transfer: {
    write: (p, out) => void out.blob16(utf8(p.name)).bytes(fromHex(p.to)),
    read: (input) => ({ kind: 'domain_transfer', name: domain(input), to: account(input) }),
  },
  domain_list: {
    write: (p, out) => void out.blob16(utf8(p.name)).u64(p.price),
    read: (input) => ({ kind: 'domain_list', name: domain(input), price: input.u64() }),
  },
  domain_buy: {
    write: (p, out) => void out.blob16(utf8(p.name)).bytes(fromHex(p.seller)).u64(p.price),
    read: (input) => ({ kind: 'domain_buy', name: domain(input), seller: account(input), price: input.u64() }),
  },
  nft_mint: {
    write: (p, out) => void out.bytes(fromHex(p.nft)).u16(p.royaltyBps).blob16(utf8(p.uri)),
    read(input) {
      const nft = hash(input);
      const royaltyBps = input.u16();
      if (royaltyBps > 10_000) input.fail(`royalty of ${royaltyBps} basis points`);
      return { kind: 'nft_mint', nft, royaltyBps, uri: text(input, LIMITS.textBytes) };
    },
  },
  nft_transfer: {
    write: (p, out) => void out.bytes(fromHex(p.nft)).bytes(fromHex(p.to)),
    read: (input) => ({ kind: 'nft_transfer', nft: hash(input), to: account(input) }),
  },
  nft_list: {
    write: (p, out) => void out.bytes(fromHex(p.nft)).u64(p.price),
    read: (input) => ({ kind: 'nft_list', nft: hash(input), price: input.u64() }),
  },
  nft_buy: {
    write: (p, out) => void out.bytes(fromHex(p.nft)).bytes(fromHex(p.seller)).u64(p.price),
    read: (input) => ({ kind: 'nft_buy', nft: hash(input), seller: account(input), price: input.u64() }),
  },
  proposal: {
    write(p, out) {
      out.blob16(utf8(p.title));
      if (p.action.type === 'treasury') out.u8(1).bytes(fromHex(p.action.to)).u64(p.action.amount);
      else out.u8(0).u8(GOVERNED_PARAMETERS.indexOf(p.action.parameter)).u64(p.action.value);
    },
    read: (input) => ({ kind: 'proposal', title: text(input, LIMITS.textBytes), action: action(input) }),
  },
  vote: {
    write: (p, out) => void out.bytes(fromHex(p.proposal)).u8(p.approve ? 1 : 0),
    read: (input) => ({ kind: 'vote', proposal: hash(input), approve: flag(input) }),
  },
  execute_proposal: {
    write: (p, out) => void out.bytes(fromHex(p.proposal)),
    read: (input) => ({ kind: 'execute_proposal', proposal: hash(input) }),
  },
  bridge_lock: {
    write: (p, out) => void out.u32(p.foreignChain).blob16(utf8(p.recipient)).u64(p.amount),
    read: (input) => ({ kind: 'bridge_lock', foreignChain: input.u32(), recipient: text(input, LIMITS.textBytes), amount: input.u64() }),
  },
  bridge_unlock: bridgeCodec('bridge_unlock'),
  bridge_mint: bridgeCodec('bridge_mint'),
  bridge_burn: {
    write: (p, out) => void out.u32(p.foreignChain).blob16(utf8(p.asset)).blob16(utf8(p.recipient)).u64(p.amount),
    read: (input) => ({
      kind: 'bridge_burn',
      foreignChain: input.u32(),
      asset: asset(input),
      recipient: text(input, LIMITS.textBytes),
      amount: input.u64(),
    }),
  },
  bridge_refund: bridgeCodec('bridge_refund'),
  atomic: {
    write(p, out) {
      out.u8(p.legs.length);
      for (const leg of p.legs) out.u8(KINDS.indexOf(leg.kind)).blob32(encodePayload(leg));
    },
    read(input) {
      const count = input.u8();
      if (count < 1 || count > LIMITS.atomicLegs) input.fail(`${count} legs where 1 to ${LIMITS.atomicLegs} may stand`);
      const legs = Array.from({ length: count }, () => {
        const kind = KINDS[input.u8()];
        if (kind === undefined || !LEG_KINDS.has(kind)) input.fail(`a leg of kind ${kind ?? 'unknown'}`);
        const start = input.offset + 4;
        return decodePayload(kind, input.blob32(BLOB_MAX), start);
      });
      return { kind: 'atomic', legs };
    },
  },
  contract_deploy: {
    write: (p, out) => void out.blob32(p.module),
    read: (input) => ({ kind: 'contract_deploy', module: input.blob32(BLOB_MAX).slice() }),
  },
  contract_call: {
    write: (p, out) => void out.bytes(fromHex(p.contract)).u64(p.value).blob32(p.input),
    read: (input) => ({ kind: 'contract_call', contract: account(input), value: input.u64(), input: input.blob32(BLOB_MAX).slice() }),
  },
};

/** What may be a leg: no nesting, no contract calls, nothing that earns a reward (D21). */
export const LEG_KINDS: ReadonlySet<Kind> = new Set(
  KINDS.filter((kind) => kind !== 'atomic' && kind !== 'contract_deploy' && kind !== 'contract_call' && kind !== 'financial-public-transaction'),
);

/** Canonical bytes of a payload, without its kind. */
export function encodePayload(payload: Payload): Uint8Array {
  const out = new Writer(128);
  (CODECS[payload.kind] as Codec<Kind>).write(payload as never, out);
  return out.finish();
}

/** Inverse of `encodePayload`. Throws CodecError, its offset counted from `base`. */
export function decodePayload(kind: Kind, bytes: Uint8Array, base: number): Payload {
  const input = new Reader(bytes);
  try {
    const payload = CODECS[kind].read(input) as Payload;
    input.end();
    return payload;
  } catch (error) {
    if (error instanceof CodecError) throw new CodecError(base + error.offset, error.detail);
    throw error;
  }
}

