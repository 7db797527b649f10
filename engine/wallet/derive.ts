/**
 * Keys from a seed (WALLET ARCHITECTURE; BIP-32, BIP-44): m / 44' / 1313' / branch' / 0 / index. 1313 is the chain's
 * id, not a number registered in SLIP-44; a chain without a registered coin type uses one of its own so that its keys
 * never coincide with another coin's.
 */
import { HDKey } from '@scure/bip32';
import { CHAIN_ID } from '../params/params.ts';

/** An extended private key. */
export interface ExtendedKey {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly chainCode: Uint8Array;
}

function extended(node: HDKey): ExtendedKey {
  return { privateKey: node.privateKey!, publicKey: node.publicKey!, chainCode: node.chainCode! };
}

/** The node at `path` under the seed's master, as in BIP-32: `m`, `m/0'/1`. Throws on a malformed path or seed. */
export const derivePath = (seed: Uint8Array, path: string): ExtendedKey =>
  extended(HDKey.fromMasterSeed(seed).derive(path));

/** The node whose children are the addresses of one BIP-44 account: m / 44' / 1313' / branch' / 0. */
export const deriveBranch = (seed: Uint8Array, branch: number): ExtendedKey =>
  derivePath(seed, `m/44'/${CHAIN_ID}'/${branch}'/0`);

/** The key of one address: m / 44' / 1313' / branch' / 0 / index. */
export const deriveKey = (seed: Uint8Array, branch: number, index: number): ExtendedKey =>
  derivePath(seed, `m/44'/${CHAIN_ID}'/${branch}'/0/${index}`);
