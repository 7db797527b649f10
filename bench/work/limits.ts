/**
 * What the machine can do at most, with the backend in use: the roofline under which the pipeline is judged. Each limit is
 * measured with the same engine functions that the pipeline calls, on inputs that stay in the cache where that is fairer
 * to the limit: it must not be beaten.
 */
import { prepareBlock, type BlockSpec } from './blocks.ts';
import { decode } from './node-path.ts';
import { draws } from './seeded-draws.ts';
import { SIGNATURE_BYTES, signingDigest } from '../../engine/tx/encode.ts';
import { GIB, PER_MS, type Part, type Work } from './work.ts';

/** A Merkle node's input is 65 bytes: two blocks of SHA-256, as most of what a round hashes. */
const MESSAGE_BYTES = 65;
const MESSAGES = 4_096;
/** Beyond every cache. */
const MEMORY_BYTES = 64 * 2 ** 20;

/** Signatures of `spec`'s block in one batch, hashes of 65 bytes, and copying. */
export const limits = (spec: BlockSpec, rest: Omit<Work, 'name' | 'parts' | 'prepare'>): Work => ({
  ...rest,
  name: `limits-${spec.transactions}signatures-${spec.senders}senders`,
  parts: ['signatures', 'hashes', 'memory'],
  prepare(environment) {
    const { crypto } = environment;
    const { block, place } = prepareBlock(spec, environment);
    const count = spec.transactions;
    const decoded = decode(block, place);
    const batch = { count, signatures: new Uint8Array(64 * count), digests: new Uint8Array(32 * count), publicKeys: new Uint8Array(33 * count), hints: block.hints };
    decoded.forEach(({ bytes, signature, publicKey }, i) => {
      batch.signatures.set(signature, 64 * i);
      batch.publicKeys.set(publicKey, 33 * i);
      batch.digests.set(signingDigest(place.environment.genesisHash, bytes.subarray(0, bytes.length - SIGNATURE_BYTES), crypto), 32 * i);
    });
    const verdicts = new Uint8Array(count);
    return { exact: {}, parts: [{ name: 'signatures', unit: PER_MS, items: count, run: () => (crypto.verifyMany(batch, verdicts), verdicts.reduce((sum, v) => sum + v, 0)) }, hashes(crypto), memory()] };
  },
});

function hashes(crypto: Parameters<Work['prepare']>[0]['crypto']): Part {
  const next = draws(7);
  const data = Uint8Array.from({ length: MESSAGE_BYTES * MESSAGES }, () => next() & 255);
  const offsets = Uint32Array.from({ length: MESSAGES + 1 }, (_, i) => i * MESSAGE_BYTES);
  const out = new Uint8Array(32 * MESSAGES);
  return { name: 'hashes', unit: PER_MS, items: MESSAGES, run: () => (crypto.sha256Many(data, offsets, MESSAGES, out), out[0] * 256 + out[out.length - 1]) };
}

/** Bytes read and written per second, by copying. */
function memory(): Part {
  const from = new Float64Array(MEMORY_BYTES / 8).fill(1.5);
  const to = new Float64Array(MEMORY_BYTES / 8);
  return { name: 'memory', unit: GIB, items: 2 * MEMORY_BYTES, run: () => (to.set(from), to[to.length - 1]) };
}
