/** Worker threads give the verdicts that one thread gives, at any number of them, and when one dies. */
import { afterAll, describe, expect, test } from 'vitest';
import { batchVerifier } from '../../engine/crypto/batch-verifier.ts';
import { signatureWorkers } from '../../engine/host/signature-workers.ts';
import { batchOf, signedMany, turned } from './batches.ts';

const pool = signedMany(1100, 50);
const batch = batchOf(pool.map((entry, i) => (i % 97 === 5 ? turned(entry, 'digest', i % 256) : i % 89 === 3 ? turned(entry, 'hint', 9) : entry)));
const expected = new Uint8Array(batch.count);
batchVerifier().verifyMany(batch, expected);

describe.each([1, 2, 3])('%i workers', (count) => {
  const workers = signatureWorkers(count);
  afterAll(() => workers.close());

  test('same verdicts, in order, for batches of any size, asked for at once', async () => {
    expect(expected.reduce((sum, verdict) => sum + verdict, 0)).toBe(1100 - Math.ceil((1100 - 5) / 97));
    const sizes = [1100, 1, 0, 300, 1100];
    const verdicts = sizes.map(() => new Uint8Array(1100).fill(9));
    const asked = sizes.map((size, i) => workers.verifyMany({ ...batch, count: size }, verdicts[i]));
    expect(workers.open).toBeGreaterThanOrEqual(sizes.length - 1); // of an empty batch there is nothing to do
    await Promise.all(asked);
    expect(workers.open).toBe(0);
    sizes.forEach((size, i) => expect(verdicts[i]).toEqual(Uint8Array.from(expected, (verdict, at) => (at < size ? verdict : 9))));
    expect(workers).toMatchObject({ alive: count, deaths: [] });
  });
});

test('what was handed in may be changed at once', async () => {
  const workers = signatureWorkers(2);
  const own = { ...batch, signatures: batch.signatures.slice() };
  const verdicts = new Uint8Array(batch.count);
  const asked = workers.verifyMany(own, verdicts);
  own.signatures.fill(0);
  await asked;
  expect(verdicts).toEqual(expected);
  await workers.close();
  await workers.verifyMany(batch, verdicts.fill(9)); // nobody is there any more: done here
  expect(verdicts).toEqual(expected);
  expect(workers).toMatchObject({ alive: 0, deaths: [] });
});

test('a worker that dies is told, and its share is done all the same', async () => {
  const killed: { kill: () => void }[] = [];
  const workers = signatureWorkers(2, (worker) => killed.push({ kill: () => void worker.terminate() }));
  const verdicts = new Uint8Array(batch.count);
  const asked = workers.verifyMany(batch, verdicts);
  killed[0].kill();
  await asked;
  expect(verdicts).toEqual(expected);
  await workers.verifyMany(batch, verdicts.fill(9));
  expect(verdicts).toEqual(expected);
  expect(workers.alive).toBe(1);
  expect(workers.deaths).toEqual([{ code: 'worker-died', worker: 0, reason: expect.stringMatching(/^exit code \d$/) }]);
  await workers.close();
});

test.each([0, -1, 1.5, NaN])('%f workers are refused', (count) => {
  expect(() => signatureWorkers(count)).toThrow(RangeError);
});
