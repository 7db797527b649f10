/** @ethereumjs/vm with keys recovered by libsecp256k1 (the prebuilt library that our own native backend uses). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createBlock } from '@ethereumjs/block';
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager';
import { createTxFromRLP } from '@ethereumjs/tx';
import { Account, concatBytes, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { BALANCE, BLOCK_GAS, common, report, transfers } from './transfers.mjs';

const require = createRequire(import.meta.url);
const secp256k1 = require('secp256k1/bindings.js');
const { version } = JSON.parse(readFileSync(new URL('node_modules/@ethereumjs/vm/package.json', import.meta.url), 'utf8'));

const ecrecover = (digest, v, r, s, chainId) => {
  const parity = Number(chainId === undefined ? BigInt(v) - 27n : BigInt(v) - (BigInt(chainId) * 2n + 35n));
  const signature = concatBytes(setLengthLeft(r, 32), setLengthLeft(s, 32));
  return secp256k1.ecdsaRecover(signature, parity, digest, false).slice(1);
};

const chain = common({ ecrecover });
const { addresses, warm, measured } = transfers();
const stateManager = new MerkleStateManager({ common: chain, caches: new Caches() });
const vm = await createVM({ common: chain, stateManager });
for (const address of addresses) await stateManager.putAccount(createAddressFromString(address), new Account(0n, BALANCE));
await stateManager.flush();

async function block(number, raw) {
  const bytes = raw.map(hexToBytes);
  const before = process.cpuUsage();
  const started = performance.now();
  const transactions = bytes.map((tx) => createTxFromRLP(tx, { common: chain }));
  const made = createBlock({ header: { number, gasLimit: BLOCK_GAS, baseFeePerGas: 1_000_000_000n }, transactions }, { common: chain, skipConsensusFormatValidation: true });
  const result = await runBlock(vm, { block: made, generate: true, skipBlockValidation: true, skipHeaderValidation: true });
  const { user, system } = process.cpuUsage(before);
  if (result.receipts.length !== raw.length || result.receipts.some(({ status }) => status !== 1)) throw new Error('a transfer failed');
  return { cpuUs: user + system, wallUs: (performance.now() - started) * 1_000 };
}

await block(1n, warm);
report({ name: '@ethereumjs/vm, native recovery', version, ...(await block(2n, measured)) });
