/** docs/encoding.md is checked: its kind table against the code, its example against an independent signer. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatAddress } from '../../engine/crypto/address.ts';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import { KINDS, type Kind } from '../../engine/tx/kinds.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import { HOMES, STORING } from './expected.ts';

const DOCUMENT = readFileSync(new URL('../../docs/encoding.md', import.meta.url), 'utf8');
const sha = (...parts: (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

test('every kind stands in the table with its number, home and storage', () => {
  const rows = [...DOCUMENT.matchAll(/^\| `([\w-]+)` \| (\d+) \| ([\w ]+) \| (yes)? ?\|/gm)].map((row) => row.slice(1));
  const home = (kind: Kind): string => (kind === 'transfer' ? 'by token' : HOMES[kind]);
  expect(rows).toEqual(
    KINDS.map((kind, number) => [kind, String(number), home(kind), STORING.has(kind) ? 'yes' : undefined]),
  );
});

test('the worked example', () => {
  const example = DOCUMENT.slice(DOCUMENT.indexOf('## An example'));
  const fields = [...example.matchAll(/^\| .* \| `([0-9a-f]+)` \|$/gm)].map(([, hex]) => hex);
  const bytes = fromHex(fields.join(''));
  const unsigned = bytes.subarray(0, -64);
  const genesis = sha('example genesis');

  expect(example).toContain(`${bytes.length} bytes`);
  expect(example).toContain(`Signed digest \`${sha('stratus-tx', fromHex(genesis), unsigned)}\``);
  expect(example).toContain(`\`${sha(bytes)}\``);

  const secretKey = crypto.sha256(utf8('worked example'));
  const payload = {
    kind: 'transfer',
    token: 'STR',
    to: '748dcb4d83e60f5ab0f7ab727d9308ba43800e12',
    amount: 125_000_000n,
  } as const;
  const fieldsOf = { nonce: 7, gasLimit: 25_000, gasPrice: 3n, payload };
  const signed = signTransaction(fieldsOf, { secretKey, publicKey: crypto.publicKey(secretKey) }, genesis, crypto);
  expect(toHex(signed.bytes)).toBe(toHex(bytes));
  const value = {
    ...fieldsOf,
    chainId: 1313,
    kind: 'transfer',
    ledger: 'main',
    reference: undefined,
    id: sha(bytes),
    intrinsicGas: 21_000,
  };
  expect(decodeTransaction(bytes, crypto)).toMatchObject({ ok: true, value });
  expect(example).toContain(`sender \`${formatAddress(signed.sender, crypto)}\``);
});
