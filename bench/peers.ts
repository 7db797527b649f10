/**
 * Our pipeline and other engines on signed transfers, on this machine, in turns: `npm run bench:peers` (after
 * `npm ci --prefix bench/peers`). Prints transactions per ms of processor time, and what the others do that we do not.
 *
 *     npm run bench:peers -- 5          # five rounds instead of ten
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { figure, table } from '../sim/report/format.ts';
import { hereBuild } from './command/builds.ts';
import { figuresOf } from './method/assemble.ts';
import { playRound } from './method/conduct.ts';
import { machineLine } from './method/machine.ts';
import { bootstrap, median } from './method/statistics.ts';

interface Row {
  readonly name: string;
  /** Transactions per ms of CPU time, one per round. */
  readonly perCpuMs: number[];
  readonly perWallMs: number[];
}

/** Ours: the headline's block, by backend and part. */
const OURS: readonly (readonly [work: string, parts: readonly string[]])[] = [
  ['node/transfer-8192tx-4096senders/wasm', ['path', 'exec']],
  ['node/transfer-8192tx-4096senders/native', ['exec']],
];
const PEERS = ['anvil', 'edr', 'ethereumjs'];
const FOLDER = join(process.cwd(), 'bench', 'peers');

const rows = new Map<string, Row>();
function note(name: string, transactions: number, cpuUs: number, wallUs: number): void {
  if (!rows.has(name)) rows.set(name, { name, perCpuMs: [], perWallMs: [] });
  rows.get(name)!.perCpuMs.push((transactions / cpuUs) * 1_000);
  rows.get(name)!.perWallMs.push((transactions / wallUs) * 1_000);
}

async function ours(round: number): Promise<void> {
  for (const [work, parts] of OURS) {
    const played = await playRound([hereBuild()], work, parts, round, 800);
    if ('code' in played) continue;
    const [{ ready, samples }] = played;
    ready.parts.forEach(({ name, items }, i) => {
      const { cpuUs, wallUs } = figuresOf(samples[i]);
      note(`stratus ${work.split('/').at(-1)}/${name}`, items, cpuUs, wallUs);
    });
  }
}

function peer(name: string): void {
  const run = spawnSync(process.execPath, [join(FOLDER, `${name}.mjs`)], { encoding: 'utf8', timeout: 300_000 });
  if (run.status !== 0) {
    process.stderr.write(`${name}: ${run.stderr.trim().split('\n').slice(-1)[0]}\n`);
    return;
  }
  const said = JSON.parse(run.stdout) as { name: string; version: string; transactions: number; cpuUs: number; wallUs: number };
  note(`${said.name} ${said.version}`, said.transactions, said.cpuUs, said.wallUs);
}

/** What a ratio must not hide. */
const DIFFERENCES: readonly (readonly string[])[] = [
  ['', 'stratus', 'anvil', 'EDR', '@ethereumjs/vm'],
  ['signature', 'verified, key in the transaction', 'key recovered', 'key recovered', 'key recovered (libsecp256k1)'],
  ['hash', 'SHA-256', 'Keccak-256', 'Keccak-256', 'Keccak-256'],
  ['virtual machine', 'none for transfers', 'EVM frame each', 'EVM frame each', 'EVM frame each'],
  ['state commitment', 'four-way trie, once a round', 'Merkle Patricia trie', 'Merkle Patricia trie', 'Merkle Patricia trie'],
  ['how it is asked', 'block in memory', 'JSON-RPC over HTTP, pool', 'JSON-RPC in process, pool', 'block in memory'],
  ['also pays for', 'six ledgers’ headers and receipts', 'traces, logs bloom, parallel threads', 'traces, logs bloom', 'logs bloom, asynchronous state'],
];

const text = (row: Row, best: number): string[] => {
  const [lo, hi] = bootstrap(row.perCpuMs, median);
  const rate = median(row.perCpuMs);
  return [row.name, figure(rate), `${figure(lo)} … ${figure(hi)}`, figure(1_000 / rate), figure(median(row.perWallMs)), `${figure(best / rate)}×`, String(row.perCpuMs.length)];
};

async function main(rounds: number): Promise<number> {
  if (!existsSync(join(FOLDER, 'node_modules'))) {
    process.stderr.write('the peers are not installed: npm ci --prefix bench/peers\n');
    return 2;
  }
  for (let round = 0; round < rounds; round++) {
    await ours(round);
    for (const name of PEERS) peer(name);
    process.stderr.write(`peers: ${round + 1} of ${rounds}\n`);
  }
  const best = median(rows.get('stratus wasm/exec')?.perCpuMs ?? [NaN]);
  console.log(`Signed transfers, transactions per ms (wall, measured); ${machineLine()}, ${rounds} rounds in turns\n`);
  console.log(table([['engine', 'tx per ms of CPU', '95%', 'CPU µs each', 'tx per ms elapsed', 'wasm/exec is', 'rounds'], ...[...rows.values()].map((row) => text(row, best))]).join('\n'));
  console.log(`\nWhat they do that we do not, and the other way round:\n\n${table(DIFFERENCES).join('\n')}`);
  return 0;
}

process.exitCode = await main(Number(process.argv[2] ?? 10));
