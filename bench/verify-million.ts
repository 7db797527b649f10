/**
 * Batch verification against native libsecp256k1 on a million signatures, one by one: run on demand
 * (`npm run bench:verify-million [-- COUNT]`), its last output is kept in results/verify-million.txt. Of each ten, one is as
 * it was signed, one has no hint, one another's hint, and seven have a bit turned in signature, digest, key or hint.
 */
import { cpus } from 'node:os';
import { batchVerifier } from '../engine/crypto/batch-verifier.ts';
import type { SignatureBatch } from '../engine/crypto/crypto.ts';
import { nativeCrypto } from '../engine/host/native-crypto.ts';
import { utf8 } from '../engine/primitives/bytes.ts';

const COUNT = Number(process.argv[2] ?? 1_000_000);
/** Signed at a time, and the variants of each. */
const SIGNED = 1000;
const VARIANTS = 10;
const KEYS = 500;
const SIZES = { signatures: 64, digests: 32, publicKeys: 33, hints: 32 } as const;
const COLUMNS = ['signatures', 'digests', 'publicKeys', 'hints'] as const;

const native = nativeCrypto();
if (native === undefined) throw new Error('no native library fits this machine');
const { sha256, sign, publicKey, verify } = native;
const verifiers = [batchVerifier(true), batchVerifier(false)];
const secrets = Array.from({ length: KEYS }, (_, i) => sha256(utf8(`million key ${i}`)));
const publicKeys = secrets.map(publicKey);

const tally = { checked: 0, valid: 0, alteredAndValid: 0, differences: 0 };
const cpu = { native: 0, four: 0 };

const microseconds = (work: () => void): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
};

function makeBatch(round: number): SignatureBatch {
  const count = SIGNED * VARIANTS;
  const batch = { count, signatures: new Uint8Array(64 * count), digests: new Uint8Array(32 * count), publicKeys: new Uint8Array(33 * count), hints: new Uint8Array(32 * count) };
  let previous: Uint8Array = new Uint8Array(32);
  for (let i = 0; i < SIGNED; i++) {
    const number = round * SIGNED + i;
    const digest = sha256(utf8(`million ${number}`));
    const [secret, key] = [secrets[number % KEYS], publicKeys[number % KEYS]];
    const signature = sign(digest, secret);
    const hint = verifiers[0].hintOf(signature, digest, key) ?? new Uint8Array(32);
    for (let variant = 0; variant < VARIANTS; variant++) {
      // Variants of one signature lie apart, so that good and bad ones mix.
      const at = variant * SIGNED + i;
      batch.signatures.set(signature, 64 * at);
      batch.digests.set(digest, 32 * at);
      batch.publicKeys.set(key, 33 * at);
      batch.hints.set(variant === 1 ? new Uint8Array(32) : variant === 2 ? previous : hint, 32 * at);
      if (variant < 3) continue;
      const noise = sha256(utf8(`million noise ${number} ${variant}`));
      const column = COLUMNS[noise[0] & 3];
      batch[column][SIZES[column] * at + (noise[1] % SIZES[column])] ^= 1 << (noise[2] & 7);
    }
    previous = hint;
  }
  return batch;
}

for (let round = 0; tally.checked < COUNT; round++) {
  const batch = makeBatch(round);
  const plain = new Uint8Array(batch.count);
  cpu.native += microseconds(() => {
    for (let i = 0; i < batch.count; i++) plain[i] = verify(batch.signatures.subarray(64 * i, 64 * i + 64), batch.digests.subarray(32 * i, 32 * i + 32), batch.publicKeys.subarray(33 * i, 33 * i + 33)) ? 1 : 0;
  });
  const verdicts = new Uint8Array(batch.count);
  // Every tenth round goes through the build without instructions on 128 bits.
  const four = round % 10 !== 9;
  const spent = microseconds(() => verifiers[four ? 0 : 1].verifyMany(batch, verdicts));
  if (four) cpu.four += spent;
  for (let i = 0; i < batch.count; i++) {
    if (verdicts[i] !== plain[i]) tally.differences++;
    if (plain[i] === 1) tally.valid++;
    if (plain[i] === 1 && i >= 3 * SIGNED) tally.alteredAndValid++;
  }
  tally.checked += batch.count;
  if (round % 10 === 9) process.stderr.write(`${tally.checked} checked, ${tally.differences} differences\n`);
}

const each = (spent: number, share: number): string => `${(spent / (tally.checked * share)).toFixed(1)} µs`;
console.log(`${tally.checked} signatures, ${tally.valid} of them valid (${tally.alteredAndValid} with an altered hint)`);
console.log(`${tally.differences} verdicts of the batch verifier differ from native libsecp256k1's`);
console.log(`CPU for each: native ${each(cpu.native, 1)}, batches of 10,000 with seven tenths altered ${each(cpu.four, 0.9)}`);
console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}`);
process.exitCode = tally.differences === 0 ? 0 : 1;
