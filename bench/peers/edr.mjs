/** EDR, Hardhat's engine, in this process: raw transactions handed in, then one block mined. */
import { createRequire } from 'node:module';
import edr from '@nomicfoundation/edr';
import { BALANCE, BLOCK_GAS, CHAIN_ID, report, transfers } from './transfers.mjs';

const { version } = createRequire(import.meta.url)('@nomicfoundation/edr/package.json');
const { keys, warm, measured } = transfers();
const provider = await edr.Provider.withConfig(
  new edr.EdrContext(),
  {
    allowBlocksWithSameTimestamp: true,
    allowUnlimitedContractSize: true,
    bailOnCallFailure: false,
    bailOnTransactionFailure: true,
    blockGasLimit: BLOCK_GAS,
    chainId: BigInt(CHAIN_ID),
    chains: [],
    coinbase: Buffer.alloc(20, 1),
    enableRip7212: false,
    genesisAccounts: keys.map((secretKey) => ({ secretKey, balance: BALANCE })),
    hardfork: edr.SpecId.Shanghai,
    initialBaseFeePerGas: 1_000_000_000n,
    minGasPrice: 0n,
    mining: { autoMine: false, memPool: { order: 'Fifo' } },
    networkId: BigInt(CHAIN_ID),
  },
  { enable: false, decodeConsoleLogInputsCallback: () => [], printLineCallback: () => undefined },
  {},
  () => undefined,
);

let id = 0;
async function ask(method, params = []) {
  const { data } = await provider.handleRequest(JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }));
  const answer = typeof data === 'string' ? JSON.parse(data) : data;
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

async function block(raw) {
  const before = process.cpuUsage();
  const started = performance.now();
  for (const tx of raw) await ask('eth_sendRawTransaction', [tx]);
  await ask('evm_mine');
  const { user, system } = process.cpuUsage(before);
  const used = { cpuUs: user + system, wallUs: (performance.now() - started) * 1_000 };
  const { transactions } = await ask('eth_getBlockByNumber', ['latest', false]);
  if (transactions.length !== raw.length) throw new Error(`${transactions.length} of ${raw.length} in the block`);
  return used;
}

await block(warm);
report({ name: 'EDR', version, ...(await block(measured)) });
process.exit(0);
