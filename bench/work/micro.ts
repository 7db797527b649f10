/** The small pieces, each alone, on inputs of the size that a block of 8,192 transfers has. */
import { Registry } from '../../engine/chain/registry.ts';
import { TxSet } from '../../engine/chain/tx-set.ts';
import { accounts } from '../../engine/ledgers/tables.ts';
import { DEFAULT_POOL_POLICY } from '../../engine/params/params.ts';
import { Clearance } from '../../engine/pool/clearance.ts';
import { Pool } from '../../engine/pool/pool.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import { merkleRoot } from '../../engine/primitives/merkle.ts';
import { StateJournal } from '../../engine/state/journal.ts';
import { Senders } from '../../engine/tx/accounts.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import { encodeSigned, encodeUnsigned } from '../../engine/tx/encode.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { BackendName } from './backends.ts';
import { prepareBlock, type BlockSpec } from './blocks.ts';
import { BenchChain } from './chain.ts';
import { decode } from './node-path.ts';
import { draws } from './seeded-draws.ts';
import { hashOf } from './seeded.ts';
import { PER_MS, type Part, type Prepared, type Work, type WorkEnvironment } from './work.ts';

const SPEC: BlockSpec = { mix: 'transfer', transactions: 4_096, senders: 1_024, accounts: 4_096 };

const part = (name: string, items: number, run: () => string | number): Part => ({ name, unit: PER_MS, items, run });

const work = (name: string, parts: readonly string[], backends: readonly BackendName[] | undefined, prepare: (environment: WorkEnvironment) => readonly Part[]): Work => ({
  name,
  parts,
  ...(backends === undefined ? {} : { backends }),
  prepare: (environment): Prepared => ({ parts: prepare(environment), exact: {} }),
});

/** Where cryptography matters: what users have everywhere, and Node's own beside it. */
const BACKENDS: readonly BackendName[] = ['wasm', 'native'];

export const micro = (): Work[] => [
  work('codec-4096tx', ['encode', 'decode'], undefined, (environment) => {
    const { block, place } = prepareBlock(SPEC, environment);
    const transactions = decode(block, place);
    // Hashing is not the codec's: a decoder that hashes nothing.
    const crypto = { ...environment.crypto, sha256: () => new Uint8Array(32) };
    const raw = transactions.map(({ bytes }) => bytes.slice());
    return [
      part('encode', raw.length, () => transactions.reduce((sum, tx) => sum + encodeSigned(encodeUnsigned(tx), tx.signature).length, 0)),
      part('decode', raw.length, () => raw.reduce((sum, bytes) => sum + decoded(decodeTransaction(bytes, crypto)).nonce, 0)),
    ];
  }),
  work('hash-4096x161bytes', ['single', 'many'], BACKENDS, ({ crypto }) => {
    const { data, offsets } = messages(4_096, 161);
    const out = new Uint8Array(32 * 4_096);
    return [
      part('single', 4_096, () => {
        let sum = 0;
        for (let i = 0; i < 4_096; i++) sum += crypto.sha256(data.subarray(offsets[i], offsets[i + 1]))[0];
        return sum;
      }),
      part('many', 4_096, () => {
        crypto.sha256Many(data, offsets, 4_096, out);
        let sum = 0;
        for (let i = 0; i < 4_096; i++) sum += out[32 * i];
        return sum;
      }),
    ];
  }),
  work('merkle-8192leaves', [''], BACKENDS, ({ crypto }) => {
    const leaves = Array.from({ length: 8_192 }, (_, i) => hashOf(`leaf ${i}`));
    return [part('', leaves.length, () => toHex(merkleRoot(leaves, crypto.sha256)))];
  }),
  work('journal-8192writes-4096accounts', ['set', 'set-revert'], undefined, ({ crypto }) => {
    const chain = new BenchChain({ senders: 1, accounts: 4_096, transactions: 1 }, crypto);
    const names = Array.from({ length: 8_192 }, () => chain.someone());
    const write = (journal: StateJournal): void => names.forEach((name, i) => journal.set(accounts, name, { nonce: i, str: BigInt(i) + 1n }));
    return [
      part('set', names.length, () => {
        const journal = new StateJournal(chain.state);
        write(journal);
        return journal.get(accounts, names[8_191])!.nonce;
      }),
      part('set-revert', names.length, () => {
        const journal = new StateJournal(chain.state);
        const mark = journal.mark();
        write(journal);
        journal.revert(mark);
        return journal.get(accounts, names[8_191])!.nonce;
      }),
    ];
  }),
  work('pool-4096tx', ['admit'], undefined, (environment) => {
    const { block, place } = prepareBlock(SPEC, environment);
    const chain = new BenchChain(SPEC, environment.crypto);
    const registry = new Registry(chain.genesis);
    const handles = decode(block, place).map((transaction) => registry.addTransaction(transaction));
    const clearance = new Clearance(registry, place.state, undefined);
    const pool = (): Pool => new Pool(registry, DEFAULT_POOL_POLICY, place.state, clearance, () => undefined);
    return [part('admit', handles.length, () => pool().admitSet(TxSet.of(handles), () => undefined).count)];
  }),
  work('address-table-4096keys', ['known', 'unknown'], BACKENDS, ({ crypto }) => {
    const { data } = messages(4_096, 33);
    const senders = new Senders(crypto);
    const ask = (table: Senders): number => {
      let sum = 0;
      for (let i = 0; i < 4_096; i++) sum += table.of(data, 33 * i).charCodeAt(0);
      return sum;
    };
    ask(senders);
    return [part('known', 4_096, () => ask(senders)), part('unknown', 4_096, () => ask(new Senders(crypto)))];
  }),
];

function messages(count: number, length: number): { readonly data: Uint8Array; readonly offsets: Uint32Array } {
  const next = draws(11);
  return { data: Uint8Array.from({ length: count * length }, () => next() & 255), offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i * length) };
}

function decoded(result: ReturnType<typeof decodeTransaction>): Transaction {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
