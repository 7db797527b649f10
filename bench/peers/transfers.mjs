/** Signed transfers for the peers: legacy Ethereum transactions between funded accounts, made once and the same for all. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Common, Mainnet } from '@ethereumjs/common';
import { createLegacyTx } from '@ethereumjs/tx';
import { bytesToHex, createAddressFromPrivateKey } from '@ethereumjs/util';

export const CHAIN_ID = 31_337;
/** Measured block, and one before it that warms up. */
export const MEASURED = 4_096;
export const WARM = 4_096;
const SENDERS = 1_024;
const FILE = join(dirname(fileURLToPath(import.meta.url)), '../../dist', `bench-peers-${MEASURED}-${WARM}-${SENDERS}.json`);

export const common = (customCrypto) => new Common({ chain: { ...Mainnet, chainId: CHAIN_ID }, hardfork: 'shanghai', ...(customCrypto && { customCrypto }) });

/** `{ keys, warm, measured }`: secret keys and raw transactions, hex. */
export function transfers() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    const secrets = Array.from({ length: SENDERS }, (_, i) => createHash('sha256').update(`stratus-bench peer ${i}`).digest());
    const addresses = secrets.map((secret) => createAddressFromPrivateKey(secret));
    const chain = common();
    const raw = Array.from({ length: WARM + MEASURED }, (_, i) => {
      const [from, nonce] = [i % SENDERS, Math.floor(i / SENDERS)];
      const to = addresses[(i * 7 + 1) % SENDERS];
      const tx = createLegacyTx({ nonce, gasPrice: 2_000_000_000n, gasLimit: 21_000n, to, value: 1_000n + BigInt(i) }, { common: chain });
      return bytesToHex(tx.sign(secrets[from]).serialize());
    });
    const made = { keys: secrets.map((secret) => bytesToHex(secret)), addresses: addresses.map(String), warm: raw.slice(0, WARM), measured: raw.slice(WARM) };
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify(made));
    return made;
  }
}

export const BALANCE = 10n ** 22n;
export const BLOCK_GAS = 1_000_000_000n;

/** One line of JSON for the program that asked. */
export const report = (result) => process.stdout.write(`${JSON.stringify({ transactions: MEASURED, ...result })}\n`);
