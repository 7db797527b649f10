/**
 * Makes the keys of the circuits in a ceremony that is FOR TESTS ONLY: its secrets follow from the text below, so whoever
 * reads this can prove what is false. In return everybody gets the same keys, byte for byte. Takes a minute or two.
 *
 *     npm run build:keys
 *
 * Writes `test-only/<circuit>.zkey.br` (proving keys, compressed) and `../groth16/keys.ts` (verification keys).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { curves, powersOfTau, zKey } from 'snarkjs';
import { CIRCUITS, compiled } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/** What the ceremony's "randomness" is. A real one would be the sum of what many people draw and forget. */
const SECRET_THAT_IS_NONE = sha256('stratus test-only ceremony: whoever reads this can forge proofs');
/** 2^11 constraints at most: the larger circuit has 1,433 and 11 for its inputs. */
const POWER = 11;
/** The beacon hashes 2^10 times. */
const BEACON_POWER = 10;

const memory = (data) => ({ type: 'mem', ...(data && { data: new Uint8Array(data) }) });

async function powers() {
  const curve = await curves.getCurveFromName('bn128');
  const [fresh, drawn, prepared] = [memory(), memory(), memory()];
  await powersOfTau.newAccumulator(curve, POWER, fresh);
  await powersOfTau.beacon(fresh, drawn, 'test-only', SECRET_THAT_IS_NONE, BEACON_POWER);
  await powersOfTau.preparePhase2(drawn, prepared);
  return { prepared, end: () => curve.terminate() };
}

async function keysOf(name, prepared) {
  const [fresh, drawn] = [memory(), memory()];
  await zKey.newZKey(memory(readFileSync(join(compiled(), `${name}.r1cs`))), prepared, fresh);
  await zKey.beacon(fresh, drawn, 'test-only', SECRET_THAT_IS_NONE, BEACON_POWER);
  return { proving: Buffer.from(drawn.data), verification: await zKey.exportVerificationKey(drawn) };
}

const list = (values, indent) => `[\n${values.map((value) => `${indent}  ${value},\n`).join('')}${indent}]`;
const numbers = (values) => list(values.map((value) => `'${value}'`), '    ');
const g1 = ([x, y]) => [x, y];
const g2 = ([x, y]) => [...x, ...y];

function keyText(name, { vk_alpha_1, vk_beta_2, vk_gamma_2, vk_delta_2, IC }, provingSha256) {
  const ic = list(IC.map((point) => `['${g1(point).join("', '")}']`), '    ');
  return [
    `  '${name}': {`,
    `    provingKey: '${provingSha256}',`,
    `    alpha: ${numbers(g1(vk_alpha_1))},`,
    `    beta: ${numbers(g2(vk_beta_2))},`,
    `    gamma: ${numbers(g2(vk_gamma_2))},`,
    `    delta: ${numbers(g2(vk_delta_2))},`,
    `    ic: ${ic},`,
    '  },',
  ].join('\n');
}

const { prepared, end } = await powers();
mkdirSync(join(here, 'test-only'), { recursive: true });
const texts = [];
for (const name of CIRCUITS) {
  const { proving, verification } = await keysOf(name, prepared);
  writeFileSync(join(here, 'test-only', `${name}.zkey.br`), brotliCompressSync(proving));
  texts.push(keyText(name, verification, sha256(proving)));
  console.log(`${name}: ${proving.length} bytes, sha256 ${sha256(proving)}`);
}
await end();
const table = `export const VERIFICATION_KEYS: Readonly<Record<StatementType, KeyText>> = {\n${texts.join('\n')}\n};\n`;
writeFileSync(
  join(here, '../groth16/keys.ts'),
  `/**
 * Verification keys, made by circuits/ceremony.mjs: TEST ONLY, the ceremony's secrets are public. \`KEYS_SHA256\` is the hash
 * of the table's text below it.
 */
import type { StatementType } from '../statements.ts';
import type { KeyText } from './key-text.ts';

export const KEYS_SHA256 = '${sha256(table)}';

${table}`,
);
