/** The WebAssembly of a browser: batch verification and many-lane SHA-256 in Chromium, with the verdicts and digests that Node has. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchVerifier } from '../../engine/crypto/batch-verifier.ts';
import { concat } from '../../engine/primitives/bytes.ts';
import { CHROMIUM, RETRIED } from '../helpers/chromium.ts';
import { batchOf, signedMany, turned, wycheproof, type Entry } from './batches.ts';

const ENTRY = `
  import { batchVerifier } from './engine/crypto/batch-verifier.ts';
  import { scalarHasher, simdHasher } from './engine/crypto/wasm-sha256.ts';
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  export const verdicts = (simd, count, signatures, digests, publicKeys, hints) => {
    const out = new Uint8Array(count).fill(9);
    const verifier = batchVerifier(simd);
    verifier.verifyMany({ count, signatures: bytes(signatures), digests: bytes(digests), publicKeys: bytes(publicKeys), hints: bytes(hints) }, out);
    return [Array.from(out), verifier.work()];
  };
  export const digests = (simd, data, offsets) => {
    const out = new Uint8Array(32 * (offsets.length - 1));
    (simd ? simdHasher() : scalarHasher()).sha256Many(bytes(data), Uint32Array.from(offsets), offsets.length - 1, out);
    return Array.from(out);
  };`;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const BUILDS = [['one lane', false], ['four lanes', true]] as const;

describe.skipIf(CHROMIUM === undefined)('Chromium (skipped where there is none; CHROMIUM names one)', RETRIED, () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const stdin = { contents: ENTRY, resolveDir: join(import.meta.dirname, '../..') };
    const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'iife', globalName: 'stratus', platform: 'browser', target: 'es2022', logLevel: 'error' });
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0].text });
  }, 60_000);
  afterAll(() => browser?.close());

  const call = <T>(name: string, ...args: readonly unknown[]): Promise<T> => page.evaluate<T>(`stratus.${name}(...${JSON.stringify(args)})`);
  /** In the page: verdicts, and what was done for them. */
  const inPage = (simd: boolean, entries: readonly Entry[]): Promise<[number[], object]> => {
    const { count, signatures, digests, publicKeys, hints } = batchOf(entries);
    return call('verdicts', simd, count, ...[signatures, digests, publicKeys, hints].map(base64));
  };
  const inNode = (simd: boolean, entries: readonly Entry[]): [number[], object] => {
    const [out, verifier] = [new Uint8Array(entries.length).fill(9), batchVerifier(simd)];
    verifier.verifyMany(batchOf(entries), out);
    return [[...out], verifier.work()];
  };

  it.each(BUILDS)('%s: Wycheproof', async (_, simd) => {
    const { entries, expected } = wycheproof();
    const [verdicts] = await inPage(simd, entries);
    expect(verdicts).toEqual(expected);
  }, 60_000);

  it.each(BUILDS)('%s: 2,000 signatures, a quarter of them altered: the verdicts of Node, with as much work', async (_, simd) => {
    const columns = ['signature', 'digest', 'publicKey', 'hint'] as const;
    const entries = signedMany(2_000, 300).map((entry, i) => (i % 4 === 3 ? turned(entry, columns[(i >> 2) & 3], (31 * i) % 256) : entry));
    const [page, node] = [await inPage(simd, entries), inNode(simd, entries)];
    expect(page).toEqual(node);
    // Altered hints decide nothing: 125 of the 500.
    expect(page[0].filter((verdict) => verdict === 0)).toHaveLength(375);
  }, 60_000);

  it.each(BUILDS)('%s: SHA-256 of 600 messages of 0 to 299 bytes', async (_, simd) => {
    const messages = Array.from({ length: 600 }, (__, i) => Uint8Array.from({ length: (7 * i) % 300 }, (___, k) => (31 * i + 7 * k) & 255));
    const offsets = [0];
    for (const { length } of messages) offsets.push(offsets.at(-1)! + length);
    const digests = Uint8Array.from(await call<number[]>('digests', simd, base64(concat(...messages)), offsets));
    expect(Buffer.from(digests).toString('hex')).toBe(messages.map((message) => createHash('sha256').update(message).digest('hex')).join(''));
  }, 60_000);
});
