/** anvil in a process of its own, over its JSON-RPC (that is its only door): raw transactions in batches, then one block mined. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BALANCE, CHAIN_ID, report, transfers } from './transfers.mjs';

const require = createRequire(import.meta.url);
const BATCH = 256;
/** Of the kernel's clock ticks, in which /proc counts processor time (Linux: 100 a second). */
const TICK_US = 10_000;
const PORT = 18_545 + (process.pid % 1_000);

if (process.platform !== 'linux') throw new Error('the processor time of another process is read from /proc: Linux only');
const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch];
const manifest = require.resolve(`@foundry-rs/anvil-linux-${arch}/package.json`);
const { version } = require(manifest);
const child = spawn(join(dirname(manifest), 'bin/anvil'), ['--port', String(PORT), '--chain-id', String(CHAIN_ID), '--no-mining', '--order', 'fifo', '--disable-block-gas-limit', '--hardfork', 'shanghai', '--accounts', '1', '--silent'], { stdio: 'ignore' });

const url = `http://127.0.0.1:${PORT}`;
let id = 0;
async function post(body) {
  const answer = await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();
  for (const { error } of [answer].flat()) if (error) throw new Error(error.message);
  return answer;
}
const call = (method, params = []) => ({ jsonrpc: '2.0', id: ++id, method, params });
const ask = async (method, params) => (await post(call(method, params))).result;
async function askAll(method, all) {
  for (let i = 0; i < all.length; i += BATCH) await post(all.slice(i, i + BATCH).map((params) => call(method, params)));
}

/** user + system of anvil itself; fields 14 and 15, counted from behind the name. */
function cpuUs() {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

async function up() {
  for (let i = 0; i < 200; i++) {
    try {
      return await ask('eth_chainId');
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('anvil does not answer');
}

async function block(raw) {
  const before = cpuUs();
  const started = performance.now();
  await askAll('eth_sendRawTransaction', raw.map((tx) => [tx]));
  await ask('evm_mine');
  const used = { cpuUs: cpuUs() - before, wallUs: (performance.now() - started) * 1_000 };
  const { transactions } = await ask('eth_getBlockByNumber', ['latest', false]);
  if (transactions.length !== raw.length) throw new Error(`${transactions.length} of ${raw.length} in the block`);
  return used;
}

try {
  const { addresses, warm, measured } = transfers();
  await up();
  await askAll('anvil_setBalance', addresses.map((address) => [address, `0x${BALANCE.toString(16)}`]));
  await block(warm);
  report({ name: 'anvil', version, ...(await block(measured)) });
} finally {
  child.kill('SIGKILL');
}
